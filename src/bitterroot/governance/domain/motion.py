"""Motions: moved and seconded by members, or noted for them by chair or secretary."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.governance.body_rules import may_keep, may_take_part, why_not_before
from bitterroot.governance.body_seals import motion_seal
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.conflict import detect_conflicts
from bitterroot.governance.domain.run import choices, step_of
from bitterroot.governance.enums import BallotState, ItemState, MeetingState, MotionState
from bitterroot.governance.models import AgendaItem, Motion, StepRun
from bitterroot.people.actor import Actor, person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

LIVE = (MotionState.MOVED, MotionState.SECONDED)


@transaction.atomic
def move_motion(
    *,
    by: Actor,
    run: StepRun,
    outcome: str,
    item: AgendaItem | None = None,
    mover: Person | None = None,
    seconder: Person | None = None,
    text: str = "",
    to: str = "",
    reason: str = "",
    conditions: Sequence[tuple[str, date | None]] = (),
) -> Motion:
    """Move that the body decides `outcome` (the policy's word) on the matter.

    A member moves for themselves; chair or secretary note who moved and who seconded in the
    room. One motion at a time is before the body on a matter.
    """
    run = _held(run)
    who, capacity = _for_whom(by, run, mover)
    choice = choices(step_of(run)).get(outcome)
    if choice is None:
        raise NotPossible("Choose one of the outcomes.", [("outcome", "Choose one.")])
    conditions = [(said.strip(), due) for said, due in conditions if said.strip()]
    if choice.reason and not reason.strip():
        raise NotPossible("Give a reason; the proposer reads it.", [("reason", "Write a reason.")])
    if choice.conditions and not conditions:
        raise NotPossible("Name at least one condition.", [("conditions", "Write a condition.")])
    if run.motions.filter(state__in=LIVE).exists():
        raise NotPossible("Another motion on this matter is before the body.")
    if item is not None:
        _on_the_floor(item, run)
    motion = Motion(
        run=run,
        item=item,
        text=text.strip() or f"{choice.label}: {run.case.title}",
        outcome=outcome,
        to=to,
        reason=reason.strip(),
        conditions=[[said, due.isoformat() if due else None] for said, due in conditions],
        mover=who,
        moved_at=clock.now(),
    )
    _save(by, motion, "motion moved", capacity)
    detect_conflicts(run=run)
    return _second(by, motion, seconder) if seconder else motion


@transaction.atomic
def second(*, by: Actor, motion: Motion, seconder: Person | None = None) -> Motion:
    """Second a motion; then a ballot on it can be opened."""
    motion.run = _held(motion.run)
    found = Motion.objects.select_for_update().get(pk=motion.pk)
    found.run = motion.run
    return _second(by, found, seconder)


@transaction.atomic
def withdraw_motion(*, by: Actor, motion: Motion) -> Motion:
    """Its mover takes a motion back, as long as no ballot on it is open, and none has an answer.

    Raises NotPossible for a motion whose result is held back: the body has spoken.
    """
    run = _held(motion.run)
    motion = Motion.objects.select_for_update().get(pk=motion.pk)
    motion.run = run
    if by.person != motion.mover and not may_keep(by, run.body):
        raise Refused("Only its mover takes a motion back, or chair or secretary for them.")
    if motion.state not in LIVE or motion.ballots.filter(state=BallotState.OPEN).exists():
        raise NotPossible(f"This motion cannot be withdrawn ({_state(motion)}).")
    must_not_be_voted_on(motion)
    motion.state = MotionState.WITHDRAWN
    _save(by, motion, "motion withdrawn", "")
    return motion


def must_not_be_voted_on(motion: Motion) -> None:
    """Raise NotPossible where the body has voted on it and the result is held back.

    Whoever keeps the body's papers alone knows such a result: to withdraw the motion, or to let it be
    voted on anew, would be to do away with a vote that they do not like.
    """
    if motion.ballots.filter(state=BallotState.CLOSED, released_at__isnull=True).exists():
        raise NotPossible("The body has voted on it, and the result is held back: release it.")


def settle(*, by: Actor, motion: Motion, carried: bool) -> None:
    """Note what the ballot came to. Called where a ballot closes, with the case held."""
    motion.state = MotionState.CARRIED if carried else MotionState.FAILED
    _save(by, motion, f"motion {motion.state}", "")


def drop(*, by: Actor, motion: Motion) -> None:
    """Withdraw a motion whose matter is not before the body any more, with the case held."""
    motion.state = MotionState.WITHDRAWN
    _save(by, motion, "motion withdrawn", "")


def _second(by: Actor, motion: Motion, seconder: Person | None) -> Motion:
    who, capacity = _for_whom(by, motion.run, seconder)
    if motion.state != MotionState.MOVED:
        raise NotPossible(f"This motion waits for no second ({_state(motion)}).")
    if who == motion.mover:
        raise NotPossible(
            "Someone other than the mover seconds.", [("seconder", "Choose another.")]
        )
    motion.seconder, motion.state = who, MotionState.SECONDED
    _save(by, motion, "motion seconded", capacity)
    return motion


def _for_whom(by: Actor, run: StepRun, who: Person | None) -> tuple[Person, str]:
    """Who moves or seconds, and in which capacity; chair and secretary may note it for others."""
    if who is None or who == by.person:
        answer = may_take_part(by, run).require()
        assert by.person is not None
        return by.person, answer.capacity
    noted = may_keep(by, run.body).require()
    answer = may_take_part(person(who), run)
    if not answer:
        raise NotPossible(f"{who} cannot do that: {answer.why}")
    return who, noted.capacity


def _on_the_floor(item: AgendaItem, run: StepRun) -> None:
    item = AgendaItem.objects.select_related("meeting").get(pk=item.pk)
    if item.run_id != run.pk or item.state != ItemState.LISTED:
        raise NotPossible(f"This is not up for a motion ({item.get_state_display().lower()}).")
    if item.meeting.state != MeetingState.IN_SESSION:
        raise NotPossible("Motions in the room are made while the meeting is in session.")


def _held(run: StepRun) -> StepRun:
    case = cases.lock(run.case)
    run = StepRun.objects.get(pk=run.pk)
    run.case = case
    if why := why_not_before(run):
        raise NotPossible(why)
    return run


def _state(motion: Motion) -> str:
    return MotionState(motion.state).label.lower()


def _save(by: Actor, motion: Motion, verb: str, capacity: str) -> None:
    motion.save()
    data: dict[str, Any] = {
        "text": motion.text,
        "outcome": motion.outcome,
        "mover": str(motion.mover_id),
        "seconder": str(motion.seconder_id or ""),
    }
    record_event(
        by=by,
        stream=cases.stream_of(motion.run.case),
        verb=verb,
        about=f"motion:{motion.pk}",
        capacity=capacity,
        seal=motion_seal(motion),
        data=data,
        tell=False,
    )
