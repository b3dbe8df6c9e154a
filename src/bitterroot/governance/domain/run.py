"""`conclude`: the one place in which a step's run ends with a decision, and what follows from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.governance import effects, policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import steps
from bitterroot.governance.enums import CaseState, Outcome, RunState
from bitterroot.governance.models import Case, Condition, Decision, StepRun
from bitterroot.governance.rules import authors_of
from bitterroot.governance.seals import decision_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy.models.process import Outcome as Choice
from bitterroot.policy.models.process import Step
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

#: The policy's word for an outcome → what the decision's row holds.
WORDS = {
    "approve": Outcome.APPROVED,
    "approve with conditions": Outcome.CONDITIONS,
    "return": Outcome.RETURNED,
    "refer": Outcome.REFERRED,
    "postpone": Outcome.POSTPONED,
    "decline": Outcome.DECLINED,
    "passed": Outcome.PASSED,
    "objected": Outcome.OBJECTED,
    "noted": Outcome.NOTED,
    "ended": Outcome.ENDED,
    "confirmed": Outcome.CONFIRMED,
}


def open_runs(case: Case) -> list[StepRun]:
    """The runs of the case on which someone can act now, oldest first."""
    return list(steps.open_runs_of(case))


def step_of(run: StepRun) -> Step:
    """The step of the policy (or the branch of one) that `run` is an activation of."""
    return policies.of(run.case).processes[run.case.process].step(run.path)


@transaction.atomic
def conclude(
    *,
    by: Actor,
    run: StepRun,
    outcome: str,
    body_name: str,
    capacity: str,
    reason: str = "",
    field_reasons: Mapping[str, str] | None = None,
    conditions: Sequence[tuple[str, date | None]] = (),
    tally: Mapping[str, Any] | None = None,
    decided_on: date | None = None,
    to: str | None = None,
) -> Decision:
    """End `run` with `outcome` (the policy's word) and let the case go where that leads.

    The caller's rule said who may; `capacity` is in whose name, `body_name` which office or
    body in words. `conditions` are (text, due day). `tally` is a body's count: yes, no,
    abstain, recused, eligible, present, quorum (numbers), passed, names (or None). `to` is the
    step that a return goes to, where the policy leaves a choice.

    Raises Refused for an author of the case, NotPossible when the run or the case is not open
    or the outcome is none of the step's, lacks a reason, a condition or a frozen version.
    """
    case = cases.lock(run.case)
    run = StepRun.objects.select_for_update().get(pk=run.pk)
    run.case = case
    if case.state != CaseState.OPEN or run.state != RunState.OPEN:
        raise NotPossible("This is not open for a decision now.")
    if by.person is not None and by.person.pk in authors_of(case):
        raise Refused("Nobody decides on their own proposal.")
    choice = choices(step_of(run)).get(outcome)
    if choice is None:
        raise NotPossible("Choose one of the outcomes.", [("outcome", "Choose one.")])
    if choice.reason and not (reason.strip() or field_reasons):
        raise NotPossible("Give a reason; the proposer reads it.", [("reason", "Write a reason.")])
    conditions = [(text, due) for text, due in conditions if text.strip()]
    if choice.conditions and not conditions:
        raise NotPossible("Name at least one condition.", [("conditions", "Write a condition.")])
    snapshot = case.snapshots.order_by("-n").first()
    if snapshot is None:
        raise NotPossible("There is no frozen version to decide on.")
    decision = Decision.objects.create(
        case=case,
        subject=case.subject,
        run=run,
        step=run.path,
        outcome=WORDS[outcome],
        body=body_name,
        person=by.person,
        person_name=by.person.display_name if by.person else "",
        capacity=capacity,
        reason=reason.strip(),
        field_reasons=dict(field_reasons or {}),
        tally=dict(tally or {}),
        snapshot=snapshot,
        snapshot_sha256=snapshot.sha256,
        decided_on=decided_on or clock.today(),
        recorded_at=clock.now(),
    )
    for text, due in conditions if choice.conditions else ():
        Condition.objects.create(decision=decision, text=text.strip(), due_on=due)
    record_decision(by, decision)
    steps.end_run(by=by, run=run, state=RunState.DONE, outcome=outcome)
    if not choice.conditions:
        follow(by=by, case=case, decision=decision, choice=choice)
    return decision


def follow(*, by: Actor, case: Case, decision: Decision, choice: Choice) -> None:
    """Move or end the case as `choice` says, and apply its effect."""
    target = policies.of(case).processes[case.process].next_of(decision.step, choice)
    if target:
        cases.move(by=by, case=case, step=target)
    else:
        cases.close(by=by, case=case)
    if choice.effect:
        effects.apply(choice.effect, by, decision)


def choices(step: Step) -> dict[str, Choice]:
    """The outcomes that a step may have, by the policy's word; empty for steps without decision."""
    return dict(getattr(step, "outcomes", {}))


def record_decision(by: Actor, decision: Decision, *, stream: str = "", capacity: str = "") -> None:
    """Write a decision into the record, sealed, and tell those whom it concerns."""
    record_event(
        by=by,
        stream=stream or f"case:{decision.case_id}",
        verb="decision made",
        about=f"decision:{decision.pk}",
        capacity=capacity or decision.capacity,
        seal=decision_seal(decision),
        data={
            "outcome": decision.outcome,
            "reason": decision.reason,
            "snapshot": decision.snapshot_sha256,
            **({"tally": decision.tally} if decision.tally else {}),
        },
    )
