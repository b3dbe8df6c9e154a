"""While Hale, the head, is away, Kim signs for him; and nobody signs or decides their own that way."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance.domain.away import go_away, pass_up_due
from bitterroot.governance.domain.signature import delegate
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.queries import waiting_for
from bitterroot.messages.domain.letters import letters_for
from bitterroot.messages.domain.writing import render
from bitterroot.people.actor import person
from bitterroot.people.domain.absence import end_absence
from bitterroot.people.domain.offices import end_role_now
from bitterroot.people.domain.person import (
    add_address,
    assign_role,
    create_account,
    create_person,
)
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Absence, Person, RoleAssignment
from bitterroot.proposals import rules
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import invite_co_author
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import visible_to
from bitterroot.record import clock
from bitterroot.record.models import Event

from .conftest import SET_UP
from .test_road import asked, sign_next
from .test_signatures import fresh

FIRST, LAST = date(2026, 11, 19), date(2026, 12, 2)
AWAY = datetime(2026, 11, 20, 16, tzinfo=UTC)
BACK = datetime(2026, 12, 3, 16, tzinfo=UTC)


@pytest.fixture
def kim(uni: SimpleNamespace) -> Person:
    uni.kim = create_person(by=SET_UP, display_name="Kim Medicine Crow")
    for key in ("kim", "dana", "deane", "olive"):
        create_account(by=SET_UP, person=getattr(uni, key), username=key, password=None)
    return uni.kim


def away(uni: SimpleNamespace, who: str, deputy: str) -> Absence:
    return go_away(
        by=uni.by(who),
        person=getattr(uni, who),
        deputy=getattr(uni, deputy),
        starts_on=FIRST,
        ends_on=LAST,
    )


@pytest.fixture
def at_the_head(uni: SimpleNamespace, kim: Person, proposal: Proposal) -> Proposal:
    """Sam has signed; Hale is asked."""
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    sign_next(uni, proposal)
    return fresh(proposal)


def titles(who: Person) -> list[str]:
    return [duty.why for duty in waiting_for(who)]


def test_what_was_asked_before_reaches_the_deputy_stays_and_comes_back(
    uni: SimpleNamespace, at_the_head: Proposal
) -> None:

    row = away(uni, "hale", "kim")
    own = f"Waits for your signature as Head, {uni.unit.name}"
    assert (titles(uni.kim), rules.may_see(uni.kim, at_the_head)) == ([], False)
    with clock.standing_at(AWAY):
        assert titles(uni.kim) == [f"{own}, for Hale Yellowtail, who is away until 2 Dec 2026"]
        assert titles(uni.hale) == [own]
        assert rules.may_see(uni.kim, at_the_head)
        assert list(visible_to(uni.kim)) == [at_the_head]
        with pytest.raises(NotPossible, match="does not pass it on"):
            delegate(
                by=person(uni.kim), signature=asked(at_the_head), to=uni.stranger, reason="Busy."
            )
    with clock.standing_at(BACK):
        assert (titles(uni.kim), titles(uni.hale)) == ([], [own])
        assert not rules.may_see(uni.kim, at_the_head)
        with pytest.raises(Refused, match="Only the person who is asked"):
            verbs.sign(by=person(uni.kim), signature=asked(at_the_head), typed_name="Kim")
    with clock.standing_at(AWAY):
        end_absence(by=uni.by("hale"), absence=row)
        assert titles(uni.kim) == []


def test_the_deputy_signs_and_the_record_says_for_whom(
    uni: SimpleNamespace, at_the_head: Proposal
) -> None:

    away(uni, "hale", "kim")
    with clock.standing_at(AWAY):
        done = verbs.sign(
            by=person(uni.kim), signature=asked(at_the_head), typed_name="Kim Medicine Crow"
        )
    assert (done.person, done.delegated_from) == (uni.kim, uni.hale)
    event = Event.objects.filter(verb="signature signed").order_by("-pk")[0]
    assert event.capacity == f"Head, {uni.unit.name}, as deputy of Hale Yellowtail"
    with clock.standing_at(BACK):  # sent again unchanged, it still stands for Hale's office
        verbs.take_back(by=uni.by("dana"), proposal=fresh(at_the_head))
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(at_the_head))
        assert asked(fresh(at_the_head)).person == uni.deane
        assert rules.may_see(uni.kim, at_the_head)  # who signed may read on


def test_the_letter_says_for_whom_it_comes(uni: SimpleNamespace, at_the_head: Proposal) -> None:
    for key in ("hale", "kim"):
        add_address(
            by=SET_UP, person=getattr(uni, key), address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS, primary=True,
        )  # fmt: skip
    away(uni, "hale", "kim")
    event = Event.objects.filter(verb="signature requested").order_by("-pk")[0]
    with clock.standing_at(AWAY):
        [letter] = letters_for(event)
        assert letter.person == uni.kim
        assert render(letter)[1].startswith(
            "For Hale Yellowtail, who is away until 2 December 2026.\n\nHello Kim Medicine Crow,"
        )
    with clock.standing_at(BACK):
        [letter] = letters_for(event)
        assert letter.person == uni.hale
        assert "who is away" not in render(letter)[1]


def test_where_the_deputy_wrote_it_the_next_higher_signs(
    uni: SimpleNamespace, kim: Person, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=kim)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    away(uni, "hale", "kim")
    with clock.standing_at(AWAY):
        sign_next(uni, fresh(proposal))  # Sam; now it is the head's turn
        request = asked(fresh(proposal))
        assert (request.capacity, request.person, request.delegated_from) == (
            "head of owner unit", uni.deane, uni.hale,
        )  # fmt: skip
        assert titles(kim) == []
        sign_next(uni, fresh(proposal))
        assert asked(fresh(proposal)).capacity == "dean of owner unit"


def test_one_that_was_asked_already_is_passed_up_when_the_absence_begins(
    uni: SimpleNamespace, kim: Person, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=kim)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    sign_next(uni, fresh(proposal))
    away(uni, "hale", "kim")
    assert pass_up_due() == 0  # he is still there
    with clock.standing_at(AWAY):
        assert titles(kim) == []
        assert (pass_up_due(), pass_up_due()) == (1, 0)
        assert asked(fresh(proposal)).person == uni.deane
    told = Event.objects.get(verb="signature delegated")
    assert "Hale Yellowtail is away, and the deputy wrote it." in told.data


def test_a_deputy_of_the_office_does_not_decide_for_an_author(
    uni: SimpleNamespace, kim: Person, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.olive)
    away(uni, "olive", "kim")
    with clock.standing_at(AWAY):
        answer = rules.may_check(person(kim), fresh(proposal))
        assert answer.why == "You stand in for an author: nobody decides on their own proposal."
        otto = create_person(by=SET_UP, display_name="Otto Finley")
        assign_role(by=SET_UP, person=otto, role=Role.PROGRAM_OFFICER)
        assert rules.may_check(person(otto), fresh(proposal)).capacity == "Program officer"


def test_requests_of_nobody_who_is_away_are_as_many_queries(
    uni: SimpleNamespace, at_the_head: Proposal, django_assert_max_num_queries: Any
) -> None:
    away(uni, "hale", "kim")
    with clock.standing_at(AWAY), django_assert_max_num_queries(3):
        assert len(waiting_for(uni.kim)) == 1
    assert SignatureRequest.objects.filter(person=uni.hale).count() == 1


def test_who_does_not_head_the_unit_any_more_sends_nothing_back(
    uni: SimpleNamespace, at_the_head: Proposal
) -> None:
    head = RoleAssignment.objects.get(person=uni.hale, role=Role.HEAD)
    request = asked(fresh(at_the_head))
    with clock.standing_at(AWAY):
        end_role_now(by=SET_UP, assignment=head)
        assign_role(by=SET_UP, person=uni.kim, role=Role.HEAD, unit=head.unit)
        with pytest.raises(Refused, match="do not hold the office"):
            verbs.object_to(by=uni.by("hale"), signature=request, comment="No.", decline=True)
    assert fresh(at_the_head).state == "signing"
