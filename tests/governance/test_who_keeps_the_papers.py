"""What chair and secretary find on My work around a meeting, whoever of the two there is."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.decision import close_condition
from bitterroot.governance.domain.meeting import end_meeting
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.seat import delegate_seat, end_seat
from bitterroot.governance.models import Condition, Meeting
from bitterroot.governance.queries.bodies import title_of
from bitterroot.governance.queries.body_duties import kept_by_nobody, waiting_for
from bitterroot.messages.duties import duties_of
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.people.errors import Refused
from bitterroot.people.models import Person

from .bodies_kit import BODY, SET_UP, SINCE, in_session, later, matter, moved, on_the_day, planned

ENDS = date(2026, 12, 2)  # the day of the meeting
DRAFT, APPROVE = "Draft them", "Read and approve"
ABOUT = (DRAFT, APPROVE, "End it", "Say what became of it")


def buttons(person: Person) -> list[str]:
    return [duty.button for duty in waiting_for(person) if duty.button in ABOUT]


def ended(house: SimpleNamespace) -> Meeting:
    """A meeting that is over; call it `on_the_day`."""
    meeting = in_session(house, "ada", "ben")
    end_meeting(by=house.by("sven"), meeting=meeting)
    return meeting


def leave_office(house: SimpleNamespace, key: str) -> None:
    end_seat(by=SET_UP, seat=house.seats[key], ends_on=ENDS, reason="The term is over.")


def test_the_secretary_drafts_and_the_chair_approves(house: SimpleNamespace) -> None:
    with on_the_day():
        meeting = ended(house)
        assert (buttons(house.sven), buttons(house.chandra)) == ([DRAFT], [])
        draft_minutes(by=house.by("sven"), meeting=meeting)
        assert (buttons(house.sven), buttons(house.chandra)) == ([], [APPROVE])
        approve_minutes(by=house.by("chandra"), meeting=meeting)
        assert (buttons(house.sven), buttons(house.chandra)) == ([], [])


def test_minutes_are_to_be_drafted_while_a_ballot_goes_on(house: SimpleNamespace) -> None:
    run = matter(house)
    with on_the_day():
        meeting = in_session(house, "ada", "ben", run=run)
        motion = moved(house, run, item=meeting.items.get())
        open_ballot(by=house.by("sven"), motion=motion, method="electronic")
        end_meeting(by=house.by("sven"), meeting=meeting)
        assert buttons(house.sven) == [DRAFT]


def test_whoever_the_secretary_lends_the_seat_to_drafts(house: SimpleNamespace) -> None:
    with on_the_day():
        ended(house)
        delegate_seat(by=house.by("sven"), seat=house.seats["sven"], to=house.una, until=ENDS)
        assert (buttons(house.una), buttons(house.sven)) == ([DRAFT], [])
        with later(days=1):
            assert (buttons(house.una), buttons(house.sven)) == ([], [DRAFT])


def test_the_chair_drafts_where_there_is_no_secretary(house: SimpleNamespace) -> None:
    with on_the_day():
        meeting = ended(house)
        leave_office(house, "sven")
        with later(days=1):
            assert (buttons(house.sven), buttons(house.chandra)) == ([], [DRAFT])
            draft_minutes(by=house.by("chandra"), meeting=meeting)
            assert buttons(house.chandra) == [APPROVE]


def test_the_secretary_approves_where_there_is_no_chair(house: SimpleNamespace) -> None:
    with on_the_day():
        meeting = ended(house)
        leave_office(house, "chandra")
        with later(days=1):
            draft_minutes(by=house.by("sven"), meeting=meeting)
            assert buttons(house.sven) == [APPROVE]
            approve_minutes(by=house.by("sven"), meeting=meeting)
            assert buttons(house.sven) == []


def test_the_office_reads_where_nobody_keeps_a_body(house: SimpleNamespace) -> None:
    office = create_person(by=SET_UP, display_name="Olive Tarr", family_name="Tarr", netid="tarr")
    assign_role(by=SET_UP, person=office, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    with on_the_day():
        meeting = ended(house)
        leave_office(house, "sven")
        leave_office(house, "chandra")
        assert duties_of(office) == []  # they keep it on the last day of their terms
        with later(days=1):
            [duty] = duties_of(office)
            assert (duty.title, duty.url_args) == (
                f"Minutes of {title_of(meeting.body)}",
                (meeting.body,),
            )
            assert "neither chair nor secretary" in duty.why
            assert waiting_for(house.ada) == []


@pytest.mark.parametrize(("opened", "button"), [(True, "End it"), (False, "Say what became of it")])
def test_a_meeting_that_nobody_ended_or_opened_is_not_lost(
    house: SimpleNamespace, opened: bool, button: str
) -> None:
    if not opened:
        planned(house)
    with on_the_day():
        if opened:
            in_session(house, "ada", "ben")
        assert buttons(house.sven) == []
        with later(days=1):
            assert (buttons(house.sven), buttons(house.chandra)) == ([button], [])


def test_a_chair_who_is_recused_closes_no_condition_of_the_matter(house: SimpleNamespace) -> None:
    run = matter(house)
    recuse(by=house.by("chandra"), run=run)
    motion = moved(
        house, run, "approve with conditions", conditions=[("Say who pays.", ENDS)],
        reason="It is good.",
    )  # fmt: skip
    ballot = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    for key in ("ada", "ben", "cyd"):
        cast_vote(by=house.by(key), ballot=ballot, choice="yes")
    with later(days=9):
        close_ballot(by=house.by("sven"), ballot=ballot)
        condition = Condition.objects.get()
        asked = [[d.button for d in waiting_for(each)] for each in (house.sven, house.chandra)]
        assert ["Close it" in each for each in asked] == [True, False]
        with pytest.raises(Refused, match="You are recused from this matter"):
            close_condition(by=house.by("chandra"), condition=condition, evidence="They pay.")
        delegate_seat(by=house.by("chandra"), seat=house.seats["chandra"], to=house.una, until=ENDS)
        with pytest.raises(Refused):  # nor whoever sits for the chair
            close_condition(by=house.by("una"), condition=condition, evidence="They pay.")
        assert close_condition(by=house.by("sven"), condition=condition, evidence="They pay.")


def test_one_old_body_hides_no_other_from_the_office(db: None) -> None:
    """None of these has a seat, and the chess club is no body of the policy any more."""
    for body, day in [("chess-club", 1), *[("faculty-senate", n) for n in (2, 3, 4)], (BODY, 5)]:
        Meeting.objects.create(
            body=body, starts_at=datetime(2026, 3, day, 20, tzinfo=UTC), place="Main Hall",
            cut_off=date(2026, 2, 20), state="ended",
        )  # fmt: skip
    told = list(kept_by_nobody())
    assert [duty.url_args for duty in told] == [("faculty-senate",), (BODY,)]
    assert told[0].since == datetime(2026, 3, 2, 20, tzinfo=UTC)  # the oldest of it
