"""The office words a letter: by names alone, with a preview, in versions; and reads it before it goes."""

from types import SimpleNamespace

import pytest
from django.core import mail as post

from bitterroot.messages import wording
from bitterroot.messages.domain import writing
from bitterroot.messages.domain.again import may_go_again, send_again
from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.domain.drafts import change_draft, discard_draft, seen, send_draft
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.rewording import read_first, reword, use_shipped
from bitterroot.messages.duties import duties_of
from bitterroot.messages.groups import ONE_TIME
from bitterroot.messages.models import LetterRule, LetterText, Mail
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.queries.letters import all_worded, preview, worded
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record.models import Event, Outbox, OutboxState

LETTER = "proposal_received"
SUBJECT = "We have it: {proposal}"
TEXT = "Dear {name},\n\n“{proposal}” is with us.\n\n{link}\n\n{office}"


def write_again(verb: str = "proposal received") -> Mail:
    """The mail of this event, written now."""
    Mail.objects.filter(event__verb=verb).delete()
    Outbox.objects.filter(event__verb=verb).update(state=OutboxState.WAITING)
    while run_once():
        pass
    return Mail.objects.get(event__verb=verb, template=verb.replace(" ", "_"))


def test_every_letter_can_be_read_kept_as_it_is_and_shown_with_example_data() -> None:
    for letter in NOTICES:
        known = wording.shipped(letter)
        assert wording.faults(letter, known.subject, known.body) == [], letter
        subject, body = (wording.example(letter, text) for text in (known.subject, known.body))
        assert subject.strip(), letter
        assert "{" not in subject + body, letter
        assert "  \n" not in body, letter


def test_each_letter_with_a_one_time_link_is_known_as_such() -> None:
    """They are those whose makers mint a token: none of them is ever shown as a draft."""
    says = {
        "signature_partner", "signature_receipt", "signing_code", "sign_in_offered", "password_reset", "confirm_address", "award_issued",
        "award_unclaimed", "award_expiring", "award_expired", "award_revoked", "award_reinstated",
        "award_signed_anew", "award_corrected", "appeal_granted", "appeal_dismissed", "name_refused",
            "award_suspended", "award_suspension_lifted", "copy_signed_anew", "badge_collected",
    }  # fmt: skip
    assert says == ONE_TIME


def test_the_office_words_a_letter_and_the_next_mail_has_its_words(house: SimpleNamespace) -> None:
    before = write_again()
    made = reword(by=house.by("olive"), letter=LETTER, subject=SUBJECT, body=TEXT, based_on=0)
    mail = write_again()
    assert before.subject != mail.subject == "We have it: GIS for Community Planning"
    assert mail.body.startswith(
        "Dear Dana Kipp,\n\n“GIS for Community Planning” is with us.\n\nhttp"
    )
    assert (before.wording, mail.wording) == (None, made)
    assert preview(LETTER, made.subject, made.body)[0] == "We have it: GIS for Community Planning"
    use_shipped(by=house.by("olive"), letter=LETTER, based_on=1)
    assert write_again().subject == before.subject
    assert [(t.n, t.shipped) for t in LetterText.objects.all()] == [(2, True), (1, False)]
    told = Event.objects.filter(stream=f"letter:{LETTER}").order_by("seq")
    assert list(told.values_list("verb", flat=True)) == ["letter reworded", "letter reset"]


@pytest.mark.parametrize(
    ("subject", "body", "why"),
    [
        ("Hello", "Hi {nmae}.\n{link}", "This letter knows no {nmae}. Use the names below."),
        ("Hello", "Hi {name}", "Without {link} its reader would not be told what they must"),
        ("See {link}", "{link}", "A link or code does not stand in a subject."),
        ("Hello", "{% load static %}{link}", "This letter knows no {% load static %}."),
        ("Hello", "{{ proposal.lead.password }}{link}", "A brace stands alone"),
        ("Hello", "{link} and {", "A brace stands alone"),
        ("", "{link}", "Write a subject of at most 200 characters."),
        ("Hello", "{link}" + "x" * 10_000, "Write a text of at most 10,000 characters."),
        ("Hello", "{link}\x00", "It holds a sign that cannot be shown."),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    house: SimpleNamespace, subject: str, body: str, why: str
) -> None:
    with pytest.raises(NotPossible) as error:
        reword(by=house.by("olive"), letter=LETTER, subject=subject, body=body, based_on=0)
    assert why in " ".join(sentence for _, sentence in error.value.problems)
    assert not LetterText.objects.exists()


def test_a_value_is_text_whatever_it_holds(house: SimpleNamespace) -> None:
    reword(by=house.by("olive"), letter=LETTER, subject=SUBJECT, body=TEXT, based_on=0)
    house.dana.display_name = "{{ 7|add:7 }} {link} <b>Dana</b>"
    house.dana.save()
    assert "Dear {{ 7|add:7 }} {link} <b>Dana</b>," in write_again().body


def test_who_opened_an_older_version_is_told_and_nobody_else_may(house: SimpleNamespace) -> None:
    olive = house.by("olive")
    reword(by=olive, letter=LETTER, subject="One", body=TEXT, based_on=0)
    with pytest.raises(NotPossible, match="Olive Crane wrote version 1 of this letter after you"):
        reword(by=olive, letter=LETTER, subject="Two", body=TEXT, based_on=0)
    with pytest.raises(NotPossible, match="in use already"):
        reword(by=olive, letter=LETTER, subject="One", body=TEXT, based_on=1)
    for key in ("dana", "rita", "hale"):
        with pytest.raises(Refused):
            reword(by=house.by(key), letter=LETTER, subject="Two", body=TEXT, based_on=1)
    assert worded(LETTER).subject == "One"


def test_words_that_a_newer_release_does_not_know_give_way_to_the_shipped_ones(
    house: SimpleNamespace,
) -> None:
    row = reword(by=house.by("olive"), letter=LETTER, subject="One", body=TEXT, based_on=0)
    LetterText.objects.filter(pk=row.pk).update(body=TEXT + "{colour of the sky}")
    mail = write_again()
    assert (mail.subject != "One", mail.wording, worded(LETTER).broken) == (True, None, True)


def test_the_office_reads_first_changes_sends_and_discards(house: SimpleNamespace) -> None:
    olive = house.by("olive")
    for letter in ("proposal_declined", LETTER):
        read_first(by=olive, letter=letter, on=True)
    draft = write_again()
    send_waiting()
    assert (draft.state, [m for m in post.outbox if "received" in m.subject.lower()]) == (
        "draft",
        [],
    )
    assert may_go_again(draft) is False
    assert [d.title for d in duties_of(house.olive) if d.url_name == "office:drafts"] == [
        "1 letter to read"
    ]
    assert [d for d in duties_of(house.dana) if d.url_name == "office:drafts"] == []
    opened = seen(draft)
    changed = change_draft(
        by=olive, mail=draft, subject="Here it is", body="Come by, Dana.", was=opened
    )
    for late in (send_draft, lambda **k: change_draft(subject="x", body="y", **k)):
        with pytest.raises(NotPossible, match="Somebody changed this draft after you opened it"):
            late(by=olive, mail=draft, was=opened)
    send_draft(by=olive, mail=draft, was=seen(changed))
    post.outbox.clear()
    send_waiting()
    assert ("Here it is", "Come by, Dana.\n") in [(m.subject, m.body) for m in post.outbox]
    with pytest.raises(NotPossible, match="This is no draft any more: sent"):
        discard_draft(by=olive, mail=draft, reason="Too late.")
    other = write_again()
    with pytest.raises(NotPossible, match="Say why"):
        discard_draft(by=olive, mail=other, reason=" ")
    discard_draft(by=olive, mail=other, reason="Told by phone.")
    other.refresh_from_db()
    assert (other.state, other.discarded, other.read_by) == (
        "dropped",
        "Told by phone.",
        house.olive,
    )
    with pytest.raises(NotPossible, match="It cannot be sent: discarded by the office"):
        send_again(by=olive, mail=other)
    read_first(by=olive, letter=LETTER, on=False)
    assert write_again().state == "queued"


def test_a_one_time_link_is_never_read_by_the_office(house: SimpleNamespace) -> None:
    with pytest.raises(NotPossible, match="holds a one-time link or code"):
        read_first(by=house.by("olive"), letter="award_issued", on=True)
    LetterRule.objects.create(
        letter="award_issued",
        read_first=True,
        changed_by=house.olive,
        changed_at="2026-11-01T00:00Z",
    )
    assert not Mail.objects.filter(state="draft").exists()
    assert sum(len(found) for _, found in all_worded()) == len(NOTICES)


def test_what_holds_a_link_goes_out_unread_whatever_a_list_of_letters_says(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ONE_TIME", frozenset())
    rule = {"read_first": True, "changed_by": house.olive, "changed_at": "2026-11-01T00:00Z"}
    LetterRule.objects.create(letter=LETTER, **rule)
    plain, opens = (
        writing.written(
            Letter(
                LETTER, "José Núñez", "jose@x.example", None, {"proposal": "Maps", "link": link}
            ),
            about="this",
            event=None,
        )
        for link in ("https://x.example/work", f"https://x.example/claim/{'A' * 43}")
    )
    assert (plain.state, opens.state) == ("draft", "queued")
