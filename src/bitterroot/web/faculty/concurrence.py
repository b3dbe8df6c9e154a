"""What is like a proposal, which units it affects, and what their heads say of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.governance.rules import authors_of
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.proposals import rules
from bitterroot.proposals.domain.concurrence import (
    ANSWERS,
    all_heads,
    answer_concurrence,
    ask_concurrence,
    withdraw_concurrence,
)
from bitterroot.proposals.enums import UNDER_WAY, ConcurrenceState
from bitterroot.proposals.models import Concurrence, Proposal
from bitterroot.proposals.queries.concurrence import (
    Said,
    candidates,
    concurrences_of,
)
from bitterroot.proposals.queries.missing import content_of
from bitterroot.proposals.queries.process import form_of
from bitterroot.proposals.queries.similar import similar_to
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.policy_forms import answers, names_for

OPEN = (ConcurrenceState.ASKED, ConcurrenceState.NOT_ANSWERED)
MOST_TEXT = 4000


@login_required
@require_http_methods(["GET", "POST"])
def affected_units(request: HttpRequest, pk: str) -> HttpResponse:
    """What looks like the proposal, whom it affects, and asking their heads whether they concur."""
    row = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    rules.may_ask_concurrence(by, row).require()
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        act = _withdraw if request.POST.get("act") == "withdraw" else _ask
        done = attempt(request, lambda: act(by, row, request))
        if done:
            return redirect("faculty:affected_units", pk=row.pk)
    similar = similar_to(row)
    units, others = candidates(row, similar)
    authors = authors_of(row.case)
    led_by = all_heads(units[:20], authors)
    heads = [(unit, led_by[unit.pk]) for unit in units[:20]]
    context = {
        "proposal": row,
        "similar": similar,
        "heads": heads,
        "others": others,
        "asked": _asked(by, row),
        "days": policies.of(row.case).concurrence.answer_within,
        "problems": done.problems,
        "typed": request.POST,
    }
    return render(request, "faculty/affected_units.html", context, status=done.status)


def _ask(by: actor.Actor, row: Proposal, request: HttpRequest) -> Concurrence:
    unit = Unit.objects.filter(pk=request.POST.get("unit", "")[:80]).first()
    if unit is None:
        raise NotPossible("Choose the unit.", [("unit", "Choose the unit.")])
    how = request.POST.get("how", "")[:MOST_TEXT]
    return ask_concurrence(by=by, proposal=row, unit=unit, how=how)


def _asked(by: actor.Actor, row: Proposal) -> list[tuple[Said, bool]]:
    """Everyone who was asked, and whether the actor may take the question back."""
    office = bool(rules.may_check(by, row))
    return [
        (
            said,
            said.row.state == ConcurrenceState.ASKED and (office or said.row.asked_by == by.person),
        )
        for said in concurrences_of(row)
    ]


def _withdraw(by: actor.Actor, row: Proposal, request: HttpRequest) -> Concurrence:
    key = request.POST.get("concurrence", "")[:40]
    asked = next((said.row for said in concurrences_of(row) if str(said.row.pk) == key), None)
    if asked is None:
        raise NotPossible("Choose who is not asked any more.")
    asked.proposal = row
    reason = request.POST.get("reason", "")[:MOST_TEXT]
    return withdraw_concurrence(by=by, concurrence=asked, reason=reason)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def concurrence(request: HttpRequest, pk: str) -> HttpResponse:
    """What a head is asked, the proposal as it is now, and the three answers."""
    person: Person = request.user.person  # type: ignore[union-attr]
    rows = Concurrence.objects.select_related(
        "proposal__case", "proposal__lead", "proposal__owner_unit", "unit", "person", "asked_by"
    )
    row = get_object_or_404(rows, pk=pk)
    if not rules.may_see(person, row.proposal):
        raise Http404
    by = actor.person(person)
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        said = request.POST
        done = attempt(
            request,
            lambda: answer_concurrence(
                by=by,
                concurrence=row,
                answer=said.get("answer", ""),
                text=said.get("text", "")[:MOST_TEXT],
            ),
            "Your answer is kept with the proposal.",
        )
        if done:
            return redirect("faculty:proposal", pk=row.proposal_id)
    may = rules.may_answer_concurrence(by, row)
    open_ = row.state in OPEN and row.proposal.state in UNDER_WAY
    form, policy = form_of(row.proposal), policies.of(row.proposal.case)
    context = {
        "concurrence": row,
        "proposal": row.proposal,
        "may": bool(may) and open_,
        "deputy": may.deputy,
        "choices": [(key.value, key.label) for key in ANSWERS],
        "said": next((each for each in concurrences_of(row.proposal) if each.row == row), None),
        "answers": answers(form, content_of(row.proposal)["values"], names_for(policy)),
        "problems": done.problems,
        "typed": request.POST,
    }
    return render(request, "faculty/concurrence.html", context, status=done.status)
