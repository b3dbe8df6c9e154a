"""Mails: written once however often the worker runs, and sent without keeping their secrets."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as post
from django.template.base import Lexer, TokenType

from bitterroot.governance.domain.case import freeze, move
from bitterroot.governance.domain.link import signature_for_token
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Case, SignatureRequest
from bitterroot.issuing.domain import queue, revocation
from bitterroot.issuing.domain.award import award_for_token
from bitterroot.issuing.models import Award
from bitterroot.learning.domain.request import refuse_line
from bitterroot.learning.models import IssuanceRequest
from bitterroot.messages.domain import letters
from bitterroot.messages.domain.codes import send_signing_code
from bitterroot.messages.domain.dispatch import run_once, send_waiting
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.writing import render
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.wording import template_of
from bitterroot.people.domain.account import (
    account_for_token,
    mint_sign_in_link,
    offer_sign_in,
)
from bitterroot.people.domain.person import create_account
from bitterroot.proposals.domain import consultation
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import start_proposal
from bitterroot.proposals.domain.proposal import sign_by_link
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event, Outbox, OutboxState
from issuing.conftest import recorded
from proposals.conftest import SET_UP

Issued = Callable[..., IssuanceRequest]
NAMES = ["José Núñez", "Zoë Whitebear", "Linh Nguyễn"]


def write_all() -> None:
    while run_once():
        pass


def test_the_road_to_the_gate_is_told_once_however_often_the_worker_runs(
    house: SimpleNamespace,
) -> None:
    write_all()
    told = sorted(Mail.objects.values_list("template", "to_name"))
    assert told == [
        ("decision_told", "Deane Larsen"),
        ("decision_told", "Hale Yellowtail"),
        ("decision_told", "Ivo Crane"),
        ("decision_told", "Rita Finley"),
        ("decision_told", "Ruth Larsen"),
        ("decision_told", "Sam Stokes"),
        ("gate_opened", "Dana Kipp"),
        ("pilot_started", "Dana Kipp"),
        ("pilot_started", "Hale Yellowtail"),
        ("proposal_approved", "Dana Kipp"),
        ("proposal_received", "Dana Kipp"),
        ("proposal_sent", "Dana Kipp"),
        ("proposal_submitted", "Olive Crane"),
    ]
    assert not Outbox.objects.exclude(state=OutboxState.DONE).exists()
    Outbox.objects.update(state=OutboxState.WAITING)  # as if the marks had been lost
    write_all()
    assert Mail.objects.count() == len(told)


def test_a_learner_gets_a_claim_link_that_works_and_only_its_digest_is_kept(
    issued: Issued,
) -> None:
    issued(NAMES)
    write_all()
    mails = list(Mail.objects.filter(template="award_issued").order_by("pk"))
    assert [m.to_name for m in mails] == NAMES
    assert mails[0].subject == "You earned a badge: GIS for Community Planning"
    for mail, award in zip(mails, Award.objects.order_by("line__number"), strict=True):
        token = re.search(r"/claim/(\S+)", mail.body).group(1)  # type: ignore[union-attr]
        assert award_for_token(token) == award
        kept = str(list(Award.objects.values())) + str(list(Event.objects.values()))
        assert token not in kept


def test_the_receipt_goes_to_the_requester_and_the_request_to_the_right_officers(
    issued: Issued,
) -> None:
    request = issued(NAMES)
    write_all()
    to = {
        t: sorted(Mail.objects.filter(template=t).values_list("to_name", flat=True))
        for t in ("issuance_requested", "issuance_issued", "list_submitted")
    }
    assert to == {
        "issuance_requested": ["Rita Finley", "Ruth Larsen"],
        "issuance_issued": ["Dana Kipp"],
        "list_submitted": ["Dana Kipp"],
    }
    receipt = Mail.objects.get(template="issuance_issued")
    assert receipt.subject == "Receipt: 3 badges of GIS for Community Planning issued"
    assert f"/lists/{request.tracking_list_id}" in receipt.body or "/work" in receipt.body


def test_the_receipt_says_how_many_rows_were_refused(house: SimpleNamespace, sent: Issued) -> None:
    request = sent(NAMES)
    row = request.lines.get(number=2)
    refuse_line(by=house.by("rita"), line=row, reason="Not enrolled.")
    recorded(house, request)
    queue.issue(by=house.by("rita"), request=request)
    queue.run_waiting()
    write_all()
    receipt = Mail.objects.get(template="issuance_issued")
    assert receipt.subject.startswith("Receipt: 2 badges")
    assert (
        "1 row of your list was refused, with a reason: nothing was issued for it." in receipt.body
    )


def test_a_link_that_the_operator_printed_is_not_ended_by_a_mail_that_waited(
    house: SimpleNamespace,
) -> None:
    account = create_account(by=SET_UP, person=house.ivo, username="ivo", password=None)
    offer_sign_in(by=SET_UP, account=account)
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        token = mint_sign_in_link(by=SET_UP, account=account)
        write_all()
        assert account_for_token(token) == account
        assert not Mail.objects.filter(template="sign_in_offered").exists()
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        account.refresh_from_db()
        offer_sign_in(by=SET_UP, account=account)  # asked for again: this one is mailed
        write_all()
    assert Mail.objects.filter(template="sign_in_offered").count() == 1
    assert account_for_token(token) is None


def test_a_failing_template_delays_its_own_mail_and_no_other(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(key: str, event: Event, data: dict[str, object]) -> list[letters.Letter]:
        raise ValueError("no such word; see https://x.example/claim/abcdefghijklmnopqrstuvwxyz")

    working = letters._MAKERS["proposal received"]
    monkeypatch.setitem(letters._MAKERS, "proposal received", fails)
    write_all()
    row = Outbox.objects.exclude(state=OutboxState.DONE).get()
    assert (row.event.verb, row.tries, row.state) == ("proposal received", 1, OutboxState.WAITING)
    assert row.last_error == "ValueError: no such word; see https://x.example/claim/…"
    assert row.run_after == clock.now() + timedelta(minutes=2)
    assert Mail.objects.count() == 12
    monkeypatch.setitem(letters._MAKERS, "proposal received", working)
    assert run_once() == 0  # not before its time
    with clock.standing_at(clock.now() + timedelta(minutes=3)):
        assert run_once() == 1
    assert Mail.objects.filter(template="proposal_received").count() == 1


@pytest.mark.parametrize(
    ("process", "subject", "line"),
    [
        ("termination", "Decided: Radiography, approved (end of a program)", "End of a program."),
        ("major-change", "Decided: Radiography, approved (major change)", "Major change."),
        ("pilot-proposal", "Decided: Radiography, approved", ""),
    ],
)
def test_a_letter_says_that_a_program_ends_or_changes_which_bears_its_title(
    house: SimpleNamespace, process: str, subject: str, line: str
) -> None:
    asked = Proposal(title="Radiography", process=process, lead=house.dana)
    words = {"proposal": asked, "outcome": "approved", "decision": None, "link": ""}
    letter = Letter("decision_told", "Deane Larsen", "deane@x.example", None, words)
    told, body = render(letter)
    said = body.split("\n\n")
    assert (told, said[0], said[1] if line else "") == (subject, "Hello Deane Larsen,", line)


def test_no_letter_does_more_with_its_reader_s_name_than_to_show_it() -> None:
    for letter in NOTICES:
        for token in Lexer(template_of(letter).source).tokenize():
            if token.token_type != TokenType.TEXT:
                words = set(re.findall(r"[\w.]+", token.contents))
                assert "name" not in words or token.contents == "name", letter


def test_a_row_that_never_works_is_given_up(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(letters._MAKERS, "proposal received")
    write_all()
    Outbox.objects.filter(event__verb="proposal approved").update(state=OutboxState.WAITING)
    Mail.objects.all().delete()

    def fails(key: str, event: Event, data: dict[str, object]) -> list[letters.Letter]:
        raise KeyError("gone")

    monkeypatch.setitem(letters._MAKERS, "proposal approved", fails)
    for hour in range(12):
        with clock.standing_at(clock.now() + timedelta(days=hour)):
            run_once()
    row = Outbox.objects.get(event__verb="proposal approved")
    assert (row.state, row.tries, row.last_error) == (OutboxState.FAILED, 8, "KeyError: 'gone'")


def test_a_consultation_comes_with_a_calendar_file(house: SimpleNamespace) -> None:
    at = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    asked = consultation.Consultation.objects.create(
        requester=house.dana,
        unit=house.unit,
        title="Drones",
        values={},
        requested_at=clock.now(),
    )
    consultation.schedule(
        by=house.by("olive"), consultation=asked, at=at, place="Room 4", consultant=house.olive
    )
    write_all()
    mails = Mail.objects.filter(template="consultation_scheduled").order_by("to_name")
    assert [m.to_name for m in mails] == ["Dana Kipp", "Olive Crane"]
    assert mails[0].subject == "Consultation on 1 Dec 2026, 10:00: Drones"
    assert mails[0].attachment_name == "consultation.ics"
    assert b"DTSTART:20261201T170000Z" in bytes(mails[0].attachment)
    send_waiting()
    letter = next(m for m in post.outbox if m.subject.startswith("Consultation on"))
    assert letter.attachments[0].mimetype == "text/calendar; method=REQUEST"
    assert 'Content-Type: text/calendar; method="REQUEST"; charset="utf-8"' in str(letter.message())


def test_a_partner_signs_by_link_and_code_and_neither_is_kept_once_sent(
    house: SimpleNamespace,
) -> None:
    write_all()
    send_waiting()
    signature = SignatureRequest.objects.filter(state=SignatureState.SIGNED).first()
    assert signature is not None
    signature.person, signature.partner_name = None, "Paula Rivers"
    signature.partner_email, signature.state = "paula@partner.example", SignatureState.REQUESTED
    signature.save()
    Case.objects.filter(pk=signature.case_id).update(state=CaseState.OPEN, step="signatures")
    Outbox.objects.filter(event__about=f"signature:{signature.pk}").update(
        state=OutboxState.WAITING
    )
    write_all()
    asked = Mail.objects.get(template="signature_partner")
    token = re.search(r"/sign/(\S+)", asked.body).group(1)  # type: ignore[union-attr]
    assert signature_for_token(token) == signature
    coded = send_signing_code(signature=signature)
    code = re.search(r"^ +(\d{6})$", coded.body, re.M).group(1)  # type: ignore[union-attr]
    post.outbox.clear()
    assert send_waiting() == 2
    assert {token in m.body or code in m.body for m in post.outbox} == {True}
    kept = str(list(Mail.objects.values("body", "subject"))) + str(list(Event.objects.values()))
    assert token not in kept
    assert code not in kept
    signed = sign_by_link(token=token, code=code, typed_name="Paula Rivers")
    assert signed.state == SignatureState.SIGNED


def test_what_cannot_be_sent_is_tried_again_later(
    house: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all()
    total = Mail.objects.count()

    def refused(self: object) -> int:
        raise OSError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(post.EmailMessage, "send", refused)
        assert send_waiting() == 0
    assert set(Mail.objects.values_list("state", "tries", "last_error")) == {
        (MailState.QUEUED, 1, "OSError: connection refused")
    }
    assert send_waiting() == 0
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        assert send_waiting() == total
    assert len(post.outbox) == total
    assert len({m.extra_headers["Message-ID"] for m in post.outbox}) == total


def test_in_the_demo_nothing_leaves_the_machine_and_links_stay_readable(
    issued: Issued, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    issued(NAMES)
    write_all()
    assert send_waiting() == Mail.objects.count()
    assert post.outbox == []
    assert "/claim/" in Mail.objects.filter(template="award_issued")[0].body


def test_the_learner_is_told_why_a_badge_is_revoked_and_how_to_appeal(
    house: SimpleNamespace, issued: Issued
) -> None:
    issued(["José Núñez"])
    asked = revocation.request_revocation(
        by=house.by("rita"),
        award=Award.objects.get(),
        reason_code="wrong_person",
        reason="Two learners share a name.",
    )
    write_all()
    assert [m.to_name for m in Mail.objects.filter(template="revocation_requested")] == [
        "Ruth Larsen"
    ]
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    write_all()
    told = Mail.objects.get(template="award_revoked")
    assert told.to_name == "José Núñez"
    assert "Two learners share a name." in told.body
    assert "you may appeal within 30 days" in told.body


def test_a_returned_proposal_says_what_to_mend(house: SimpleNamespace) -> None:
    other = start_proposal(by=house.by("dana"), title="Trails", unit=house.unit)
    other.state = ProposalState.SUBMITTED
    other.save()
    freeze(by=SET_UP, case=other.case, content={"values": {}}, person=house.dana)
    move(by=SET_UP, case=other.case, step="office")
    verbs.decide(
        by=house.by("olive"),
        proposal=other,
        outcome="return",
        reason="Nearly there.",
        field_reasons={"rationale": "Name the towns."},
    )
    write_all()
    body = Mail.objects.get(template="proposal_returned").body
    assert "Nearly there." in body
    assert ": Name the towns.\n" in body
    assert "\n\n\n" not in body
