"""`conclude`: the one place in which a step's run ends with a decision, and what follows from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.governance import effects, policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import steps, way
from bitterroot.governance.enums import CaseState, Outcome, RunState
from bitterroot.governance.models import Case, Condition, Decision, StepRun
from bitterroot.governance.rules import authors_of
from bitterroot.governance.seals import condition_seal, decision_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy.capacities import CAPACITIES
from bitterroot.policy.models.process import AllOfStep, AnyOfStep, Step
from bitterroot.policy.models.process import Outcome as Choice
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

#: With these a body to which an item was referred gives its advice.
ADVICE = ("approve", "approve with conditions", "decline")
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
    return list(steps.open_runs_of(case).exclude(kind__in=["all of", "any of"]))


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
    step that a return goes to, or the body that it is referred to, where the policy leaves a
    choice. A body to which it was referred gives advice: it approves or declines, and the item
    comes back. Outcomes with conditions lead nowhere until `close_condition` closed the last.

    Raises Refused for an author of the case, NotPossible when the run or the case is not open
    or the outcome is none of the step's, lacks a reason, a condition or a frozen version.
    """
    case = cases.lock(run.case)
    run = (
        StepRun.objects.select_for_update(of=("self",)).select_related("referred_by").get(pk=run.pk)
    )
    run.case = case
    if run.state == RunState.WAITING:
        raise NotPossible(f"{run.note} They are decided on together.")
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
        capacity=capacity[:120],  # a title, in the place of a name, may be longer than its column
        reason=reason.strip(),
        field_reasons=dict(field_reasons or {}),
        tally=dict(tally or {}),
        snapshot=snapshot,
        snapshot_sha256=snapshot.sha256,
        decided_on=decided_on or clock.today(),
        recorded_at=clock.now(),
    )
    record_decision(by, decision)
    for text, due in conditions if choice.conditions else ():
        _set_condition(by, decision, text.strip(), due)
    steps.end_run(by=by, run=run, state=RunState.DONE, outcome=outcome)
    if choice.conditions:
        effects.tell_subject(by, decision)
    else:
        follow(by=by, decision=decision, choice=choice, to=to)
    return decision


def _set_condition(by: Actor, decision: Decision, text: str, due: date | None) -> None:
    condition = Condition.objects.create(decision=decision, text=text, due_on=due)
    record_event(
        by=by,
        stream=f"case:{decision.case_id}",
        verb="condition set",
        about=f"condition:{condition.pk}",
        capacity=decision.capacity,
        seal=condition_seal(condition),
        data={"text": text, "due": due},
        tell=False,
    )


def follow(*, by: Actor, decision: Decision, choice: Choice, to: str | None = None) -> None:
    """Move, keep or end the case as `choice` says, apply its effect, and tell the subject's room."""
    run, case = decision.run, decision.case
    assert run is not None
    assert case is not None
    advice = run.referred_by is not None and choice.key in ADVICE
    # Advice is given by the words of the step, but the body that asked for it decides.
    ends = not advice and policies.of(case).processes[case.process].ends_with(choice, case.facts)
    if choice.key == "postpone":
        _reopen(by, run, body=run.body, referred_by=run.referred_by)
    elif choice.key == "refer":
        _reopen(by, run, body=_body_for(choice, to), referred_by=run)
    elif advice and run.referred_by is not None:
        _reopen(by, run, body=run.referred_by.body, referred_by=run.referred_by.referred_by)
    elif choice.ways and not ends:
        cases.move(by=by, case=case, step=_way_for(choice, to))
    elif "/" in run.path:
        _leave_branch(by, case, run, choice)
    elif ends:
        cases.close(by=by, case=case)
    else:
        _leave(by, case, run.path, choice)
    if ends and choice.effect:
        effects.apply(choice.effect, by, _what_it_rests_on(decision))
    effects.tell_subject(by, decision)


def _what_it_rests_on(decision: Decision) -> Decision:
    """The decision that approved, where this one only confirms a fact such as that others were told.

    What comes of it names who decided, and when: an award's evidence, an endorsement.
    """
    assert decision.run is not None
    if decision.run.kind != "record":
        return decision
    before = Decision.objects.filter(
        case=decision.case_id,
        run__kind__in=("decide", "vote", "no objection"),
        outcome__in=(Outcome.APPROVED, Outcome.CONDITIONS, Outcome.PASSED),
    )
    return before.order_by("-recorded_at", "-run__n").first() or decision


def _reopen(by: Actor, run: StepRun, *, body: str, referred_by: StepRun | None) -> None:
    """The same step once more: for another day, before another body, or back from it."""
    again = steps.open_run(
        by=by, case=run.case, path=run.path, step=step_of(run), body=body, referred_by=referred_by
    )
    if run.path == run.case.step:
        run.case.step_since, run.case.step_due = again.opened_at, again.due_on
        run.case.save(update_fields=["step_since", "step_due"])


def _leave(by: Actor, case: Case, path: str, choice: Choice) -> None:
    """Go on to the step after that at `path`, or end where none follows."""
    target = policies.of(case).processes[case.process].next_of(path, choice)
    if target:
        cases.move(by=by, case=case, step=target)
    else:
        cases.close(by=by, case=case)


def _leave_branch(by: Actor, case: Case, run: StepRun, choice: Choice) -> None:
    """What the end of one branch means for those beside it."""
    key = run.path.partition("/")[0]
    step = policies.of(case).processes[case.process].step(key)
    assert isinstance(step, AllOfStep | AnyOfStep)
    parent = case.runs.get(path=key, state=RunState.OPEN)
    parent.case = case
    if choice.passes:
        if way.passed(case, key, step):
            way.finish_branches(by=by, parent=parent)
            _leave(by, case, key, choice)
    elif isinstance(step, AllOfStep) or not way.still_possible(case, key, step):
        steps.end_run(by=by, run=parent, state=RunState.DONE, outcome=choice.key)
        cases.close(by=by, case=case)


def _way_for(choice: Choice, to: str | None) -> str:
    if to is not None and to not in choice.ways:
        raise NotPossible("Choose one of the steps.", [("to", "Choose one.")])
    return to or choice.ways[0]


def _body_for(choice: Choice, to: str | None) -> str:
    body = to or (choice.bodies[0] if len(choice.bodies) == 1 else "")
    if body not in choice.bodies:
        raise NotPossible("Choose the body to refer it to.", [("to", "Choose one.")])
    return body


def still_counts(run: StepRun) -> bool:
    """Whether the case still stands where `run` ended, so that something can follow from it."""
    last = run.case.runs.filter(path=run.path).order_by("-n").first()
    return (
        last == run and run.state == RunState.DONE and run.path.partition("/")[0] == run.case.step
    )


def office_name(run: StepRun) -> str:
    """In words, the body or the office before which `run` is."""
    if run.body:
        return policies.of(run.case).bodies[run.body].title
    return title_of_office(run.case, getattr(step_of(run), "by", "") or "")


def title_of_office(case: Case, office: str) -> str:
    """An office that a policy names, in the institution's words."""
    policy = policies.of(case)
    if office == "program office":
        return policy.institution.program_office.name
    if office == "registrar":
        return policy.institution.registrar_office.name
    role = CAPACITIES[office].role if office in CAPACITIES else None
    return policy.roles[role].title if role else office


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
