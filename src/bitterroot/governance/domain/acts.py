"""Acts that end or undo a step without a ballot: acknowledge, confirm, override, rule that it falls."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import steps, way
from bitterroot.governance.domain.run import conclude, office_name, title_of_office
from bitterroot.governance.enums import CaseState
from bitterroot.governance.models import Decision, StepRun
from bitterroot.governance.rules import may_act_on, may_override, may_rule, may_speak_for
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record.domain.events import record_event


@transaction.atomic
def acknowledge(*, by: Actor, run: StepRun) -> Decision:
    """Note for a body that it was informed. Its chair, its secretary or the program office may."""
    if run.kind != "inform":
        raise NotPossible("Nothing is to be acknowledged here.")
    answer = may_speak_for(by, run).require()
    return conclude(
        by=by, run=run, outcome="noted", body_name=office_name(run), capacity=answer.capacity
    )


@transaction.atomic
def confirm(
    *,
    by: Actor,
    run: StepRun,
    outcome: str = "confirmed",
    reason: str = "",
    to: str | None = None,
) -> Decision:
    """Confirm the fact that a step asks its office for; `reason` says what shows it."""
    if run.kind != "record":
        raise NotPossible("Nothing is to be confirmed here.")
    answer = may_act_on(by, run).require()
    if not reason.strip():
        raise NotPossible("Say what shows it.", [("reason", "Write what shows it.")])
    return conclude(
        by=by,
        run=run,
        outcome=outcome,
        body_name=office_name(run),
        capacity=answer.capacity,
        reason=reason,
        to=to,
    )


@transaction.atomic
def override(
    *,
    by: Actor,
    run: StepRun,
    outcome: str,
    reason: str,
    conditions: Sequence[tuple[str, date | None]] = (),
    to: str | None = None,
) -> Decision:
    """End a step in the place of its body, for a reason. The body is told.

    Only the office that the process names in `override by` may. Wherever the decision is told, it
    is that office's: the body has said nothing.
    """
    answer = may_override(by, run).require()
    if not reason.strip():
        raise NotPossible("Say why; the body is told.", [("reason", "Write a reason.")])
    whose = office_name(run)
    office = policies.of(run.case).processes[run.case.process].override_by or ""
    decision = conclude(
        by=by,
        run=run,
        outcome=outcome,
        body_name=f"{title_of_office(run.case, office)}, in place of {whose}"[:200],
        capacity=f"{answer.capacity}, in place of {whose}",
        reason=reason,
        conditions=conditions,
        to=to,
    )
    record_event(
        by=by,
        stream=steps.stream_of(run.case),
        verb="decision overridden",
        about=f"decision:{decision.pk}",
        capacity=answer.capacity,
        data={"body": run.body, "reason": reason.strip()},
    )
    return decision


@transaction.atomic
def rule_fallen(*, by: Actor, run: StepRun, reason: str) -> None:
    """Rule that a step's decision falls though nothing material has changed; it is taken anew.

    The chair or the secretary of the body (or the program office; for an office's own step that
    office) rules so while the case is back at an earlier step; otherwise a decision stands until
    a material change.
    """
    answer = may_rule(by, run).require()
    case = cases.lock(run.case)
    run.case = case
    if why := why_not_ruled(run):
        raise NotPossible(why)
    if not reason.strip():
        raise NotPossible("Say why; its makers are told.", [("reason", "Write a reason.")])
    steps.void(by=by, run=run, why=f"{answer.capacity}: {reason.strip()}")


def why_not_ruled(run: StepRun) -> str:
    """Why nobody can rule now that the decision of `run` falls; empty if someone can."""
    case = run.case
    if case.state != CaseState.OPEN or way.standing(case, run.path) != run:
        return "This decision does not stand now."
    order = list(policies.of(case).processes[case.process].steps)
    if order.index(run.path.partition("/")[0]) <= order.index(case.step):
        return "The case is at this step or beyond it; it must be returned first."
    if way.waits_for_conditions(run):
        return "Its conditions are still open; until they are met nothing goes on from it."
    return ""
