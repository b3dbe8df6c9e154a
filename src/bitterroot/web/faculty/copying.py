"""A new draft from an earlier proposal: its title, and which files come along."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.people import actor
from bitterroot.proposals.domain.copying import copy_proposal, said_anew
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import form_of
from bitterroot.proposals.rules import may_copy
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import Attempt, attempt


@login_required
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, pk: str) -> HttpResponse:
    """What is taken over and what is not; then a draft of one's own."""
    row = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_copy(by, row).require()
    done: Attempt[Proposal] = Attempt()
    chosen = {int(key) for key in request.POST.getlist("file") if key.isdecimal() and len(key) < 10}
    if request.method == "POST":
        title = request.POST.get("title", "")[:200]
        done = attempt(
            request,
            lambda: copy_proposal(by=by, proposal=row, title=title, files=chosen),
            "Your draft is there, with the answers of the other. Everything you type is saved.",
        )
        if done.value is not None:
            return redirect("faculty:edit_proposal", pk=done.value.pk, section="identity")
    files = row.attachments.filter(removed_at=None).order_by("id")
    context = {
        "proposal": row,
        "files": [(each, each.pk in chosen) for each in files],
        "anew": said_anew(form_of(row)),
        "typed": request.POST,
        "problems": done.problems,
    }
    return render(request, "faculty/copy.html", context, status=done.status)
