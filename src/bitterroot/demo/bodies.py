"""Bodies of the demo university: seated, with meetings behind and before them, and ballots."""

from datetime import date, datetime
from typing import Any

from bitterroot.demo.content import load
from bitterroot.demo.full import propose_in_full
from bitterroot.demo.world import MISSOULA, SET_UP, World, at
from bitterroot.governance import policies
from bitterroot.governance.domain.agenda import put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.meeting import (
    arrive,
    end_meeting,
    open_meeting,
    plan_meeting,
    publish_agenda,
)
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.domain.review import submit_review, write_review
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.models import Meeting, StepRun
from bitterroot.governance.queries.reviews import rubric_of

SUBCOMMITTEE, COUNCIL, SENATE = (
    "interdisciplinary-subcommittee",
    "graduate-council",
    "faculty-senate",
)
TERM: dict[str, Any] = {"starts_on": date(2025, 9, 1), "ends_on": date(2028, 8, 31)}


def seat_everyone(world: World) -> None:
    """Chairs, secretaries and members take their seats for three years."""
    seat_bodies(world, load("bodies")["seats"])


def seat_bodies(world: World, seats: dict[str, Any]) -> None:
    """Chair, secretary (without a vote) and members of each body, as its content names them."""
    with at("2025-08-25 09:00"):
        for body, said in seats.items():
            title = policies.current().bodies[body].title
            found = [(said["chair"], f"Chair of the {title}", "chair", True)]
            found.append((said["secretary"], "Secretary", "secretary", False))
            found += [(who, f"Seat of {of}", "member", True) for who, of in said["members"].items()]
            for who, name, office, voting in found:
                seat_member(
                    by=SET_UP, body=body, person=world.people[who], title=name, office=office,
                    voting=voting, **TERM,
                )  # fmt: skip


def plan(world: World, body: str, planned: str, held: str, where: str) -> Meeting:
    """A meeting that the secretary plans for the moment `held`."""
    with at(planned):
        starts_at = datetime.fromisoformat(held).replace(tzinfo=MISSOULA)
        return plan_meeting(by=world.by("odile"), body=body, starts_at=starts_at, place=where)


def place(world: World, meeting: Meeting, run: StepRun, when: str, **more: str) -> None:
    """Onto the agenda, in the section that the policy names."""
    with at(when):
        put_on_agenda(by=world.by("odile"), meeting=meeting, run=run, **more)


def review(world: World, who: str, run: StepRun, when: str, low: str, comment: str) -> None:
    """A review whose one low score says why."""
    with at(when):
        by = world.by(who)
        scores: dict[str, dict[str, Any]] = {
            c.key: {"score": 3, "comment": ""} for c in rubric_of(run).criteria
        }
        scores[low] = {"score": 1, "comment": comment}
        write_review(
            by=by, run=run, scores=scores, recommendation="approve", no_conflict=True,
            public_note="A program that people of the region have asked for.",
        )  # fmt: skip
        submit_review(by=by, run=run)


def supply_chain_walks(world: World) -> None:
    """Supply-Chain Analytics: recommended by subcommittee and council."""
    run = propose_in_full(
        world, "supply", "2026-09-04 13:20", "2026-09-07 09:00",
        ("2026-09-08 11:30", "2026-09-10 15:45"), "2026-09-14 10:00",
    )  # fmt: skip
    meeting = plan(world, SUBCOMMITTEE, "2026-09-15 09:00", "2026-09-30 14:00", "Main Hall 202")
    place(world, meeting, run, "2026-09-16 09:00")
    review(
        world, "amara", run, "2026-09-24 16:00", "workload",
        "Two projects in five weeks is much beside a job.",
    )  # fmt: skip
    with at("2026-09-25 09:00"):
        publish_agenda(by=world.by("odile"), meeting=meeting)
    with at("2026-09-30 14:00"):
        open_meeting(by=world.by("odile"), meeting=meeting)
        for who in ("helen", "amara", "peter", "ruth", "ingrid"):
            arrive(by=world.by(who), meeting=meeting, person=world.people[who])
        motion = move_motion(
            by=world.by("odile"), run=run, item=meeting.items.get(), outcome="approve",
            mover=world.people["amara"], seconder=world.people["ruth"],
        )  # fmt: skip
        ballot = open_ballot(by=world.by("odile"), motion=motion)
        for who in ("helen", "amara", "peter", "ruth", "ingrid"):
            cast_vote(by=world.by(who), ballot=ballot, choice="no" if who == "peter" else "yes")
        close_ballot(by=world.by("odile"), ballot=ballot)
    with at("2026-09-30 15:30"):
        end_meeting(by=world.by("odile"), meeting=meeting)
    with at("2026-10-02 09:00"):
        draft_minutes(by=world.by("odile"), meeting=meeting)
    with at("2026-10-07 09:00"):
        approve_minutes(by=world.by("helen"), meeting=meeting)
    _council_votes(world, run.case.runs.get(body=COUNCIL, state="open"))


def _council_votes(world: World, run: StepRun) -> None:
    """The council decides by an electronic ballot; its chair, who signed the packet, steps aside."""
    with at("2026-10-12 10:00"):
        recuse(by=world.by("miriam"), run=run)
    vote_from_afar(
        world, run, "2026-10-12 10:00", ("oscar", "ingrid"),
        {"oscar": "10-12 11:00", "ingrid": "10-13 08:30", "amara": "10-14 17:10"},
        "2026-10-15 09:00",
    )  # fmt: skip


def vote_from_afar(
    world: World,
    run: StepRun,
    opened: str,
    moved_by: tuple[str, str],
    yes: dict[str, str],
    closed: str,
) -> None:
    """An electronic ballot in which everyone says yes: who moved and seconded, who votes when."""
    mover, seconder = (world.people[who] for who in moved_by)
    with at(opened):
        motion = move_motion(
            by=world.by("odile"), run=run, outcome="approve", mover=mover, seconder=seconder
        )
        ballot = open_ballot(by=world.by("odile"), motion=motion, method="electronic")
    for who, when in yes.items():
        with at(f"2026-{when}"):
            cast_vote(by=world.by(who), ballot=ballot, choice="yes")
    with at(closed):
        close_ballot(by=world.by("odile"), ballot=ballot)


def tribal_data_waits(world: World) -> None:
    """Tribal Data Sovereignty: an electronic ballot is open, and it is on next week's agenda."""
    run = propose_in_full(
        world, "tribal", "2026-09-21 10:30", "2026-10-05 09:00",
        ("2026-10-07 08:40", "2026-10-13 16:20"), "2026-10-19 10:00",
    )  # fmt: skip
    meeting = plan(world, SUBCOMMITTEE, "2026-10-20 09:00", "2026-11-24 14:00", "Main Hall 202")
    place(world, meeting, run, "2026-10-21 09:00")
    review(
        world, "ruth", run, "2026-11-03 15:20", "staffing",
        "Who teaches it when Winona is on leave?",
    )  # fmt: skip
    with at("2026-11-16 09:00"):
        publish_agenda(by=world.by("odile"), meeting=meeting)
    with at("2026-11-17 09:00"):
        motion = move_motion(
            by=world.by("odile"), run=run, outcome="approve with conditions",
            conditions=[("Name who teaches it when the lead is away.", date(2027, 1, 29))],
            mover=world.people["ruth"], seconder=world.people["amara"],
        )  # fmt: skip
        ballot = open_ballot(by=world.by("odile"), motion=motion, method="electronic")
        cast_vote(by=world.by("ruth"), ballot=ballot, choice="yes")
    with at("2026-11-17 16:00"):
        cast_vote(by=world.by("amara"), ballot=ballot, choice="yes")
