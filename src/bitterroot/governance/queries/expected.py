"""When a case could be decided, if everyone takes the days that they have: counted, never promised.

Days are counted by the calendar in force and by the months in which a body meets. A meeting that
is planned counts more than a number of days: a body takes up at it what reaches it before the
agenda closes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bitterroot.governance import policies
from bitterroot.governance.domain.due import SIGN_DAYS
from bitterroot.governance.enums import (
    BallotState,
    CaseState,
    ItemState,
    MeetingState,
    RunState,
    SignatureState,
)
from bitterroot.governance.models import AgendaItem, Ballot, Case, Meeting, StepRun
from bitterroot.governance.queries.readings import asked, readings
from bitterroot.policy import Policy, step_due
from bitterroot.policy.models.process import (
    PASSING,
    AllOfStep,
    AnyOfStep,
    Deciding,
    FormStep,
    Process,
    SignStep,
    Step,
    VoteStep,
)
from bitterroot.record import clock

TO_COME = (MeetingState.PLANNED, MeetingState.PUBLISHED, MeetingState.IN_SESSION)
LISTED = (ItemState.LISTED, ItemState.LATE)


@dataclass(frozen=True, slots=True)
class _World:
    """What the days of one case are counted from."""

    case: Case
    policy: Policy  # that the case began under: who has how many days
    process: Process
    runs: Mapping[str, StepRun]  # the newest at each path
    meetings: Mapping[str, list[Meeting]]  # still to come, by body, in order
    listed: Mapping[object, date]  # by run: the meeting on whose agenda it is
    closing: Mapping[object, date]  # by run: the end of the ballot that is open on it


def expected(case: Case) -> dict[str, date]:
    """By path of each step from the present one on: the day by which it would be over.

    Empty where it is not with those who decide: with its authors, on hold, at its end, or while
    conditions are open or others that it is bound with are awaited. Steps to which the policy
    gives no days take none, and what stands from before is not decided anew. Where it takes more than one
    reading, the last meeting counts. Four queries, and two more for readings.
    """
    process = policies.of(case).processes[case.process]
    if case.state != CaseState.OPEN or isinstance(process.step(case.step), FormStep):
        return {}
    runs = {run.path: run for run in case.runs.order_by("n")}
    here = [run for run in runs.values() if run.state == RunState.OPEN]
    if not here:
        return {}
    bodies = {getattr(step, "body", None) for _, step in process.places()}
    meetings = _meetings(bodies | {run.body for run in here})
    world = _World(case, policies.of(case), process, runs, meetings, _listed(here), _closing(here))
    found: dict[str, date] = {}
    day, seen = clock.today(), set[str]()
    key: str | None = case.step
    while key and key not in seen:
        seen.add(key)
        step = process.step(key)
        days = dict(_days(world, key, step, day))
        found |= days
        day = days.get(key, day)
        key = _following(world, key, step)
    return found


def _days(world: _World, key: str, step: Step, day: date) -> Iterator[tuple[str, date]]:
    """When the step, and each branch of it, would be over that is reached on `day`."""
    if not step.applies(world.case.facts) or _stands(world.runs.get(key)):
        return
    if not isinstance(step, AllOfStep | AnyOfStep):
        yield key, _over(world, key, step, day)
        return
    branches = {
        f"{key}/{branch.key}": _over(world, f"{key}/{branch.key}", branch, day)
        for branch in step.branches_for(world.case.facts)
        if not _stands(world.runs.get(f"{key}/{branch.key}"))
    }
    yield from branches.items()
    latest = max if isinstance(step, AllOfStep) else min
    yield key, latest(branches.values(), default=day)


def _over(world: _World, path: str, step: Step, day: date) -> date:
    if isinstance(step, SignStep):
        return _signed(world, path, step, day)
    run = world.runs.get(path)
    here = run if run and run.state == RunState.OPEN else None
    if here and here.pk in world.closing:
        return max(day, world.closing[here.pk])
    body = (here.body if here else "") or getattr(step, "body", None) or ""
    due = here.due_on if here else None
    days = getattr(step, "due_days", None)
    latest = max(day, due) if due else _count(world, day, days, body) if days and not here else day
    if not isinstance(step, VoteStep):
        return latest
    if here:
        given = len(readings([here]).get(here.pk, {}))
        return _voted(world, max(1, asked(here) - given), body, day, latest, here)
    return _voted(world, step.readings, body, day, latest)


def _voted(
    world: _World, left: int, body: str, day: date, latest: date, here: StepRun | None = None
) -> date:
    """The day of the last of the `left` meetings that it takes, where so many are planned."""
    listed = world.listed.get(here.pk) if here else None
    ahead = world.meetings.get(body, [])
    if listed is None:
        ahead = [meeting for meeting in ahead if meeting.cut_off >= day]
    else:
        left, day = left - 1, max(day, listed)
        ahead = [meeting for meeting in ahead if clock.day_of(meeting.starts_at) > listed]
    days = [day, *(clock.day_of(meeting.starts_at) for meeting in ahead[:left])]
    return days[left] if len(days) > left else max(latest, days[-1])


def _signed(world: _World, path: str, step: SignStep, day: date) -> date:
    """Those who are asked now have until their day; those after them, theirs in turn."""
    named = {signer.capacity: signer.due_days for signer in step.signers}
    if path != world.case.step:
        return _in_turn(world, day, [s.due_days for s in step.signers_for(world.case.facts)])
    rows = list(world.case.signatures.order_by("order"))
    asked = [r for r in rows if r.state in (SignatureState.REQUESTED, SignatureState.VIEWED)]
    turns = [
        named.get(row.capacity, SIGN_DAYS)
        for row in rows
        if row.state == SignatureState.WAITING_TURN
    ]
    return _in_turn(world, max([day, *(row.due_on for row in asked if row.due_on)]), turns)


def _in_turn(world: _World, day: date, turns: Iterable[int]) -> date:
    for days in turns:
        day = _count(world, day, days)
    return day


def _count(world: _World, day: date, days: int, body: str = "") -> date:
    known = policies.current().bodies.get(body) or world.policy.bodies.get(body)
    return step_due(policies.current().calendar, day, days, sits=known.sits if known else "always")


def _following(world: _World, key: str, step: Step) -> str | None:
    """Where the case goes when the step is passed or skipped; None where it ends."""
    if not isinstance(step, Deciding) or not step.applies(world.case.facts):
        return world.process.after(key)
    passing = next((each for each in step.outcomes.values() if each.passes), None)
    if passing is None or world.process.ends_with(passing, world.case.facts):
        return None
    return world.process.next_of(key, passing)


def _stands(run: StepRun | None) -> bool:
    return run is not None and run.state == RunState.DONE and run.outcome in PASSING


def _meetings(bodies: set[str | None]) -> dict[str, list[Meeting]]:
    found: dict[str, list[Meeting]] = {}
    rows = Meeting.objects.filter(
        body__in=bodies - {None, ""}, state__in=TO_COME, starts_at__gte=clock.now()
    )
    for meeting in rows.order_by("starts_at"):
        found.setdefault(meeting.body, []).append(meeting)
    return found


def _listed(here: list[StepRun]) -> dict[object, date]:
    """Of the open runs: the day of the meeting on whose agenda it is."""
    items = AgendaItem.objects.filter(
        run__in=here, state__in=LISTED, meeting__state__in=TO_COME
    ).values_list("run", "meeting__starts_at")
    return {run: clock.day_of(at) for run, at in items}


def _closing(here: list[StepRun]) -> dict[object, date]:
    """Of the open runs: the day on which the ballot on it closes by itself."""
    ballots = Ballot.objects.filter(
        motion__run__in=here, state=BallotState.OPEN, closes_at__isnull=False
    ).values_list("motion__run", "closes_at")
    return {run: clock.day_of(at) for run, at in ballots if at is not None}
