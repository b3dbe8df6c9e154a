"""A memorandum goes out for signatures: a frozen document, a letter to each party, a next version."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from bitterroot.files.typeset import tagged_pdf
from bitterroot.messages.domain import reminders
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.domain.reminders import remind
from bitterroot.messages.models import Mail, MailState
from bitterroot.people.domain.person import add_address, create_account
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import mou as verbs
from bitterroot.proposals.domain.proposal import withdraw
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.interfaces import memorandum
from bitterroot.proposals.models import Mou, MouVersion, Proposal
from bitterroot.proposals.queries.memorandum import document_of, document_of_version, last_version
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from proposals.conftest import SET_UP

TRUST = "Séliš u Ql̓ispé Land Trust"
PARTIES = [
    {"legal_name": "Geography", "officer": "Hale Yellowtail", "officer_title": "Head",
     "email": "hale@umontana.example.edu"},
    {"legal_name": TRUST, "officer": "Owen Birdsong", "email": "owen@trust.example"},
    {"legal_name": "مؤسسة الأرض", "officer": "محمد الكندي", "email": ""},
]  # fmt: skip
VALUES: dict[str, Any] = {
    "title": "Agreement on maps", "type": "third-party", "parties": PARTIES, "starts": "2027-01-04",
    "ends": "2029-12-31", "purpose": "Teach together.", "termination_notice_days": 30,
    "responsibilities": [{"party": "Geography", "area": "delivery", "duty": "Teaches the course."}],
    "financial_model": "Half each.", "data_sharing": "None.", "teach_out": "Both finish.",
    "signatories": [{"party": p["legal_name"], "name": p["officer"]} for p in PARTIES[:2]],
}  # fmt: skip


@pytest.fixture
def drafted(proposal: Proposal, uni: SimpleNamespace) -> Mou:
    """Dana's memorandum with three parties, of whom one has no address; Hale has an account."""
    for who, to in (
        (uni.hale, "hale@umontana.example.edu"),
        (uni.dana, "dana@umontana.example.edu"),
    ):
        add_address(by=SET_UP, person=who, address=to, kind="campus", primary=True)
    create_account(by=SET_UP, person=uni.hale, username="hale", password=None)
    return verbs.draft_mou(by=uni.by("dana"), proposal=proposal, values=VALUES)


@pytest.fixture(autouse=True)
def printed(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, str]:
    """What each PDF that is made was given to print, by its bytes."""
    _printed.clear()

    def set_and_remember(source: str, data: Any) -> bytes:
        pdf = tagged_pdf(source, data)
        _printed[pdf] = orjson.dumps(data).decode()
        return pdf

    monkeypatch.setattr(memorandum, "tagged_pdf", set_and_remember)
    return _printed


_printed: dict[bytes, str] = {}


def text_of(pdf: bytes) -> str:
    return _printed[pdf]


def told(template: str) -> dict[str, Mail]:
    run_once()
    return {mail.to_address: mail for mail in Mail.objects.filter(template=template).order_by("pk")}


def on(day: str) -> Any:
    return clock.standing_at(datetime.combine(date.fromisoformat(day), time(16), UTC))


def test_what_goes_out_is_frozen_as_a_document_to_sign(drafted: Mou, uni: SimpleNamespace) -> None:
    assert "Draft, not for signature" in text_of(document_of(drafted))
    verbs.send_mou(by=uni.by("dana"), mou=drafted, sign_by=date(2026, 12, 1))
    version = last_version(drafted)
    assert version is not None
    pdf = document_of_version(version)
    text = text_of(pdf)
    assert (b"pdfuaid:part>1<" in pdf, b"/StructTreeRoot" in pdf) == (True, True)
    for said in (
        "Agreement on maps", '"programs":["GIS for Community Planning"]', "Version 1 of 18 Nov 2026",
        version.sha256, "To be signed by 1 Dec 2026", "Teaches the course.", "Delivery",
        "4 Jan 2027", "31 Dec 2029", "Half each.", "Land Trust", "Owen Birdsong",
    ):  # fmt: skip
        assert said in text, said
    assert "Draft" not in text
    signing = orjson.loads(version.content)["signatures"]
    assert [each["party"] for each in signing] == [p["legal_name"] for p in PARTIES]
    assert signing[2] == {"party": "مؤسسة الأرض", "name": "محمد الكندي", "title": ""}
    Mou.objects.filter(pk=drafted.pk).update(values={**VALUES, "purpose": "Something else."})
    kept = text_of(document_of_version(MouVersion.objects.get()))
    assert ("Teach together." in kept, "Something else." in kept) == (True, False)
    assert verify_record().broken == []
    MouVersion.objects.update(content=version.content.replace("Half each.", "All ours."))
    assert [each for each in verify_record().broken if "mou-version" in str(each)] != []


def test_a_draft_of_megabytes_is_not_set(drafted: Mou) -> None:
    drafted.values = {**VALUES, "purpose": "word " * 100_000}
    drafted.save()
    with pytest.raises(NotPossible, match="too long for a document"):
        document_of(drafted)


def test_each_party_with_an_address_gets_the_document_once(
    drafted: Mou, uni: SimpleNamespace
) -> None:
    verbs.send_mou(by=uni.by("dana"), mou=drafted, sign_by=date(2026, 12, 1))
    with pytest.raises(NotPossible, match="out for signature"):
        verbs.send_mou(by=uni.by("dana"), mou=drafted)
    letters = told("mou_to_sign")
    assert sorted(letters) == ["hale@umontana.example.edu", "owen@trust.example"]
    outside, inside = letters["owen@trust.example"], letters["hale@umontana.example.edu"]
    assert outside.subject == "Please sign: Agreement on maps"
    assert "return it to Dana Kipp at dana@umontana.example.edu by 1 Dec 2026" in outside.body
    assert "http" not in outside.body  # who has no account gets no link
    assert f"/work/proposals/{drafted.proposal_id}/agreement" in inside.body
    assert outside.attachment_name == "memorandum-version-1.pdf"
    assert "Version 1 of 18 Nov 2026" in text_of(bytes(outside.attachment))
    assert inside.stream == f"case:{drafted.proposal.case_id}"  # the office finds it in its log
    run_once()
    assert Mail.objects.filter(template="mou_to_sign").count() == 2


def test_taken_back_and_sent_again_the_parties_know_which_one_to_sign(
    drafted: Mou, uni: SimpleNamespace
) -> None:
    verbs.send_mou(by=uni.by("dana"), mou=drafted)
    told("mou_to_sign")
    with pytest.raises(NotPossible):  # what is out is not written on
        verbs.save_mou(by=uni.by("dana"), mou=drafted, values=VALUES)
    with pytest.raises(Refused):
        verbs.take_back_mou(by=uni.by("stranger"), mou=drafted)
    verbs.take_back_mou(by=uni.by("dana"), mou=drafted, reason="The split was wrong.")
    changed = {**VALUES, "financial_model": "A third each.", "parties": PARTIES[:2]}
    verbs.save_mou(by=uni.by("dana"), mou=drafted, values=changed)
    gone = told("mou_taken_back")
    assert sorted(gone) == ["hale@umontana.example.edu", "owen@trust.example"]
    assert "Why: The split was wrong." in gone["owen@trust.example"].body
    row = verbs.send_mou(by=uni.by("dana"), mou=drafted)
    assert (row.state, row.versions.count()) == (MouState.OUT_FOR_SIGNATURE, 2)
    again = told("mou_to_sign")["owen@trust.example"]
    assert again.subject == "New document to sign: Agreement on maps"
    assert "It takes the place of every version before" in again.body
    assert "A third each." in text_of(bytes(again.attachment))
    first = row.versions.get(n=1)
    assert "Half each." in text_of(document_of_version(first))
    verbs.execute_mou(
        by=uni.by("olive"), mou=row, file_name="mou.pdf", data=b"%PDF-1.7 signed",
        executed_on=clock.today(),
    )  # fmt: skip
    with pytest.raises(NotPossible):
        verbs.take_back_mou(by=uni.by("dana"), mou=row)
    assert verify_record().broken == []


def test_one_taken_back_before_the_mail_was_written_is_not_sent(
    drafted: Mou, uni: SimpleNamespace
) -> None:
    verbs.send_mou(by=uni.by("dana"), mou=drafted)
    verbs.take_back_mou(by=uni.by("dana"), mou=drafted)
    verbs.send_mou(by=uni.by("dana"), mou=drafted)
    run_once()
    mails = Mail.objects.filter(template="mou_to_sign", to_address="owen@trust.example")
    assert [mail.attachment_name for mail in mails] == ["memorandum-version-2.pdf"]


def test_what_nobody_got_is_not_taken_back_in_a_letter(drafted: Mou, uni: SimpleNamespace) -> None:
    verbs.send_mou(by=uni.by("dana"), mou=drafted)
    verbs.take_back_mou(by=uni.by("dana"), mou=drafted)
    assert told("mou_taken_back") == {}
    verbs.send_mou(by=uni.by("dana"), mou=drafted)
    assert len(told("mou_to_sign")) == 2
    Mail.objects.update(state=MailState.DRAFT)  # the office reads such letters first
    Mail.objects.filter(to_address="owen@trust.example").update(state=MailState.SENT)
    verbs.take_back_mou(by=uni.by("dana"), mou=drafted)
    assert "owen@trust.example" in told("mou_taken_back")
    states = Mail.objects.filter(template="mou_to_sign").values_list("to_address", "state")
    assert set(states) == {
        ("owen@trust.example", MailState.SENT),
        ("hale@umontana.example.edu", MailState.DROPPED),  # it cannot go out after all
    }


def test_the_parties_are_not_flooded(drafted: Mou, uni: SimpleNamespace) -> None:
    for _ in range(verbs.MOST_SENT):
        verbs.send_mou(by=uni.by("dana"), mou=drafted)
        verbs.take_back_mou(by=uni.by("dana"), mou=drafted)
    with pytest.raises(NotPossible, match="5 times within a day"):
        verbs.send_mou(by=uni.by("dana"), mou=drafted)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.versions.count()) == (MouState.DRAFT, 5)
    with on("2026-11-20"):
        assert verbs.send_mou(by=uni.by("dana"), mou=drafted).versions.count() == 6


def test_nobody_is_asked_to_sign_for_what_was_withdrawn(drafted: Mou, uni: SimpleNamespace) -> None:
    withdraw(by=uni.by("dana"), proposal=drafted.proposal, reason="No teacher was found.")
    with pytest.raises(NotPossible, match="The proposal is withdrawn: nobody is asked to sign"):
        verbs.send_mou(by=uni.by("dana"), mou=Mou.objects.get(pk=drafted.pk))
    assert MouVersion.objects.count() == 0


def test_reminders_in_which_something_is_wrong_do_not_hold_up_the_others(
    drafted: Mou, uni: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ValueError("a template that cannot be filled")

    monkeypatch.setattr(reminders, "_signatures", broken)
    verbs.send_mou(by=uni.by("dana"), mou=drafted, sign_by=date(2026, 12, 1))
    with on("2026-11-28"), pytest.raises(ValueError, match="cannot be filled"):
        remind()
    assert Mail.objects.filter(template="mou_to_sign_reminder").count() == 2


def test_the_parties_are_reminded_before_the_day_and_the_lead_after_it(
    drafted: Mou, uni: SimpleNamespace
) -> None:
    with pytest.raises(NotPossible) as refused:
        verbs.send_mou(by=uni.by("dana"), mou=drafted, sign_by=date(2026, 11, 17))
    assert [field for field, _ in refused.value.problems] == ["sign_by"]
    verbs.send_mou(by=uni.by("dana"), mou=drafted, sign_by=date(2026, 12, 1))
    seen: dict[str, tuple[int, int]] = {}
    for day in ("2026-11-27", "2026-11-28", "2026-12-01", "2026-12-02", "2026-12-03"):
        with on(day):
            remind()
            remind()
        count: Callable[[str], int] = lambda key: Mail.objects.filter(template=key).count()  # noqa: E731
        seen[day] = (count("mou_to_sign_reminder"), count("mou_signatures_late"))
    assert seen == {
        "2026-11-27": (0, 0),
        "2026-11-28": (2, 0),
        "2026-12-01": (2, 0),
        "2026-12-02": (2, 1),
        "2026-12-03": (2, 1),
    }
    mail = Mail.objects.get(template="mou_to_sign_reminder", to_address="owen@trust.example")
    assert mail.subject == "Still to be signed by 1 Dec 2026: Agreement on maps"
    assert mail.attachment_name == "memorandum-version-1.pdf"
