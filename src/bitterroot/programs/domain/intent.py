"""The notice to continue or to be removed (form G): written, signed by lead and head, acknowledged."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bitterroot.governance.answers import keep
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.predicates import facts_of
from bitterroot.programs.domain.dates import policy_of, wake
from bitterroot.programs.domain.ending import plan_teach_out
from bitterroot.programs.domain.state import locked, set_state
from bitterroot.programs.enums import RUNNING, IntentState, ProgramState
from bitterroot.programs.models import Intent, Pilot
from bitterroot.programs.rules import is_head, is_lead, may_run, may_write
from bitterroot.programs.seals import intent_seal
from bitterroot.record import clock
from bitterroot.record.canonical import digest
from bitterroot.record.domain.events import record_event

FORM = "intent"
LIVE = (
    IntentState.OPEN,
    IntentState.SIGNED_BY_LEAD,
    IntentState.SUBMITTED,
    IntentState.ACKNOWLEDGED,
)


@transaction.atomic
def open_intent(*, by: Actor, pilot: Pilot) -> Intent:
    """Ask for the notice. Lead, head and program office are told."""
    program = locked(pilot.program)
    if program.state not in RUNNING or pilot.intents.filter(state__in=LIVE).exists():
        raise NotPossible("No notice is to be given now.")
    row = Intent.objects.create(pilot=pilot, n=pilot.intents.count() + 1, opened_at=clock.now())
    _note(by, row, "notice opened")
    return row


@transaction.atomic
def save_intent(*, by: Actor, intent: Intent, values: Mapping[str, Any], revision: int) -> Intent:
    """Keep answers as they are typed; see `save_review`."""
    may_write(by, intent.pilot.program).require()
    row = _held(intent)
    _require(row, IntentState.OPEN)
    if keep(row, policy_of(row.pilot).forms[FORM], values, revision):
        row.save()
    return row


@transaction.atomic
def sign_as_lead(*, by: Actor, intent: Intent) -> Intent:
    """The lead signs what it says; the head is asked to. Raises NotPossible with what is missing."""
    capacity = is_lead(by, intent.pilot.program).require().capacity
    row = _held(intent)
    _require(row, IntentState.OPEN)
    if row.pilot.program.state not in RUNNING:
        raise NotPossible("The pilot does not run any more.")
    gaps = missing(row)
    if gaps:
        raise NotPossible("The notice is not complete yet.", gaps)
    row.content_sha256 = digest(row.values)
    row.state, row.returned_reason = IntentState.SIGNED_BY_LEAD, ""
    row.lead_signed_by, row.lead_signed_at = by.person, clock.now()
    row.save()
    _note(by, row, "notice signed by lead", capacity, sha256=row.content_sha256)
    return row


def missing(intent: Intent) -> list[tuple[str, str]]:
    """What stands between the notice and its signature: field and sentence, in order."""
    policy = policy_of(intent.pilot)
    found = policy.form_problems(FORM, intent.values, facts_of(intent.values))
    return [(problem.field, problem.message) for problem in found]


@transaction.atomic
def sign_as_head(*, by: Actor, intent: Intent, sha256: str) -> Intent:
    """The head signs the same content, told by its hash: the notice is given. The office is told."""
    program = intent.pilot.program
    capacity = is_head(by, program).require().capacity
    row = _held(intent)
    _require(row, IntentState.SIGNED_BY_LEAD)
    if sha256 != row.content_sha256 or digest(row.values) != row.content_sha256:
        raise NotPossible("The notice changed since you opened it. Read it again before you sign.")
    program = row.pilot.program
    if program.state not in RUNNING:
        raise NotPossible("The pilot does not run any more.")
    row.state = IntentState.SUBMITTED
    row.head_signed_by, row.head_signed_at = by.person, clock.now()
    row.save()
    _note(by, row, "notice given", capacity, choice=row.choice, sha256=row.content_sha256)
    removed = row.choice == "remove"
    state = ProgramState.INTENT_REMOVE if removed else ProgramState.INTENT_CONTINUE
    if removed:
        program.enrolls_until = clock.today()
    set_state(by, program, state, "pilot decided by notice", tell=False, capacity=capacity)
    wake(row.pilot)
    return row


@transaction.atomic
def return_intent(*, by: Actor, intent: Intent, reason: str) -> Intent:
    """The head gives it back to the lead with a reason, unsigned."""
    capacity = is_head(by, intent.pilot.program).require().capacity
    row = _held(intent)
    _require(row, IntentState.SIGNED_BY_LEAD)
    if not reason.strip():
        raise NotPossible("Say what is to be mended.", [("reason", "Write a reason.")])
    row.state, row.returned_reason, row.content_sha256 = IntentState.OPEN, reason.strip(), ""
    row.lead_signed_by = row.lead_signed_at = None
    row.save()
    _note(by, row, "notice returned", capacity)
    return row


@transaction.atomic
def acknowledge_intent(*, by: Actor, intent: Intent) -> Intent:
    """The program office has it. One to be removed begins its teach-out. Lead and head are told."""
    capacity = may_run(by, intent.pilot.program).require().capacity
    row = _held(intent)
    _require(row, IntentState.SUBMITTED)
    row.state = IntentState.ACKNOWLEDGED
    row.acknowledged_by, row.acknowledged_at = by.person, clock.now()
    row.save()
    _note(by, row, "notice acknowledged", capacity, choice=row.choice)
    if row.pilot.program.state == ProgramState.INTENT_REMOVE:
        plan_teach_out(
            by,
            row.pilot.program,
            str(row.values.get("teach_out_term") or ""),
            str(row.values.get("reason") or ""),
            capacity,
        )
    return row


@transaction.atomic
def change_intent(*, by: Actor, intent: Intent) -> Intent:
    """Think again: a new notice begins with the answers of this one, whose signatures stand for it no more.

    Possible until a full proposal is submitted or the teach-out has begun.
    """
    capacity = is_lead(by, intent.pilot.program).require().capacity
    row = _held(intent)
    if row.state not in (IntentState.SUBMITTED, IntentState.ACKNOWLEDGED):
        raise NotPossible("Only a notice that was given can be changed.")
    program = row.pilot.program
    if program.state == ProgramState.FULL_PROPOSED:
        raise NotPossible("The full proposal is submitted: the notice stands.")
    if program.state not in (ProgramState.INTENT_CONTINUE, ProgramState.INTENT_REMOVE):
        raise NotPossible("The teach-out has begun: the notice stands.")
    row.state = IntentState.SUPERSEDED
    row.save()
    _note(by, row, "notice replaced", capacity, tell=False)
    later = Intent.objects.create(
        pilot=row.pilot, n=row.n + 1, values=row.values, opened_at=clock.now()
    )
    _note(by, later, "notice changed", capacity)
    program.enrolls_until = None
    set_state(
        by, program, ProgramState.PILOT_ACTIVE, "notice withdrawn", tell=False, capacity=capacity
    )
    wake(row.pilot)
    return later


def _held(intent: Intent) -> Intent:
    locked(intent.pilot.program)
    return Intent.objects.select_related("pilot__program__owner_unit").get(pk=intent.pk)


def _require(row: Intent, state: IntentState) -> None:
    if row.state != state:
        raise NotPossible(f"This is not possible now: {row.get_state_display().lower()}.")


def _note(
    by: Actor, row: Intent, verb: str, capacity: str = "", *, tell: bool = True, **data: object
) -> None:
    record_event(
        by=by,
        stream=f"program:{row.pilot.program_id}",
        verb=verb,
        about=f"intent:{row.pk}",
        capacity=capacity,
        seal=intent_seal(row),
        data={"n": row.n, **data},
        tell=tell,
    )
