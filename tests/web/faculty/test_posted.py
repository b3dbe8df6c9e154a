"""What is posted to the campus, at the browsers of those who may read it and of those who may not."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client

from bitterroot.governance.domain.comment import write_comment
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Comment
from bitterroot.messages.domain.letters import letters_for
from bitterroot.messages.domain.writing import render
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Account
from bitterroot.record import clock
from bitterroot.record.models import Event, Outbox
from governance.bodies_kit import SET_UP, _now  # noqa: F401

from .posted_kit import TITLE, make_posted

As = Callable[[str], Client]


@pytest.fixture
def campus(db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    return make_posted(monkeypatch)


@pytest.fixture
def enter(campus: SimpleNamespace) -> As:
    def _enter(key: str) -> Client:
        client = Client()
        account = Account.objects.get(username=key)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _enter


def addresses(campus: SimpleNamespace) -> list[str]:
    page = f"/work/posted/{campus.row.pk}"
    files = campus.row.case.snapshots.get().content
    sha = files.split('"sha256":"')[1][:64]
    return ["/work/posted", page, f"{page}/files/{sha}"]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("key", ["other", "fellow"])
def test_someone_of_another_department_finds_reads_and_comments(
    campus: SimpleNamespace, enter: As, key: str
) -> None:
    browser, page = enter(key), f"/work/posted/{campus.row.pk}"
    for found in ("/work", "/work/posted"):
        assert f'href="{page}"' in text_of(browser, found)
    assert browser.get(f"/work/proposals/{campus.row.pk}").headers["Location"] == page
    text = text_of(browser, page)
    assert "Crews ask for it." in text
    assert "Comments are taken through 4 Dec 2026." in text
    for hidden in ("A later draft.", "A cousin sells", "we lack a lecturer", "Said among us."):
        assert hidden not in text  # the draft as it is now, what is confidential, what others said
    assert "syllabus.pdf" in text
    assert "mou_files.pdf" not in text
    assert "The whole record" not in text
    to = f"{page}/comments"
    assert browser.post(to, {"act": "write", "text": "Say who drives."}).status_code == 302
    comment = Comment.objects.get(text="Say who drives.")
    assert (comment.side, comment.audience) == (Circle.CAMPUS, Circle.CAMPUS)
    assert "Say who drives." in text_of(browser, page)
    # Those who wrote it and the office read it in the record, and answer there.
    record = text_of(enter("mina"), f"/work/proposals/{campus.row.pk}")
    assert "Say who drives." in record
    answer = {"act": "write", "text": "The county does.", "reply_to": str(comment.pk)}
    enter("mina").post(f"/work/proposals/{campus.row.pk}/comments", answer)
    assert "The county does." in text_of(browser, page)


@pytest.mark.parametrize("key", ["learner", "guest"])
def test_who_is_not_of_the_staff_finds_nothing(
    campus: SimpleNamespace, enter: As, key: str
) -> None:
    browser = enter(key)
    for address in addresses(campus):
        assert browser.get(address).status_code == 404
    assert browser.get(f"/work/proposals/{campus.row.pk}").status_code == 404
    assert TITLE not in text_of(browser, "/work")
    said = browser.post(addresses(campus)[1] + "/comments", {"act": "write", "text": "Hello."})
    assert said.status_code == 404
    assert Comment.objects.count() == 2


def test_a_stranger_and_a_closed_account_are_asked_to_sign_in(
    campus: SimpleNamespace, enter: As
) -> None:
    for browser in (Client(), enter("former")):
        for address in addresses(campus):
            answer = browser.get(address)
            assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True)


def test_nothing_but_the_posted_version_is_opened(campus: SimpleNamespace, enter: As) -> None:
    browser, page = enter("other"), f"/work/posted/{campus.row.pk}"
    proposal = f"/work/proposals/{campus.row.pk}"
    content = campus.row.case.snapshots.get().content
    kept_back = content.split('"sha256":"')[1:]
    codes = [browser.get(f"{page}/files/{part[:64]}").status_code for part in kept_back]
    assert sorted(codes) == [200, 404]  # the syllabus; not the memorandum
    for path in ("/versions", "/badge.json", "/files/1", "/edit/identity", "/affected-units"):
        assert browser.get(proposal + path).status_code == 404, path
    assert browser.post(f"{proposal}/comments", {"act": "write", "text": "x"}).status_code == 404
    assert browser.get(f"/work/posted/{uuid4()}").status_code == 404
    others = Comment.objects.get(text="Said among us.")
    send = {"act": "write", "text": "I know.", "reply_to": str(others.pk)}
    assert browser.post(f"{page}/comments", send).status_code == 404
    correct = {"act": "correct", "text": "Mine now.", "comment": str(others.pk)}
    assert browser.post(f"{page}/comments", correct).status_code == 403
    assert browser.post(f"{page}/comments", {"act": "write", "text": " "}).status_code == 409
    assert Comment.objects.count() == 2


def test_after_the_last_day_it_is_closed_again(campus: SimpleNamespace, enter: As) -> None:
    page = f"/work/posted/{campus.row.pk}"
    enter("other").post(f"{page}/comments", {"act": "write", "text": "Say who drives."})
    with clock.standing_at(clock.now() + timedelta(days=17)):
        browser = enter("other")
        assert TITLE not in text_of(browser, "/work/posted")
        assert TITLE not in text_of(browser, "/work")
        for address in (page, f"/work/proposals/{campus.row.pk}"):
            assert browser.get(address).status_code == 404
        late = browser.post(f"{page}/comments", {"act": "write", "text": "Late."})
        assert late.status_code == 404
        assert "Say who drives." in text_of(enter("mina"), f"/work/proposals/{campus.row.pk}")


def test_the_author_is_told_that_it_is_posted_and_until_when(campus: SimpleNamespace) -> None:
    opened = Event.objects.get(verb="step opened", data__contains='"campus"')
    assert Outbox.objects.filter(event=opened).exists()
    [letter] = letters_for(opened)
    assert (letter.template, letter.person) == ("period_opened", campus.mina)
    _, text = render(letter)
    assert "is open for comments through 4 Dec 2026" in text
    assert "Everyone on the staff can read" in text


def test_many_comments_cost_no_more_queries(
    campus: SimpleNamespace, enter: As, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    browser, page = enter("other"), f"/work/posted/{campus.row.pk}"
    for n in range(12):
        browser.post(f"{page}/comments", {"act": "write", "text": f"Number {n}."})
    for address, most in ((page, 32), ("/work/posted", 14)):
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            browser.get(address)


def test_who_commented_is_told_of_an_answer(campus: SimpleNamespace, enter: As) -> None:
    for key in ("other", "fellow"):
        address = f"{key}@lakeland.example"
        add_address(
            by=SET_UP, person=getattr(campus, key), address=address, kind=AddressKind.CAMPUS,
            primary=True,
        )  # fmt: skip
    to = f"/work/posted/{campus.row.pk}/comments"
    enter("other").post(to, {"act": "write", "text": "Say who drives."})
    first = Comment.objects.get(text="Say who drives.")

    def answered(key: str, text: str) -> list[tuple[str, str]]:
        """Who is told of this answer, and whether the page is open to them."""
        write_comment(
            by=campus.by(key), case=campus.row.case, text=text, audience=Circle.CAMPUS,
            reply_to=first,
        )  # fmt: skip
        event = Event.objects.filter(verb="comment written").latest("pk")
        return [
            (letter.person.display_name, "You can read it here" if link in body else "closed")
            for letter in letters_for(event)
            if letter.template == "comment_answered" and letter.person
            for body in [render(letter)[1]]
        ]

    link = f"/work/proposals/{campus.row.pk}#comment-"
    campus.row.refresh_from_db()
    assert answered("mina", "The county does.") == [("Otis Rain", "You can read it here")]
    assert answered("fellow", "It drove last year too.") == [
        ("Mina Ito", "You can read it here"), ("Otis Rain", "You can read it here"),
    ]  # fmt: skip
    assert answered("other", "Thank you.") == [
        ("Fay Lund", "You can read it here"), ("Mina Ito", "You can read it here"),
    ]  # fmt: skip
    with clock.standing_at(clock.now() + timedelta(days=30)):
        assert ("Otis Rain", "closed") in answered("mina", "It is settled.")


def test_who_may_not_open_the_record_any_more_is_not_told_of_answers_in_it(
    campus: SimpleNamespace,
) -> None:
    """Otis once wrote with Mina, and said something to everyone; he was taken off since."""
    add_address(
        by=SET_UP, person=campus.other, address="otis@lakeland.example", kind=AddressKind.CAMPUS,
        primary=True,
    )  # fmt: skip
    first = Comment.objects.get(text="Said among us.")
    Comment.objects.filter(pk=first.pk).update(writer=campus.other)
    first.refresh_from_db()
    with clock.standing_at(clock.now() + timedelta(days=30)):  # the period is over
        campus.row.refresh_from_db()
        write_comment(
            by=campus.by("mina"), case=campus.row.case, text="Settled.", audience=Circle.EVERYONE,
            reply_to=first,
        )  # fmt: skip
        letters = letters_for(Event.objects.filter(verb="comment written").latest("pk"))
    assert campus.other not in [letter.person for letter in letters]
