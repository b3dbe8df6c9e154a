"""Choosing a track: the products side by side, a few questions, and changing a draft's track."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.policy import Policy
from bitterroot.proposals import rules
from bitterroot.proposals.domain.track import change_track, why_fixed
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.faculty.track_choice import choices, compared
from bitterroot.web.ui.acting import Attempt, attempt


@login_required
@require_GET
def tracks(request: HttpRequest) -> HttpResponse:
    """The comparison, and the questions that help to choose. Nothing that is answered is kept."""
    person = request.user.person  # type: ignore[union-attr]
    policy = policies.current()
    suggested = policy.taxonomy.suggested(request.GET.dict())
    known = {track.key: track for track in policy.taxonomy.tracks}
    context = {
        **compared(policy),
        "questions": _questions(policy, request.GET),
        "suggested": [known[key] for key in suggested[:1]],
        "others": [known[key] for key in suggested[1:]],
        "may_ask": bool(rules.may_ask(actor.person(person))),
        "may_begin": bool(rules.may_begin(actor.person(person))),
    }
    return render(request, "faculty/tracks.html", context)


def _questions(policy: Policy, said: QueryDict) -> list[dict[str, Any]]:
    return [
        {
            "key": question.key,
            "label": question.label,
            "answers": [
                (answer.key, answer.label, said.get(question.key) == answer.key)
                for answer in question.answers
            ],
        }
        for question in policy.taxonomy.choosing
    ]


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: str) -> HttpResponse:
    """Put a draft on another track; what was written comes along."""
    row = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    rules.may_submit(by, row).require()
    policy = policies.of(row.case)
    chosen = request.POST.get("track", "") or str(row.values.get("track") or "")
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        done = attempt(
            request,
            lambda: change_track(by=by, proposal=row, track=chosen),
            "Your answers and files came along. See what the form asks now.",
        )
        if done:
            return redirect("faculty:edit_proposal", pk=row.pk, section="identity")
    context = {
        **compared(policy),
        "proposal": row,
        "tracks": choices(policy, chosen),
        "why_fixed": why_fixed(row),
        "problems": done.problems,
    }
    return render(request, "faculty/change_track.html", context, status=done.status)
