"""The bundle of a proposal: binding it with others, letting one go on alone, undoing it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.governance.domain.bundle import bind, release_bound, undo_bundle
from bitterroot.governance.rules import may_bind, may_release_bound
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.bundle import bundle_of, to_bind_with
from bitterroot.proposals.rules import may_see
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import Attempt, attempt

SAID = {
    "bind": "They are bound. Their authors are told.",
    "release": "It goes on alone. The authors are told.",
    "undo": "The bundle is undone. The authors are told.",
}


@login_required
@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, pk: str) -> HttpResponse:
    """What it is bound with and where each stands; what the person may do about it."""
    row = visible(request, pk)
    person: Person = request.user.person  # type: ignore[union-attr]
    by = actor.person(person)
    members = bundle_of(row)
    if not members:
        may_bind(by, [row.case]).require()
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = attempt(request, lambda: _act(request, by, row), SAID.get(act, ""))
        if done:
            return redirect("faculty:proposal", pk=row.pk)
    chosen = set(request.POST.getlist("member"))
    context = {
        "proposal": row,
        "members": [(each, may_see(person, each.proposal)) for each in members],
        "may_undo": bool(may_bind(by, [each.bound.case for each in members])),
        "may_release": bool(may_release_bound(by, row.case)),
        "found": [] if members else [(p, str(p.pk) in chosen) for p in to_bind_with(by, row)],
        "problems": done.problems,
        "typed": request.POST,
    }
    return render(request, "faculty/bundle.html", context, status=done.status)


def _act(request: HttpRequest, by: actor.Actor, row: Proposal) -> object:
    said = request.POST
    members = bundle_of(row)
    match said.get("act"):
        case "bind":
            chosen = set(said.getlist("member"))
            others = [each for each in to_bind_with(by, row) if str(each.pk) in chosen]
            if not others:
                raise NotPossible("Choose what it is bound with.", [("members", "Choose one.")])
            together = [row.case, *(each.case for each in others)]
            return bind(by=by, cases_=together, title=said.get("title", ""))
        case "release":
            key = said.get("bound", "")
            found = next((m.bound for m in members if str(m.bound.pk) == key), None)
            if found is None:
                raise Http404
            return release_bound(by=by, bound=found, reason=said.get("reason", "")[:2000])
        case "undo" if members:
            reason = said.get("reason", "")[:2000]
            return undo_bundle(by=by, bundle=members[0].bound.bundle, reason=reason)
    raise NotPossible("Choose what to do.")
