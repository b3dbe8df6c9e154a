"""Decisions and their conditions. The effect of a decision runs in its transaction."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from bitterroot.files.models import StoredFile
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.run import (
    choices,
    conclude,
    follow,
    office_name,
    open_runs,
    record_decision,
    step_of,
    still_counts,
)
from bitterroot.governance.domain.steps import open_waiting
from bitterroot.governance.enums import CaseState, Outcome, RunState
from bitterroot.governance.models import Case, Condition, Decision
from bitterroot.governance.rules import may_act_on, may_close_condition
from bitterroot.governance.seals import condition_seal
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.rules import as_role
from bitterroot.policy.models.process import DecideStep
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def decide(
    *,
    by: Actor,
    case: Case,
    outcome: str,
    reason: str = "",
    field_reasons: Mapping[str, str] | None = None,
    conditions: Sequence[tuple[str, date | None]] = (),
    to: str | None = None,
) -> Decision:
    """Decide as the office before which the case stands, as the policy words the outcome.

    Where several offices decide side by side, it is the one that `by` holds. One that waits for
    what it is bound with can be returned alone. Moves or ends the
    case, keeps conditions, applies the effect at once when there are none.
    """
    case = cases.lock(case)
    open_ones = [run for run in open_runs(case) if isinstance(step_of(run), DecideStep)]
    if case.state != CaseState.OPEN or not open_ones:
        raise NotPossible("This is not before the office for a decision now.")
    answers = [(run, may_act_on(by, run)) for run in open_ones]
    own = [pair for pair in answers if pair[1]] or answers[:1]
    # Of two that one office decides side by side, the one that knows the word.
    run, answer = next((pair for pair in own if outcome in choices(step_of(pair[0]))), own[0])
    if run.state == RunState.WAITING and outcome == "return" and answer:
        # What is incomplete goes back at once; nothing is decided on what it is bound with.
        open_waiting(by=by, run=run, step=step_of(run))
    return conclude(
        by=by,
        run=run,
        outcome=outcome,
        body_name=office_name(run),
        capacity=answer.require().capacity,
        reason=reason,
        field_reasons=field_reasons,
        conditions=conditions,
        to=to,
    )


@transaction.atomic
def close_condition(*, by: Actor, condition: Condition, evidence: str) -> bool:
    """Close a condition with its evidence. True when it was the last: then what it held up follows."""
    decision = condition.decision
    assert decision.case is not None
    assert decision.run is not None
    case = cases.lock(decision.case)
    run = decision.run
    decision.case = run.case = case
    answer = may_close_condition(by, run).require()
    condition = Condition.objects.select_for_update().get(pk=condition.pk)
    if condition.closed_at is not None:
        raise NotPossible("This condition is already closed.")
    if case.state == CaseState.CLOSED:
        raise NotPossible("The case is closed; nothing waits for this condition.")
    if not evidence.strip():
        raise NotPossible("Say what shows that it is met.", [("evidence", "Write what shows it.")])
    condition.evidence, condition.closed_by, condition.closed_at = (
        evidence.strip(),
        by.person,
        clock.now(),
    )
    condition.save()
    record_event(
        by=by,
        stream=cases.stream_of(case),
        verb="condition closed",
        about=f"condition:{condition.pk}",
        capacity=answer.capacity,
        seal=condition_seal(condition),
        data={"text": condition.text, "evidence": condition.evidence},
    )
    if decision.conditions.filter(closed_at__isnull=True).exists() or not still_counts(run):
        return False
    follow(by=by, decision=decision, choice=choices(step_of(run))["approve with conditions"])
    return True


@transaction.atomic
def record_earlier_decision(
    *,
    by: Actor,
    subject: str,
    body: str,
    decided_on: date,
    document: StoredFile,
    document_name: str,
    reason: str = "",
) -> Decision:
    """Record a decision made before Bitterroot: who decided, when, and the document that shows it."""
    answer = as_role(by, Role.PROGRAM_OFFICER).require()
    assert by.person is not None
    if decided_on >= clock.today():
        raise NotPossible(
            "An earlier decision lies in the past.",
            [("decided_on", "Give the day of the decision.")],
        )
    if not body.strip():
        raise NotPossible("Say who decided.", [("body", "Name the body.")])
    decision = Decision.objects.create(
        subject=subject,
        step="earlier",
        outcome=Outcome.EARLIER,
        body=body.strip(),
        person=None,
        person_name="",
        capacity=f"recorded by {by.person.display_name}",
        reason=reason.strip(),
        document_sha256=document.sha256,
        document_name=document_name,
        decided_on=decided_on,
        recorded_at=clock.now(),
    )
    record_decision(by, decision, stream=subject, capacity=answer.capacity)
    return decision
