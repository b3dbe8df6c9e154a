"""What the office does with a proposal: check, decide, hold, waive, close conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.governance.domain.run import choices, step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Condition
from bitterroot.governance.rules import may_close_condition
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Form, Outcome, Step
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.concurrence import concurrences_of, why_wait
from bitterroot.proposals.queries.missing import missing
from bitterroot.proposals.queries.process import form_of, process_of
from bitterroot.proposals.queries.standing import standing_of, who_has
from bitterroot.proposals.rules import (
    EDITABLE,
    may_check,
    may_decide,
    may_open_desk,
    office_run,
)
from bitterroot.web.office.asked import asked_of, decided_before, touched_by_end
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.change_record import change_of

SAID = {
    "accept": "It is complete and in review. The lead is told.",
    "decide": "Decided. The lead is told.",
    "condition": "The condition is closed.",
    "hold": "It is on hold; the clock stands.",
    "resume": "It goes on where it stood.",
    "waive": "The consultation is waived, with your reason.",
}
CONDITION_ROWS = 4


@login_required
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: str) -> HttpResponse:
    """One proposal with what an office may do now: the program office, or the one that decides.

    What is refused loses nothing.
    """
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    rows = Proposal.objects.select_related("case", "lead", "owner_unit", "program")
    row = get_object_or_404(rows, pk=pk)
    may_open_desk(by, row).require()
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = attempt(request, lambda: _act(request, by, row), SAID.get(act, ""))
        if done:
            return redirect("office:proposal" if may_check(by, row) else "faculty:proposal", pk=pk)
        row = get_object_or_404(rows, pk=pk)
    form, step, checks = form_of(row), _step(by, row), bool(may_check(by, row))
    mine = bool(may_decide(by, row))
    early = row.state == ProposalState.SUBMITTED
    waits = _waits(by, row)
    outcomes = _possible(row, step, waits) if mine else []
    context = {
        "proposal": row,
        "stands": standing_of(row),
        "who": who_has(row),
        "step": step,
        "asks": process_of(row).title,
        "change": change_of(row),
        "answers": asked_of(row),
        "touched": touched_by_end(row),
        "before": decided_before(row),
        "checks": checks,
        "concurrences": concurrences_of(row),
        "why_wait": why_wait(row) if early else "",
        "bound_wait": waits,
        "checklist": getattr(step, "checklist", ())
        or list(filter(None, [getattr(step, "fact", "")])),
        "outcomes": outcomes,
        "with_conditions": any(outcome.conditions for outcome in outcomes),
        "returns_to": _ways(row, step) if mine else [],
        "fields": _fields(form, request.POST),
        "conditions": _conditions(by, row),
        "before_bodies": checks
        and row.case.state == CaseState.OPEN
        and row.case.runs.exclude(body="").exists(),
        "may_accept": mine and early,
        "may_decide": mine and row.state in (ProposalState.SUBMITTED, ProposalState.IN_REVIEW),
        "may_hold": checks and row.state in verbs.OPEN,
        "may_resume": checks and row.state == ProposalState.ON_HOLD,
        "may_waive": checks
        and process_of(row).begins == "program"
        and row.state in EDITABLE
        and not row.consultation_waiver,
        "gaps": missing(row) if early else [],
        "labels": {k: f.label for k, f in form.fields.items()},
        "problems": done.problems,
        "typed": request.POST,
        "condition_rows": _condition_rows(request.POST),
    }
    return render(request, "office/proposal.html", context, status=done.status)


def _step(by: actor.Actor, row: Proposal) -> Step | None:
    """The step at which an office has it now, if one has."""
    run = office_run(by, row)
    return step_of(run) if run else None


def _waits(by: actor.Actor, row: Proposal) -> str:
    """For what it is bound with it waits here, in a sentence; empty where it does not."""
    run = office_run(by, row)
    return run.note if run is not None and run.state == RunState.WAITING else ""


def _possible(row: Proposal, step: Step | None, waits: str) -> list[Outcome]:
    """Before the completeness check, and while it waits for others, it can only be returned."""
    found = list(choices(step).values()) if step else []
    only_back = row.state == ProposalState.SUBMITTED or waits
    return [o for o in found if o.key == "return"] if only_back else found


def _ways(row: Proposal, step: Step | None) -> list[tuple[str, str]]:
    """Where a return may send it, if the policy leaves a choice: key and title of the step."""
    chosen = choices(step).get("return") if step else None
    ways = chosen.ways if chosen else ()
    process = process_of(row)
    return [(key, process.step(key).title) for key in ways] if len(ways) > 1 else []


def _conditions(by: actor.Actor, row: Proposal) -> list[tuple[Condition, bool]]:
    """Every condition of its decisions, and whether the actor may close it."""
    found = Condition.objects.filter(decision__case=row.case).order_by("pk")
    waits = row.state == ProposalState.CONDITIONS
    return [
        (each, waits and run is not None and bool(may_close_condition(by, run)))
        for each in found.select_related("decision__run__case")
        for run in (each.decision.run,)
    ]


def _fields(form: Form, typed: QueryDict) -> list[tuple[str, str, str]]:
    return [
        (f.key, f.label, typed.get(f"reason-{f.key}", ""))
        for f in form.fields.values()
        if f.type != "computed"
    ]


def _condition_rows(typed: QueryDict) -> list[tuple[int, str, str]]:
    return [
        (n, typed.get(f"condition-{n}", ""), typed.get(f"due-{n}", ""))
        for n in range(1, CONDITION_ROWS + 1)
    ]


def _act(request: HttpRequest, by: actor.Actor, row: Proposal) -> object:
    said = request.POST
    reason = said.get("reason", "")[:5000]
    match said.get("act"):
        case "accept":
            return verbs.accept_complete(by=by, proposal=row)
        case "decide":
            return _decide(by, row, said)
        case "condition":
            condition = get_object_or_404(
                Condition.objects.select_related("decision__case"),
                pk=said.get("condition") if said.get("condition", "").isdecimal() else 0,
                decision__case=row.case,
            )
            evidence = said.get("evidence", "")[:2000]
            return verbs.close_condition(by=by, condition=condition, evidence=evidence)
        case "hold":
            review_on = _review_day(said.get("review_on", ""))
            return verbs.put_on_hold(by=by, proposal=row, reason=reason, review_on=review_on)
        case "resume":
            return verbs.resume(by=by, proposal=row)
        case "waive":
            return draft.waive_consultation(by=by, proposal=row, reason=reason)
    raise NotPossible("Choose what to do.")


def _decide(by: actor.Actor, row: Proposal, said: QueryDict) -> object:
    outcome = said.get("outcome", "")
    keys = form_of(row).fields
    reasons = {
        key: text
        for key in keys
        if outcome == "return" and (text := said.get(f"reason-{key}", "").strip()[:2000])
    }
    conditions = [
        (text.strip()[:2000], _day(due, n))
        for n, text, due in _condition_rows(said)
        if text.strip()
    ]
    return verbs.decide(
        by=by,
        proposal=row,
        outcome=outcome,
        reason=said.get("decision_reason", "")[:5000],
        field_reasons=reasons,
        conditions=conditions if outcome == "approve with conditions" else (),
        to=said.get("to-return") or None if outcome == "return" else None,
    )


def _review_day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotPossible("Choose a day.", [("review_on", "Choose a day.")]) from None


def _day(typed: str, n: int) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotPossible("Give the day of the condition.", [(f"due-{n}", "Give a day.")]) from None
