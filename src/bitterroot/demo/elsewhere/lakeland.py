"""Lakeland State University: the campus comments, committees vote, the system is told; no pilot."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bitterroot.demo.elsewhere.campus import (
    Campus,
    Chapter,
    claim_some,
    issue_to,
    make_people,
    open_run,
    publish,
    settle,
    write,
)
from bitterroot.demo.road import send, sign_all
from bitterroot.demo.world import at
from bitterroot.governance.domain import sweep
from bitterroot.governance.domain.agenda import note_reading, put_on_agenda
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.meeting import (
    arrive,
    end_meeting,
    open_meeting,
    plan_meeting,
    publish_agenda,
)
from bitterroot.governance.domain.minutes import draft_minutes
from bitterroot.governance.domain.motion import move_motion
from bitterroot.governance.models import Meeting
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Proposal

KEEPER = "hester"


def walk_drinking(campus: Campus) -> None:
    """The whole road to an established program, and badges in summer."""
    row = write(campus, "drinking", "2026-01-26 10:00")
    _comment(
        campus,
        row,
        "2026-01-27 09:00",
        ("2026-01-29 15:20", "2026-02-02 11:40"),
        "2026-02-18 06:00",
    )
    _meet(
        campus,
        row,
        "undergraduate-curriculum",
        "2026-02-24",
        ("lorna", "tariq", "ingalill", "percival"),
    )
    _provost(campus, row, "2026-03-03 14:00")
    with at("2026-03-10 10:30"):
        proposals.decide(
            by=campus.world.by("corwin"), proposal=row, outcome="confirmed", reason="LS-2026-014"
        )
    settle(campus, "drinking")
    issue_to(
        campus,
        "drinking",
        5,
        "dilys",
        term="summer-2026",
        completed="2026-07-24",
        days=("2026-07-28 10:00", "2026-08-03 11:00"),
    )
    claim_some("2026-08-05 18:20")


def _comment(campus: Campus, row: Proposal, sent: str, signed: tuple[str, ...], over: str) -> None:
    """Sent, signed by chair and dean, and the campus had ten business days."""
    send(campus.world, row, sent)
    sign_all(row, *signed)
    with at(over):
        sweep.run_due()
    row.refresh_from_db()


def _meet(campus: Campus, row: Proposal, body: str, day: str, there: tuple[str, ...]) -> None:
    """The committee of that level meets on `day`, and everyone who is `there` votes yes."""
    by = campus.world.by(KEEPER)
    with at(f"{day[:8]}01 09:00"):
        meeting = plan(campus, body, f"{day} 14:00")
        put_on_agenda(by=by, meeting=meeting, run=open_run(row, "vote"), section="action")
        publish_agenda(by=by, meeting=meeting)
    _decide(campus, row, meeting, day, there)


def _decide(
    campus: Campus, row: Proposal, meeting: Meeting, day: str, there: tuple[str, ...]
) -> None:
    """Everyone who is `there` on `day` votes for what stands on the agenda."""
    world, by = campus.world, campus.world.by(KEEPER)
    with at(f"{day} 14:00"):
        open_meeting(by=by, meeting=meeting)
        for who in there:
            arrive(by=world.by(who), meeting=meeting, person=world.people[who])
        motion = move_motion(
            by=by, run=open_run(row, "vote"), item=meeting.items.get(), outcome="approve",
            mover=world.people[there[1]], seconder=world.people[there[2]],
        )  # fmt: skip
        ballot = open_ballot(by=by, motion=motion)
        for who in there:
            cast_vote(by=world.by(who), ballot=ballot, choice="yes")
        close_ballot(by=by, ballot=ballot)
    with at(f"{day} 15:10"):
        end_meeting(by=by, meeting=meeting)
    row.refresh_from_db()


def plan(campus: Campus, body: str, starts: str) -> Meeting:
    """A meeting in the old harbor master's house."""
    starts_at = datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    return plan_meeting(
        by=campus.world.by(KEEPER), body=body, starts_at=starts_at, place="Harbor House 12"
    )


def _provost(campus: Campus, row: Proposal, when: str) -> None:
    with at(when):
        proposals.decide(by=campus.world.by("beatrix"), proposal=row, outcome="approve")
    row.refresh_from_db()


def sediment_is_reported(campus: Campus) -> None:
    """Harbor Sediment Modeling: read twice; the provost has approved, the report to the system is due."""
    row = write(campus, "sediment", "2026-08-24 10:00")
    _comment(
        campus,
        row,
        "2026-08-25 09:00",
        ("2026-08-27 10:00", "2026-08-31 16:00"),
        "2026-09-16 06:00",
    )
    there = ("tariq", "lorna", "ingalill", "sabine")
    second = _read(campus, row, "2026-09-17 09:00", ("2026-10-07", "2026-10-28"), there)
    with at("2026-10-14 09:00"):
        publish_agenda(by=campus.world.by(KEEPER), meeting=second)
    _decide(campus, row, second, "2026-10-28", there)
    _provost(campus, row, "2026-11-12 13:30")
    settle(campus, "sediment")


def shoreline_between_readings(campus: Campus) -> None:
    """Shoreline Change Surveys: read once, and on the agenda of the meeting that will decide."""
    row = write(campus, "shoreline", "2026-09-28 10:00")
    _comment(
        campus,
        row,
        "2026-09-29 09:00",
        ("2026-10-01 10:00", "2026-10-05 16:00"),
        "2026-10-21 06:00",
    )
    there = ("tariq", "lorna", "ingalill", "sabine")
    _read(campus, row, "2026-10-21 09:00", ("2026-11-10", "2026-12-09"), there)
    settle(campus, "shoreline")


def _read(
    campus: Campus, row: Proposal, planned: str, days: tuple[str, str], there: tuple[str, ...]
) -> Meeting:
    """The graduate committee reads it on the first of `days`; gives the meeting that decides, planned."""
    world, by = campus.world, campus.world.by(KEEPER)
    first, second = days
    with at(planned):
        meeting, following = (
            plan(campus, "graduate-curriculum", f"{day} 14:00") for day in (first, second)
        )
        put_on_agenda(by=by, meeting=meeting, run=open_run(row, "vote"))
        publish_agenda(by=by, meeting=meeting)
    with at(f"{first} 14:00"):
        open_meeting(by=by, meeting=meeting)
        for who in there:
            arrive(by=world.by(who), meeting=meeting, person=world.people[who])
        note_reading(by=by, item=meeting.items.get(), to=following)
    with at(f"{first} 14:50"):
        end_meeting(by=by, meeting=meeting)
    with at(f"{first} 16:30"):
        draft_minutes(by=by, meeting=meeting)
    return following


def permits_before_committee(campus: Campus) -> None:
    """Writing for Permits: the campus was heard; the committee meets on it this afternoon."""
    row = write(campus, "permits", "2026-10-12 10:00")
    _comment(
        campus,
        row,
        "2026-10-13 09:00",
        ("2026-10-15 10:00", "2026-10-19 16:00"),
        "2026-11-03 06:00",
    )
    settle(campus, "permits")
    with at("2026-11-03 10:00"):
        by = campus.world.by(KEEPER)
        meeting = plan(campus, "undergraduate-curriculum", "2026-11-18 14:00")
        put_on_agenda(by=by, meeting=meeting, run=open_run(row, "vote"))
        publish_agenda(by=by, meeting=meeting)


def others_are_written(campus: Campus) -> None:
    """Winter work is open for comments; beach forecasting is a draft of too few credits."""
    row = write(campus, "ice", "2026-11-02 10:00")
    send(campus.world, row, "2026-11-03 09:00")
    sign_all(row, "2026-11-05 12:00", "2026-11-09 09:10")
    settle(campus, "ice")
    write(campus, "beach", "2026-11-10 10:00")


CHAPTERS: tuple[Chapter, ...] = (
    ("people", make_people),
    ("pages and a signing key", publish),
    ("Drinking Water Sampling", walk_drinking),
    ("Harbor Sediment Modeling", sediment_is_reported),
    ("Shoreline Change Surveys", shoreline_between_readings),
    ("Writing for Permits", permits_before_committee),
    ("drafts", others_are_written),
)
