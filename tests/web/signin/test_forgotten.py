"""Dana forgot her password; strangers learn nothing from asking for her."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as post
from django.test import Client

from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.models import Mail
from bitterroot.people.domain.account import close_account
from bitterroot.people.domain.person import add_address, create_account, mark_bounced
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Account, Address
from bitterroot.record import clock
from web.road_people import PASSWORD, SET_UP

ANOTHER = "another river runs"


@pytest.fixture
def dana(uni: SimpleNamespace) -> Account:
    for address, primary in (("dana@umontana.example.edu", True), ("dana@home.example", False)):
        add_address(
            by=SET_UP, person=uni.dana, address=address, kind=AddressKind.CAMPUS,
            primary=primary, verified=True,
        )  # fmt: skip
    return create_account(by=SET_UP, person=uni.dana, username="dk101", password=PASSWORD)


def ask(name: str) -> tuple[int, str]:
    """The answer, without the token that differs on every page."""
    answer = Client().post("/sign-in/forgotten", {"username": name})
    text = re.sub(r'value="\w{64}"|nonce="[^"]+"', "", answer.content.decode())
    return answer.status_code, text


def sent() -> list[str]:
    """To whom mails went since, in order."""
    before = len(post.outbox)
    run_once()
    send_waiting()
    return [str(each.to[0]) for each in post.outbox[before:]]


def link() -> str:
    found = re.search(r"/open/\S+", str(post.outbox[-1].body))
    assert found
    return found.group()


def test_she_chooses_a_new_one_by_a_link_that_works_once(dana: Account) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert elsewhere.get("/work").status_code == 200
    ask(" DK101 ")
    assert sent() == ["dana@umontana.example.edu"]
    path = link()
    assert "/open/…" in Mail.objects.get(template="password_reset").body
    assert elsewhere.get("/work").status_code == 200  # asking alone ends nothing
    done = Client().post(path, {"password": ANOTHER, "again": ANOTHER})
    assert done.status_code == 302
    assert elsewhere.get("/work").status_code == 302
    assert sent() == ["dana@umontana.example.edu"]
    assert post.outbox[-1].subject == "Your password was changed"
    assert Client().get(path).status_code == 404
    old = Client().post("/sign-in", {"username": "dk101", "password": PASSWORD})
    assert old.status_code == 422


def test_after_an_hour_the_link_works_no_more_and_the_old_password_does(dana: Account) -> None:
    ask("dk101")
    sent()
    path = link()
    with clock.standing_at(clock.now() + timedelta(minutes=59)):
        assert Client().get(path).status_code == 200
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        assert Client().get(path).status_code == 404
    assert Client().post("/sign-in", {"username": "dk101", "password": PASSWORD}).status_code == 302


def test_whoever_asks_does_not_learn_which_accounts_there_are(dana: Account) -> None:
    assert ask("dk101") == ask("nobody")
    close_account(by=SET_UP, account=dana)
    assert ask("dk101") == ask("nobody")
    assert sent() == []


def test_it_goes_to_the_main_address_alone_and_only_while_mail_reaches_it(dana: Account) -> None:
    main = Address.objects.get(person=dana.person, primary=True)
    mark_bounced(by=SET_UP, address=main)
    ask("dk101")
    assert sent() == []


def test_nobody_s_mailbox_is_filled(dana: Account) -> None:
    assert [ask("dk101")[0] for _ in range(4)] == [200, 200, 200, 429]
    assert Client().post("/sign-in/forgotten", {"username": ""}).status_code == 422
