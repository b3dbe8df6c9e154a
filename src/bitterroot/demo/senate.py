"""The demo's senate: its members, what it decided in November, and what it meets about today."""

from typing import Any

from bitterroot.demo.bodies import (
    COUNCIL,
    SENATE,
    TERM,
    place,
    plan,
    review,
    vote_from_afar,
)
from bitterroot.demo.content import load
from bitterroot.demo.full import propose_in_full
from bitterroot.demo.people import CAMPUS, plain
from bitterroot.demo.world import SET_UP, World, at
from bitterroot.governance.counting import Hands
from bitterroot.governance.domain.agenda import pull_from_consent
from bitterroot.governance.domain.ballot import close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.meeting import arrive, end_meeting, open_meeting, publish_agenda
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.models import Meeting, StepRun
from bitterroot.governance.queries.bodies import sitting
from bitterroot.people.actor import person
from bitterroot.people.domain.person import add_address, create_person
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Person

ROOM = "University Center 330"


def seat_senators(world: World) -> None:
    """The thirty who have no other part in the demo take their seats beside those who have."""
    with at("2025-08-25 09:30"):
        for name, title, of in load("bodies")["senators"]:
            given, family = name.split(maxsplit=1)
            mailbox = f"{plain(given)}.{plain(family)}"
            who = create_person(
                by=SET_UP, display_name=name, family_name=family, given_name=given, title=title,
                netid=mailbox,
            )  # fmt: skip
            add_address(
                by=SET_UP, person=who, address=f"{mailbox}@{CAMPUS}", kind=AddressKind.CAMPUS,
                verified=True,
            )  # fmt: skip
            seat_member(by=SET_UP, body=SENATE, person=who, title=f"Seat of {of}", **TERM)
            world.senators[name] = who


def snow_walks(world: World) -> None:
    """Snowpack and Avalanche Field Methods: recommended by ballots from afar.

    Its lead sits in the subcommittee, and head, supervisor and graduate dean, who signed it, in
    bodies too: each of them steps aside.
    """
    run = propose_in_full(
        world, "snow", "2026-09-03 13:10", "2026-09-04 09:00",
        ("2026-09-08 09:10", "2026-09-09 11:20", "2026-09-10 15:30", "2026-09-11 10:05"),
        "2026-09-14 11:20",
    )  # fmt: skip
    with at("2026-09-15 10:00"):
        recuse(by=world.by("helen"), run=run)
    review(
        world, "ruth", run, "2026-09-18 15:20", "accessibility",
        "What does a learner do who cannot ski to the profile?",
    )  # fmt: skip
    vote_from_afar(
        world, run, "2026-09-21 09:00", ("ingrid", "tomas"),
        {
            "ingrid": "09-21 10:15", "tomas": "09-21 17:40", "ruth": "09-22 08:20",
            "amara": "09-22 12:05", "grace": "09-23 16:30",
        },
        "2026-09-24 09:00",
    )  # fmt: skip
    council = run.case.runs.get(body=COUNCIL, state="open")
    with at("2026-09-28 10:00"):
        for who in ("miriam", "oscar"):
            recuse(by=world.by(who), run=council)
    vote_from_afar(
        world, council, "2026-10-19 10:00", ("amara", "ingrid"),
        {"amara": "10-19 13:10", "ingrid": "10-20 09:25"}, "2026-10-21 09:00",
    )  # fmt: skip


def senate_decides(world: World) -> None:
    """On 4 November: a senator pulls Supply-Chain Analytics from consent, and it is voted on."""
    said = load("bodies")["vote on supply"]
    run = _before_the_senate(world, "supply")
    meeting = plan(world, SENATE, "2026-10-13 09:00", "2026-11-04 15:00", ROOM)
    place(world, meeting, run, "2026-10-16 09:00")
    with at("2026-10-23 09:00"):
        publish_agenda(by=world.by("odile"), meeting=meeting)
    with at("2026-10-27 08:40"):
        aside = person(world.senators[said["recused"]])
        recuse(by=aside, run=run, reason=said["reason"])
    with at("2026-11-04 15:00"):
        open_meeting(by=world.by("odile"), meeting=meeting)
        for who in [world.people["oscar"], *_senators(meeting)]:
            if who.display_name not in said["away"]:
                arrive(by=world.by("odile"), meeting=meeting, person=who)
    with at("2026-11-04 15:25"):
        _vote_in_the_room(world, meeting, run, said)
    with at("2026-11-04 16:40"):
        end_meeting(by=world.by("odile"), meeting=meeting)
    with at("2026-11-06 09:20"):
        draft_minutes(by=world.by("odile"), meeting=meeting)
    with at("2026-11-12 10:30"):
        approve_minutes(by=world.by("oscar"), meeting=meeting)


def _vote_in_the_room(world: World, meeting: Meeting, run: StepRun, said: dict[str, Any]) -> None:
    """Pulled, moved, seconded, and a show of the hands of those who are there and not recused."""
    item = pull_from_consent(
        by=person(world.senators[said["pulled by"]]), item=meeting.items.get(run=run)
    )
    motion = move_motion(
        by=world.by("odile"), run=run, item=item, outcome="approve",
        mover=world.senators[said["moved"]], seconder=world.senators[said["seconded"]],
    )  # fmt: skip
    ballot = open_ballot(by=world.by("odile"), motion=motion)
    close_ballot(by=world.by("odile"), ballot=ballot, hands=Hands(*said["hands"]))


def _senators(meeting: Meeting) -> list[Person]:
    """Those who vote: the chair does not, nor does the secretary."""
    return [each.person for each in sitting(meeting.body) if each.office == "member"]


def senate_meets_today(world: World) -> None:
    """Snowpack stands on this afternoon's consent agenda; who signed it is out of the matter.

    Its author is by rule; the chair of the senate is the author's supervisor.
    """
    run = _before_the_senate(world, "snow")
    meeting = plan(world, SENATE, "2026-10-13 09:05", "2026-11-18 15:00", ROOM)
    place(world, meeting, run, "2026-10-26 09:00")
    with at("2026-10-27 11:15"):
        for who in ("helen", "oscar"):
            recuse(by=world.by(who), run=run)
    with at("2026-11-06 09:00"):
        publish_agenda(by=world.by("odile"), meeting=meeting)


def _before_the_senate(world: World, key: str) -> StepRun:
    return world.proposals[f"{key} in full"].case.runs.get(body=SENATE, state="open")
