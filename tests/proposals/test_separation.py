"""Nobody signs, decides or waves through what is their own, whatever else they are."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from bitterroot.governance.comment_rules import circles_of
from bitterroot.governance.domain.signature import delegate
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, assign_role
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain import consultation as talks
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import (
    invite_co_author,
    remove_co_author,
    save_values,
    waive_consultation,
)
from bitterroot.proposals.domain.earlier import record_earlier_program
from bitterroot.proposals.domain.mou import draft_mou, execute_mou
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.proposals.queries.missing import missing
from bitterroot.proposals.queries.signers import wrote_along_until
from bitterroot.proposals.rules import may_check, may_execute_mou, may_see
from bitterroot.record import clock

from .conftest import ANSWERS, SET_UP, SINCE
from .test_road import asked, sign_next
from .test_signatures import PARTNER, fresh


def capacities(proposal: Proposal) -> list[tuple[str, str]]:
    found = SignatureRequest.objects.filter(case=proposal.case).order_by("order")
    return [(s.capacity, s.person.display_name if s.person else "") for s in found]


def test_a_head_who_writes_along_is_not_asked_and_the_road_goes_on(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.hale)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    assert capacities(proposal) == [
        ("supervisor of lead", "Sam Stokes"),
        ("head of owner unit", "Deane Larsen"),  # who is also the dean, and signs once
    ]
    sign_next(uni, fresh(proposal))
    assert asked(fresh(proposal)).person == uni.deane
    sign_next(uni, fresh(proposal))
    assert fresh(proposal).state == "submitted"


def test_where_every_superior_writes_along_the_lead_is_told_before_sending(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    for writer in (uni.hale, uni.deane):
        invite_co_author(by=uni.by("dana"), proposal=proposal, person=writer)
    said = (
        f"Nobody but an author holds the office “Head, {uni.unit.name}” today. Hale Yellowtail, who holds it,"
        " writes along. Deane Larsen, who would be asked next, writes along. Take Hale Yellowtail or"
        " Deane Larsen off under “Who writes along” before they write in it, or ask the program"
        " office who else can sign."
    )
    assert [(g.section, g.field, g.message) for g in missing(fresh(proposal))] == [
        ("signatures", "signatories", said)
    ]
    with pytest.raises(NotPossible, match="missing") as refused:
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    assert refused.value.problems == [("signatories", said)]
    row = fresh(proposal)
    for writer in ("hale", "deane"):
        row.refresh_from_db()
        save_values(
            by=uni.by(writer), proposal=row, values={"rationale": writer}, revision=row.revision
        )
    remove_co_author(by=uni.by("dana"), proposal=fresh(proposal), person=uni.hale)
    (gap,) = missing(fresh(proposal))
    assert "Hale Yellowtail, who holds it, wrote in it." in gap.message
    assert gap.message.endswith(
        "Nobody signs what they wrote: ask the program office who else can sign."
    )


def test_an_office_without_a_holder_is_told_in_a_draft_with_other_gaps(
    uni: SimpleNamespace, change: Callable[..., Proposal], proposal: Proposal
) -> None:
    uni.hale.assignments.all().delete()
    change(proposal, rationale="")
    found = {gap.field: gap.message for gap in missing(fresh(proposal))}
    assert found.keys() == {"rationale", "signatories"}
    assert found["signatories"] == (
        f"Nobody holds the office “Head, {uni.unit.name}” today. Ask the program office who will"
        " hold it."
    )


def test_no_author_signs_as_the_partner_s_officer(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> None:
    add_address(by=SET_UP, person=uni.dana, address="Dana@home.example", kind=AddressKind.PERSONAL)
    officer = {"name": "City of Missoula", "officer": "P. Rivers", "email": "dana@HOME.example"}
    change(proposal, **{**PARTNER, "partner_organizations": [officer]})
    with pytest.raises(NotPossible, match="is an address of Dana Kipp"):
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))


@pytest.fixture
def both(uni: SimpleNamespace) -> SimpleNamespace:
    """Dana now works in the program office too."""
    assign_role(by=SET_UP, person=uni.dana, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    return uni


def test_an_officer_does_not_waive_for_their_own_proposal(
    both: SimpleNamespace, proposal: Proposal
) -> None:
    with pytest.raises(Refused, match="their own proposal"):
        waive_consultation(by=both.by("dana"), proposal=proposal, reason="I know it all.")


def test_nothing_is_waived_once_it_is_on_its_way(both: SimpleNamespace, proposal: Proposal) -> None:
    verbs.submit_for_signatures(by=both.by("dana"), proposal=proposal)
    with pytest.raises(NotPossible, match="on its way already"):
        waive_consultation(by=both.by("olive"), proposal=proposal, reason="Too late.")


def test_an_officer_does_not_hold_the_consultation_that_they_asked_for(
    both: SimpleNamespace,
) -> None:
    now = clock.now()
    row = Consultation.objects.create(
        requester=both.dana, unit=both.unit, title="Maps", requested_at=now, values={}
    )
    talks.schedule(
        by=both.by("olive"),
        consultation=row,
        at=now + timedelta(days=1),
        place="Room 5",
        consultant=both.olive,
    )
    with pytest.raises(Refused, match="someone else holds it"):
        talks.hold(by=both.by("dana"), consultation=row, notes="Splendid.", outcome="go")
    with clock.standing_at(now + timedelta(days=1)):
        talks.hold(by=both.by("olive"), consultation=row, notes="Good.", outcome="go")


def test_an_officer_does_not_execute_the_agreement_of_their_own_proposal(
    both: SimpleNamespace, proposal: Proposal
) -> None:
    mou = draft_mou(by=both.by("dana"), proposal=proposal, values={"title": "Agreement"})
    said = {"mou": mou, "file_name": "a.pdf", "data": b"%PDF-1.7 signed"}
    with pytest.raises(Refused, match="your own proposal"):
        execute_mou(by=both.by("dana"), executed_on=date(2026, 11, 1), **said)
    done = execute_mou(by=both.by("olive"), executed_on=date(2026, 11, 1), **said)
    assert done.state == "executed"


def test_an_officer_does_not_enter_a_program_that_they_lead(both: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="that you lead"):
        record_earlier_program(
            by=person(both.dana),
            values={**ANSWERS, "owner_unit": both.unit.key},
            lead=both.dana,
            body="Board of Regents",
            decided_on=date(2025, 5, 1),
            document_name="minutes.pdf",
            document=b"%PDF-1.7 minutes",
        )


def test_who_wrote_in_it_does_not_sign_it_after_they_were_removed(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.hale)
    row = fresh(proposal)
    save_values(
        by=uni.by("hale"), proposal=row, values={"rationale": "I know."}, revision=row.revision
    )
    remove_co_author(by=uni.by("dana"), proposal=row, person=uni.hale)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    assert capacities(proposal) == [
        ("supervisor of lead", "Sam Stokes"),
        ("head of owner unit", "Deane Larsen"),
    ]
    request = asked(fresh(proposal))
    with pytest.raises(NotPossible, match="neither yourself nor an author"):
        delegate(by=uni.by("sam"), signature=request, to=uni.hale, reason="I am away.")


def test_a_co_author_of_a_frozen_version_does_not_sign_a_later_one(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.hale)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    verbs.take_back(by=uni.by("dana"), proposal=fresh(proposal))
    remove_co_author(by=uni.by("dana"), proposal=fresh(proposal), person=uni.hale)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    assert capacities(proposal)[-1] == ("head of owner unit", "Deane Larsen")


def test_who_was_invited_and_left_before_they_wrote_may_sign(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.hale)
    remove_co_author(by=uni.by("dana"), proposal=fresh(proposal), person=uni.hale)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    assert ("head of owner unit", "Hale Yellowtail") in capacities(proposal)
    assert wrote_along_until(fresh(proposal)) == {uni.hale.pk: clock.today()}


def test_who_is_invited_once_more_writes_along_again(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    for act in (invite_co_author, remove_co_author, invite_co_author):
        act(by=uni.by("dana"), proposal=fresh(proposal), person=uni.hale)
    assert wrote_along_until(fresh(proposal)) == {}


def test_a_removed_co_author_neither_opens_nor_changes_nor_decides_it(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    """Stan wrote along and was removed; offices that he comes to hold do not bring him back."""
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.stranger)
    row = fresh(proposal)
    save_values(
        by=uni.by("stranger"), proposal=row, values={"rationale": "Us."}, revision=row.revision
    )
    remove_co_author(by=uni.by("dana"), proposal=row, person=uni.stranger)
    assign_role(by=SET_UP, person=uni.stranger, role=Role.REGISTRAR, starts_on=SINCE)
    row = fresh(proposal)
    assert not may_see(uni.stranger, row)
    assert circles_of(uni.stranger, row.case) == []
    with pytest.raises(Refused, match="Only its authors"):
        save_values(
            by=uni.by("stranger"), proposal=row, values={"rationale": "Me."}, revision=row.revision
        )
    assign_role(by=SET_UP, person=uni.stranger, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    assert not may_check(uni.by("stranger"), row)
    assert not may_execute_mou(uni.by("stranger"), row)


def test_an_agreement_whose_last_day_is_no_day_is_not_executed(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    said = {"title": "Agreement", "ends": "next spring", "renewal": "by agreement"}
    mou = draft_mou(by=uni.by("dana"), proposal=proposal, values=said)
    with pytest.raises(NotPossible, match="last day is no day"):
        execute_mou(
            by=uni.by("olive"),
            mou=mou,
            file_name="a.pdf",
            data=b"%PDF-1.7 signed",
            executed_on=date(2026, 11, 1),
        )
