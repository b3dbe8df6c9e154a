"""The secretary says once who is here, and what others say meanwhile stands."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from bitterroot.governance.domain.meeting import (
    all_are_here,
    arrive,
    call_roll,
    end_meeting,
    leave,
    open_meeting,
)
from bitterroot.governance.models import Meeting
from bitterroot.governance.queries.ballots import in_the_room
from bitterroot.people.domain.absence import announce_absence
from bitterroot.people.domain.person import create_account
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .bodies_kit import MEETING, SET_UP, make_body, on_the_day, planned
from .threads_kit import together


@pytest.fixture
def meeting(house: SimpleNamespace) -> Iterator[Meeting]:
    """In session: Sven, the secretary, has opened it and is here."""
    made = planned(house)
    with on_the_day():
        yield open_meeting(by=house.by("sven"), meeting=made)


def keys(house: SimpleNamespace, *names: str) -> set[object]:
    return {getattr(house, name).pk for name in names}


def events(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


def test_many_come_and_leave_by_one_act(house: SimpleNamespace, meeting: Meeting) -> None:
    sven, before = house.by("sven"), events("member arrived")
    said = {"by": sven, "meeting": meeting, "seen_at": clock.now()}
    assert call_roll(**said, came=keys(house, "ada", "ben", "cyd"), left=()) == (3, 0)
    assert in_the_room(meeting) == keys(house, "sven", "ada", "ben", "cyd")
    assert events("member arrived") == before + 3
    with clock.standing_at(clock.now() + timedelta(minutes=30)):
        said["seen_at"] = clock.now()
        came, left = keys(house, "dov"), keys(house, "ada", "cyd")
        assert call_roll(**said, came=came, left=left) == (1, 2)
        assert in_the_room(meeting) == keys(house, "sven", "ben", "dov")
    assert events("member left") == 2
    assert verify_record().broken == []


def test_pressed_twice_it_changes_nothing_more(house: SimpleNamespace, meeting: Meeting) -> None:
    said = {"by": house.by("sven"), "meeting": meeting, "seen_at": clock.now()}
    with clock.standing_at(clock.now() + timedelta(seconds=5)):
        assert call_roll(**said, came=keys(house, "ada"), left=keys(house, "sven")) == (1, 1)
        assert call_roll(**said, came=keys(house, "ada"), left=keys(house, "sven")) == (0, 0)
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        leave(by=house.by("ada"), meeting=meeting, person=house.ada)
        assert call_roll(**said, came=keys(house, "ada"), left=keys(house, "sven")) == (0, 0)
    assert in_the_room(meeting) == frozenset()


def test_who_said_otherwise_is_not_noted_with_all_others(
    house: SimpleNamespace, meeting: Meeting
) -> None:
    create_account(by=SET_UP, person=house.una, username="una", password=None)
    announce_absence(
        by=house.by("ada"), person=house.ada, deputy=house.una,
        starts_on=clock.today(), ends_on=clock.today(),
    )  # fmt: skip
    arrive(by=house.by("ben"), meeting=meeting, person=house.ben)
    leave(by=house.by("ben"), meeting=meeting, person=house.ben)
    assert all_are_here(by=house.by("sven"), meeting=meeting) == 4
    assert in_the_room(meeting) == keys(house, "sven", "chandra", "cyd", "dov", "eli")
    assert all_are_here(by=house.by("sven"), meeting=meeting) == 0


def test_who_has_no_seat_is_not_noted_and_members_call_no_roll(
    house: SimpleNamespace, meeting: Meeting
) -> None:
    said = {"meeting": meeting, "seen_at": clock.now(), "left": ()}
    assert call_roll(by=house.by("sven"), came=keys(house, "una"), **said) == (0, 0)
    with pytest.raises(Refused, match="for the chair or the secretary"):
        call_roll(by=house.by("ada"), came=keys(house, "ben"), **said)
    with pytest.raises(Refused, match="for the chair or the secretary"):
        all_are_here(by=house.by("ada"), meeting=meeting)
    end_meeting(by=house.by("sven"), meeting=meeting)
    with pytest.raises(NotPossible, match="not in session"):
        call_roll(by=house.by("sven"), came=keys(house, "ben"), **said)
    with pytest.raises(NotPossible, match="not in session"):
        all_are_here(by=house.by("sven"), meeting=meeting)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite in memory has one writer, one connection"
)
@pytest.mark.django_db(transaction=True)
def test_who_comes_while_the_roll_is_called_is_not_lost() -> None:
    house = make_body()
    made = planned(house)
    with on_the_day():
        meeting = open_meeting(by=house.by("sven"), meeting=made)
    seen_at, later = MEETING, MEETING + timedelta(minutes=5)
    came, left = keys(house, "ben", "cyd"), keys(house, "sven")
    said = together(
        lambda: call_roll(
            by=house.by("sven"), meeting=meeting, came=came, left=left, seen_at=seen_at
        ),
        lambda: arrive(by=house.by("ada"), meeting=meeting, person=house.ada),
        lambda: arrive(by=house.by("ben"), meeting=meeting, person=house.ben),
        lambda: all_are_here(by=house.by("chandra"), meeting=meeting),
        at=later,
    )
    assert said == ["done"] * 4
    here = in_the_room(Meeting.objects.get())
    assert keys(house, "ada", "ben", "cyd", "chandra", "dov", "eli") <= here
    assert house.sven.pk not in here
    assert Meeting.objects.get().attendance.filter(person=house.ben).count() == 1
