"""Changing and ending a program: where either begins, and its versions side by side."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.policy import Form
from bitterroot.programs import rules
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries.versions import version_on
from bitterroot.proposals.domain.change import (
    lightest,
    start_change,
    start_termination,
    ways,
    why_not_begun,
)
from bitterroot.proposals.queries import visible_to
from bitterroot.web.faculty.pilot import person_of, seen_program
from bitterroot.web.faculty.proposals import first_section
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.change_record import WORDS
from bitterroot.web.ui.differences import differences
from bitterroot.web.ui.policy_forms import names_for


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """What a change is, by which way each goes, and what an end is; the lead begins either here."""
    program = seen_program(request, slug)
    by = actor.person(person_of(request))
    status = 200
    if request.method == "POST":
        start = start_termination if request.POST.get("begin") == "end" else start_change
        done = attempt(
            request,
            lambda: start(by=by, program=program),
            "It begins as the program is now. What you type is saved.",
        )
        if done.value is not None:
            row = done.value
            return redirect("faculty:edit_proposal", pk=row.pk, section=first_section(row))
        status = done.status
    context = {
        "program": program,
        "lead": bool(rules.is_lead(by, program)),
        "classes": [(WORDS[word], way) for word, way in ways(program)],
        "ending": lightest("termination", program),
        "no_change": why_not_begun(program, "change"),
        "no_end": why_not_begun(program, "termination"),
        "asked_for": later_proposals(request, program),
    }
    return render(request, "faculty/changes/change.html", context, status=status)


def later_proposals(request: HttpRequest, program: Program) -> list[dict[str, Any]]:
    """Changes and ends that were asked for, newest first, with the title of their process."""
    found = visible_to(person_of(request)).filter(program=program).select_related("case")
    rows = []
    for row in found.order_by("-created_at"):
        process = policies.of(row.case).processes[row.process]
        if process.begins in ("change", "termination"):
            rows.append({"proposal": row, "title": process.title})
    return rows


@login_required
@require_GET
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every approved version with its decision and badge, and two of them side by side."""
    program = get_object_or_404(Program, slug=slug)
    person = person_of(request)
    if not rules.may_see_versions(person, program):
        raise Http404
    found = list(
        program.versions.select_related("decision").prefetch_related("templates").order_by("n")
    )
    if not found:
        raise Http404
    numbers = {str(each.n): each for each in found}
    new = numbers.get(request.GET.get("to", ""), found[-1])
    old = numbers.get(request.GET.get("from", ""), found[max(0, found.index(new) - 1)])
    policy = policies.current()
    context = {
        "program": program,
        "sees_pilot": rules.may_see_pilot(person, program),
        "rows": [(each, _badge(each)) for each in reversed(found)],
        "versions": found,
        "in_force": version_on(program),
        "old": old,
        "new": new,
        "old_title": f"Version {old.n}",
        "new_title": f"Version {new.n}",
        "differences": differences(_form(program), old.content, new.content, names_for(policy)),
    }
    return render(request, "faculty/changes/versions.html", context)


def _badge(version: ProgramVersion) -> str:
    own = max((t.n for t in version.templates.all()), default=None)
    return f"Badge version {own}" if own else "Keeps the badge before it"


def _form(program: Program) -> Form:
    """The form that asks all that a version of this program says."""
    policy = policies.current()
    process = lightest("change", program)
    return policy.forms[process.form if process else "pilot-proposal"]
