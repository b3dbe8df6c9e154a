"""The pilot's life beside its reviews and its notice: begun, extended, lapsed, proposed in full."""

from typing import Any

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.programs.domain.dates import in_iso, set_dates, wake
from bitterroot.programs.domain.state import locked, set_state
from bitterroot.programs.enums import (
    REVIEW_GIVEN,
    RUNNING,
    IntentState,
    ProgramState,
)
from bitterroot.programs.models import Intent, Pilot, PilotExtension, Program
from bitterroot.programs.rules import may_run
from bitterroot.programs.seals import extension_seal, intent_seal, pilot_seal, review_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST_YEARS = 3


def begin_pilot(*, by: Actor, program: Program) -> Pilot:
    """Set the clock of a program whose pilot has just begun; called by the verbs that begin it."""
    policy = policies.adopt()
    pilot = Pilot(
        program=program,
        first_term=program.pilot_start_term,
        policy=policy,
        rule=policies.current().pilot.rule,
        began_at=clock.now(),
    )
    pilot.save(force_insert=True)
    set_dates(pilot)
    _note(by, pilot, "pilot clock set", f"pilot:{pilot.pk}", pilot_seal(pilot), tell=False)
    for review in pilot.reviews.order_by("year"):
        if review.state in REVIEW_GIVEN:
            about = f"yearly-review:{review.pk}"
            _note(by, pilot, "yearly review not asked for", about, review_seal(review), tell=False)
    return pilot


@transaction.atomic
def extend_pilot(*, by: Actor, pilot: Pilot, years: int, reason: str) -> Pilot:
    """Grant academic years on top, for a reason that is kept. Lead and head are told.

    A pilot that has lapsed runs again. What belongs to the last year moves with it: the notice
    that lapsed is open again, reminders start anew.
    """
    program = locked(pilot.program)
    capacity = may_run(by, program).require().capacity
    if program.state not in (*RUNNING, ProgramState.PILOT_LAPSED):
        raise NotPossible("Only a pilot that runs or has lapsed can be extended.")
    if not reason.strip():
        raise NotPossible("An extension needs a reason.", [("reason", "Write a reason.")])
    if not 1 <= years <= MOST_YEARS:
        raise NotPossible(
            f"Between 1 and {MOST_YEARS} years can be granted.", [("years", "Choose a number.")]
        )
    assert by.person is not None
    grant = PilotExtension.objects.create(
        pilot=pilot,
        years=years,
        reason=reason.strip(),
        granted_by=by.person,
        granted_at=clock.now(),
    )
    pilot = Pilot.objects.get(pk=pilot.pk)
    moved = set_dates(pilot)
    if pilot.ends_on is not None and pilot.ends_on < clock.today():
        raise NotPossible(
            "Even so the pilot would be over already.", [("years", "Grant more years.")]
        )
    about = f"extension:{grant.pk}"
    _note(
        by,
        pilot,
        "pilot extended",
        about,
        extension_seal(grant),
        capacity,
        years=years,
        moved=in_iso(moved),
    )
    for intent in pilot.intents.filter(state=IntentState.LAPSED):
        _reopen(by, intent, capacity)
    if program.state == ProgramState.PILOT_LAPSED:
        program.enrolls_until = None
        back = ProgramState(program.state_before or ProgramState.PILOT_ACTIVE)
        program.state_before = ""
        set_state(by, program, back, "pilot runs again", tell=False, capacity=capacity)
    return pilot


def _reopen(by: Actor, intent: Intent, capacity: str) -> None:
    intent.state, intent.content_sha256 = IntentState.OPEN, ""
    intent.lead_signed_by = intent.lead_signed_at = None
    intent.save()
    about = f"intent:{intent.pk}"
    _note(by, intent.pilot, "notice open again", about, intent_seal(intent), capacity, tell=False)


@transaction.atomic
def lapse_pilot(*, by: Actor, pilot: Pilot) -> Program:
    """The pilot's time is over without the decisions that it needs.

    No new learners, offerings or marketing; those enrolled finish and are issued. A notice that
    was not signed by both lapses too. Lead, head, dean and program office are told.
    """
    program = locked(pilot.program)
    if by.person is not None:
        may_run(by, program).require()
    if program.state not in RUNNING:
        raise NotPossible("Only a pilot that runs can lapse.")
    if pilot.ends_on is None or clock.today() <= pilot.ends_on:
        raise NotPossible("The pilot's time is not over.")
    waiting = (IntentState.OPEN, IntentState.SIGNED_BY_LEAD)
    for intent in pilot.intents.filter(state__in=waiting):
        intent.state = IntentState.LAPSED
        intent.save()
        _note(by, pilot, "notice lapsed", f"intent:{intent.pk}", intent_seal(intent), tell=False)
    program.state_before, program.enrolls_until = program.state, pilot.ends_on
    set_state(by, program, ProgramState.PILOT_LAPSED, "pilot lapsed", ended=str(pilot.ends_on))
    return program


@transaction.atomic
def propose_in_full(*, by: Actor, program: Program) -> Program:
    """The full proposal is submitted: the notice can no longer change. Called by `proposals`."""
    program = locked(program)
    for why in why_not_in_full(program):
        raise NotPossible(why)
    set_state(by, program, ProgramState.FULL_PROPOSED, "full proposal submitted", tell=False)
    return program


@transaction.atomic
def full_proposal_ended(*, by: Actor, program: Program) -> Program:
    """The full proposal was withdrawn or declined: the pilot goes on until its time is over.

    One that is suspended or has lapsed meanwhile would go on so, were it to go on.
    """
    program = locked(program)
    if program.state_before == ProgramState.FULL_PROPOSED:
        program.state_before = ProgramState.INTENT_CONTINUE
        state = ProgramState(program.state)
        set_state(by, program, state, "full proposal ended", tell=False)
        return program
    if program.state != ProgramState.FULL_PROPOSED:
        raise NotPossible("No full proposal is under way.")
    set_state(by, program, ProgramState.INTENT_CONTINUE, "full proposal ended", tell=False)
    wake(program.pilot)
    return program


def why_not_in_full(program: Program) -> list[str]:
    """What stands between a pilot and its full proposal, in sentences; empty when it may begin.

    Source: notice to continue, and every yearly review that is due given or waived.
    """
    if program.state != ProgramState.INTENT_CONTINUE:
        return ["A full proposal needs a notice to continue that lead and head have signed."]
    today = clock.today()
    owed = program.pilot.reviews.exclude(state__in=REVIEW_GIVEN).filter(due_on__lte=today)
    return [f"The review of pilot year {row.year} is missing." for row in owed.order_by("year")]


def _note(
    by: Actor,
    pilot: Pilot,
    verb: str,
    about: str,
    seal: str,
    capacity: str = "",
    *,
    tell: bool = True,
    **data: Any,
) -> None:
    record_event(
        by=by,
        stream=f"program:{pilot.program_id}",
        verb=verb,
        about=about,
        capacity=capacity,
        seal=seal,
        data=data,
        tell=tell,
    )
