"""A subcommittee of the tests: Chandra chairs, Sven keeps its papers, Ada, Ben, Cyd, Dov and Eli sit.

Its rule: seven seats, quorum half, simple majority, a tie fails, the chair votes, names are shown.
Wren wrote what lies before it; Una is a stranger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.meeting import arrive, open_meeting, plan_meeting
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.models import Meeting, Motion, StepRun
from bitterroot.people.actor import system
from bitterroot.people.domain.person import create_person
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.models import Person
from bitterroot.record import clock
from kept import Cast, kept

SET_UP = system("set-up of the test")
SINCE = date(2024, 9, 1)
BODY = "interdisciplinary-subcommittee"
MEMBERS = ("ada", "ben", "cyd", "dov", "eli")
NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
MEETING = datetime(2026, 12, 2, 21, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


@contextmanager
def later(**span: float) -> Iterator[datetime]:
    """The clock moved on from now by days, hours, …, while the block runs."""
    with clock.standing_at(clock.now() + timedelta(**span)):
        yield clock.now()


@contextmanager
def on_the_day() -> Iterator[None]:
    """The afternoon of the meeting."""
    with clock.standing_at(MEETING):
        yield


def make_body(body: str = BODY, members: tuple[str, ...] = MEMBERS) -> SimpleNamespace:
    """The people, seated."""
    adopt_units(by=SET_UP, policy=policies.current())
    people: dict[str, Person] = {
        key: create_person(by=SET_UP, display_name=f"{key.capitalize()} {name}")
        for key, name in [
            ("chandra", "Okoye"), ("sven", "Lund"), ("wren", "Two-Bulls"), ("una", "Moss"),
            *[(key, "Reyes") for key in members],
        ]
    }  # fmt: skip
    seats = {}
    for key in ("chandra", "sven", *members):
        office = {"chandra": "chair", "sven": "secretary"}.get(key, "member")
        seats[key] = seat_member(
            by=SET_UP,
            body=body,
            person=people[key],
            title=f"Seat of {key.capitalize()}",
            office=office,
            voting=key != "sven",
            starts_on=SINCE,
        )
    return Cast(body=body, seats=seats, **people)


@pytest.fixture
@kept
def house(db: None) -> SimpleNamespace:
    return make_body()


@transaction.atomic
def matter(
    house: SimpleNamespace, title: str = "Maps for Towns", step: str = "subcommittee"
) -> StepRun:
    """What Wren wrote, before the body."""
    wren = house.by("wren")
    case = cases.open_case(by=wren, process="full-proposal", subject=f"matter:{title}", title=title)
    content: dict[str, object] = {"values": {"title": title}, "files": [], "title": title}
    cases.freeze(by=wren, case=case, content=content, person=house.wren)
    cases.move(by=wren, case=case, step=step)
    return case.runs.get(body=house.body, state="open")


def planned(house: SimpleNamespace, starts_at: datetime = MEETING) -> Meeting:
    return plan_meeting(
        by=house.by("sven"), body=house.body, starts_at=starts_at, place="Main Hall 202"
    )


def in_session(house: SimpleNamespace, *present: str, run: StepRun | None = None) -> Meeting:
    """A meeting that is open with those in the room (and Sven); call it `on_the_day`."""
    with clock.standing_at(NOW):
        meeting = planned(house)
        if run:
            put_on_agenda(by=house.by("sven"), meeting=meeting, run=run)
    meeting = open_meeting(by=house.by("sven"), meeting=meeting)
    for key in present:
        arrive(by=house.by(key), meeting=meeting, person=getattr(house, key))
    return meeting


def moved(house: SimpleNamespace, run: StepRun, outcome: str = "approve", **more: Any) -> Motion:
    """A motion by Ada that Ben seconds."""
    return move_motion(
        by=house.by("sven"), run=run, outcome=outcome, mover=house.ada, seconder=house.ben, **more
    )
