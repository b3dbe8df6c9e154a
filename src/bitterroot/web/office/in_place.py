"""What the program office does in a body's place, and the ruling that an earlier decision falls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.governance.domain.acts import override, rule_fallen, why_not_ruled
from bitterroot.governance.domain.run import choices, office_name, open_runs, step_of
from bitterroot.governance.enums import RunState
from bitterroot.governance.models import StepRun
from bitterroot.governance.queries.standing_decisions import passes_of
from bitterroot.governance.rules import may_override, may_rule
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.process import Process
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import may_check
from bitterroot.web.ui.acting import Attempt, attempt

SAID = {
    "override": "Decided in its place. The body and the proposers are told, with your reason.",
    "fall": "The decision falls. Its makers are told; it is taken anew on the way.",
}
LONGEST = 5000


@login_required
@require_http_methods(["GET", "POST"])
def in_place(request: HttpRequest, pk: str) -> HttpResponse:
    """Steps that lie before bodies now, and decisions that stand: each with what the office may do."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    row = get_object_or_404(Proposal.objects.select_related("case", "lead"), pk=pk)
    may_check(by, row).require()
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = attempt(request, lambda: _act(by, row, request.POST), SAID.get(act, ""))
        if done:
            return redirect("office:in_place", pk=pk)
        row.case.refresh_from_db()
    process = policies.of(row.case).processes[row.case.process]
    context = {
        "proposal": row,
        "lets": process.override_by is not None,
        "open": [
            _open(process, run)
            for run in open_runs(row.case)
            if run.state == RunState.OPEN and may_override(by, run)
        ],
        "standing": [
            (found, bool(may_rule(by, found.run)) and not why_not_ruled(found.run))
            for found in passes_of(row.case)
        ],
        "problems": [(f"{field}-{request.POST.get('run', '')}" if field else "", sentence)
                     for field, sentence in done.problems],
        "typed": request.POST if done.problems or done.status != 200 else {},
    }  # fmt: skip
    return render(request, "office/in_place.html", context, status=done.status)


def _open(process: Process, run: StepRun) -> dict[str, Any]:
    """A step before a body, its outcomes, and where they may lead if the policy leaves a choice."""
    found = choices(step_of(run))
    bodies = policies.of(run.case).bodies
    ways = [
        (way, process.step(way).title)
        for choice in found.values()
        if len(choice.ways) > 1
        for way in choice.ways
    ]
    ways += [(key, bodies[key].title) for choice in found.values() for key in choice.bodies]
    return {
        "run": run,
        "title": step_of(run).title,
        "body": office_name(run),
        "outcomes": list(found.values()),
        "ways": list(dict.fromkeys(ways)),
        "conditions": any(choice.conditions for choice in found.values()),
    }


def _act(by: actor.Actor, row: Proposal, said: Mapping[str, str]) -> object:
    run = next((run for run in row.case.runs.all() if str(run.pk) == said.get("run")), None)
    if run is None:
        raise NotPossible("Choose a step.")
    run.case = row.case
    reason = said.get("reason", "")[:LONGEST]
    match said.get("act"):
        case "fall":
            return rule_fallen(by=by, run=run, reason=reason)
        case "override":
            outcome = said.get("outcome", "")
            choice = choices(step_of(run)).get(outcome)
            leads = choice is not None and (choice.bodies or len(choice.ways) > 1)
            lines = said.get("conditions", "")[:LONGEST].splitlines()
            return override(
                by=by,
                run=run,
                outcome=outcome,
                reason=reason,
                conditions=[(line, None) for line in lines if line.strip()],
                to=(said.get("to") or None) if leads else None,
            )
    raise NotPossible("Choose what to do.")
