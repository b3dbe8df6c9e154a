"""Chandra, who chairs, is flagged herself: somebody else says whether she may take part."""

from types import SimpleNamespace

import pytest

from bitterroot.governance.body_rules import who_clears
from bitterroot.governance.domain.conflict import clear_flag, declare_conflict, recuse
from bitterroot.governance.domain.seat import end_seat
from bitterroot.governance.models import Conflict, StepRun
from bitterroot.governance.queries.body_duties import settled_by_nobody, waiting_for
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import Refused
from bitterroot.record import clock

from .bodies_kit import SET_UP, SINCE, later, matter

TO_DO = "Chandra Okoye may have a conflict; settle it before the vote"


@pytest.fixture
def run(house: SimpleNamespace) -> StepRun:
    return matter(house)


@pytest.fixture
def tie(house: SimpleNamespace, run: StepRun) -> Conflict:
    """Chandra has declared that her sister teaches in it."""
    return declare_conflict(by=house.by("chandra"), run=run, reason="My sister teaches in it.")


def asked(duties: object) -> list[str]:
    return [duty.why for duty in duties if "conflict" in duty.why]  # type: ignore[attr-defined]


def test_the_secretary_clears_the_chairs_flag(
    house: SimpleNamespace, run: StepRun, tie: Conflict
) -> None:
    assert who_clears(tie) == "the secretary"
    assert asked(waiting_for(house.sven)) == [TO_DO]
    assert asked(waiting_for(house.chandra)) == []  # she cannot
    assert list(settled_by_nobody()) == []
    with pytest.raises(Refused, match="Nobody clears a conflict of their own"):
        clear_flag(by=house.by("chandra"), conflict=tie, reason="I do not mind.")
    with pytest.raises(Refused, match="This is for the secretary of"):
        clear_flag(by=house.by("ada"), conflict=tie, reason="We do not mind.")
    assert clear_flag(by=house.by("sven"), conflict=tie, reason="Long ago.").state == "cleared"
    assert asked(waiting_for(house.sven)) == []


def test_where_the_secretary_is_tied_too_it_is_for_the_program_office(
    house: SimpleNamespace, run: StepRun, tie: Conflict
) -> None:
    assign_role(by=SET_UP, person=house.una, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    with pytest.raises(Refused, match="This is for the secretary of"):
        clear_flag(by=house.by("una"), conflict=tie, reason="They know better.")
    recuse(by=house.by("sven"), run=run)
    assert who_clears(tie) == "the program office"
    assert asked(settled_by_nobody()) == [TO_DO]
    with pytest.raises(Refused, match="program office"):
        clear_flag(by=house.by("sven"), conflict=tie, reason="I stay out, but she may.")
    with pytest.raises(Refused, match="their own proposal"):
        clear_flag(by=house.by("wren"), conflict=tie, reason="I wrote it.")
    cleared = clear_flag(by=house.by("una"), conflict=tie, reason="The sister left.")
    assert (cleared.state, cleared.reason) == ("cleared", "The sister left.")
    assert list(settled_by_nobody()) == []


def test_two_who_are_tied_do_not_clear_each_other(
    house: SimpleNamespace, run: StepRun, tie: Conflict
) -> None:
    other = declare_conflict(by=house.by("sven"), run=run, reason="My brother wrote a letter.")
    assert (who_clears(tie), who_clears(other)) == ("the program office", "the program office")
    for person, conflict in (("chandra", other), ("sven", tie)):
        with pytest.raises(Refused, match="program office"):
            clear_flag(by=house.by(person), conflict=conflict, reason="You for me, I for you.")
    assert len(asked(settled_by_nobody())) == 2
    assign_role(by=SET_UP, person=house.una, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    clear_flag(by=house.by("una"), conflict=tie, reason="The sister left.")
    assert who_clears(other) == "the chair"


def test_a_body_without_a_secretary_asks_the_program_office(
    house: SimpleNamespace, tie: Conflict
) -> None:
    end_seat(by=SET_UP, seat=house.seats["sven"], ends_on=clock.today(), reason="Left.")
    with later(days=1):
        assert who_clears(tie) == "the program office"
        assert asked(settled_by_nobody()) == [TO_DO]


def test_flags_of_others_are_still_the_chairs(house: SimpleNamespace, run: StepRun) -> None:
    tie = declare_conflict(by=house.by("sven"), run=run, reason="My brother wrote a letter.")
    assert who_clears(tie) == "the chair"
    with pytest.raises(Refused, match="of their own"):
        clear_flag(by=house.by("sven"), conflict=tie, reason="He may.")
    assert clear_flag(by=house.by("chandra"), conflict=tie, reason="He may.").state == "cleared"
