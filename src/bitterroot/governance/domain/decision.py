"""Decisions and their conditions. The effect of a decision runs in its transaction."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from bitterroot.files.models import StoredFile
from bitterroot.governance import effects, policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.enums import CaseState, Outcome
from bitterroot.governance.models import Case, Condition, Decision
from bitterroot.governance.rules import may_decide
from bitterroot.governance.seals import decision_seal
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.rules import as_role
from bitterroot.policy.models.process import DecideStep
from bitterroot.policy.models.process import Outcome as Choice
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

WORDS = {
    "approve": Outcome.APPROVED,
    "approve with conditions": Outcome.CONDITIONS,
    "return": Outcome.RETURNED,
    "decline": Outcome.DECLINED,
}


@transaction.atomic
def decide(
    *,
    by: Actor,
    case: Case,
    outcome: str,
    reason: str = "",
    field_reasons: Mapping[str, str] | None = None,
    conditions: Sequence[tuple[str, date | None]] = (),
) -> Decision:
    """Decide the case at its present step, as the policy words the outcome ("approve", …).

    Moves or ends the case, keeps conditions, applies the effect at once when there are none.
    """
    case = cases.lock(case)
    policy = policies.of(case)
    step = policy.processes[case.process].step(case.step)
    if case.state != CaseState.OPEN or not isinstance(step, DecideStep):
        raise NotPossible("This is not before the office for a decision now.")
    answer = may_decide(by, case, step.by).require()
    choice = {o.key: o for o in _choices(step)}.get(outcome)
    if choice is None:
        raise NotPossible("Choose one of the outcomes.", [("outcome", "Choose one.")])
    if choice.reason and not (reason.strip() or field_reasons):
        raise NotPossible("Give a reason; the proposer reads it.", [("reason", "Write a reason.")])
    conditions = [(text, due) for text, due in conditions if text.strip()]
    if choice.conditions and not conditions:
        raise NotPossible("Name at least one condition.", [("conditions", "Write a condition.")])
    assert by.person is not None
    snapshot = case.snapshots.order_by("-n").first()
    decision = Decision.objects.create(
        case=case,
        subject=case.subject,
        step=case.step,
        outcome=WORDS[outcome],
        body=policy.institution.program_office.name,
        person=by.person,
        person_name=by.person.display_name,
        capacity=answer.capacity,
        reason=reason.strip(),
        field_reasons=dict(field_reasons or {}),
        snapshot=snapshot,
        snapshot_sha256=snapshot.sha256 if snapshot else "",
        decided_on=clock.today(),
        recorded_at=clock.now(),
    )
    for text, due in conditions if choice.conditions else ():
        Condition.objects.create(decision=decision, text=text.strip(), due_on=due)
    _record(by, decision, answer.capacity)
    if choice.to:
        cases.move(by=by, case=case, step=choice.to)
    elif not choice.conditions:
        cases.close(by=by, case=case)
    if choice.effect and not choice.conditions:
        effects.apply(choice.effect, by, decision)
    return decision


@transaction.atomic
def close_condition(*, by: Actor, condition: Condition, evidence: str) -> bool:
    """Close a condition with its evidence. True when it was the last: then the effect is applied."""
    decision = condition.decision
    assert decision.case is not None
    case = cases.lock(decision.case)
    policy = policies.of(case)
    step = policy.processes[case.process].step(decision.step)
    assert isinstance(step, DecideStep)
    answer = may_decide(by, case, step.by).require()
    condition = Condition.objects.select_for_update().get(pk=condition.pk)
    if condition.closed_at is not None:
        raise NotPossible("This condition is already closed.")
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
        data={"text": condition.text, "evidence": condition.evidence},
    )
    if decision.conditions.filter(closed_at__isnull=True).exists():
        return False
    cases.close(by=by, case=case)
    choice = {o.key: o for o in _choices(step)}["approve with conditions"]
    if choice.effect:
        effects.apply(choice.effect, by, decision)
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
    _record(by, decision, answer.capacity, stream=subject)
    return decision


def _choices(step: DecideStep) -> list[Choice]:
    found = step.outcomes
    return list(found.values()) if isinstance(found, dict) else list(found)


def _record(by: Actor, decision: Decision, capacity: str, stream: str = "") -> None:
    record_event(
        by=by,
        stream=stream or f"case:{decision.case_id}",
        verb="decision made",
        about=f"decision:{decision.pk}",
        capacity=capacity,
        seal=decision_seal(decision),
        data={
            "outcome": decision.outcome,
            "reason": decision.reason,
            "snapshot": decision.snapshot_sha256,
        },
    )
