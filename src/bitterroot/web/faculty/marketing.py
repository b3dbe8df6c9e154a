"""Marketing requests: written by a program's lead, carried out by the marketing office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.files.domain import read as read_file
from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import facts_of
from bitterroot.programs.domain import marketing as verbs
from bitterroot.programs.enums import NO_MORE_LEARNERS, MarketingState
from bitterroot.programs.marketing_rules import (
    may_ask_for_marketing,
    may_market,
    may_see_marketing,
)
from bitterroot.programs.models import MarketingRequest, Program
from bitterroot.programs.queries import is_own, why_not_listed
from bitterroot.programs.queries.marketing import requests_for
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.policy_forms import bind, named, names_for, read, shown

#: What each button says once it is done.
SAID = {
    "save": "Saved.",
    "image": "The picture is kept.",
    "drop": "The picture is off the request.",
    "submit": "Your request is on its way.",
    "take back": "It is a draft again; send it when it is mended.",
    "accept": "You look after this request now.",
    "return": "It is back with the lead.",
    "start": "In production.",
    "live": "Live; the lead is told.",
    "retire": "Taken down; the lead is told.",
}
WRITING = ("save", "submit")


@login_required
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """All requests that one may see, newest first. Two queries and the page's own."""
    person = request.user.person  # type: ignore[union-attr]
    state = request.GET.get("state", "")
    found = requests_for(person)
    if state in MarketingState.values:
        found = found.filter(state=state)
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": MarketingState.choices}
    return render(request, "faculty/marketing_requests.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what this is, then begin the request or go to the one that is open."""
    person = request.user.person  # type: ignore[union-attr]
    program = get_object_or_404(Program, slug=slug)
    if not is_own(program, person):
        raise Http404
    if request.method == "POST" and program.state not in NO_MORE_LEARNERS:
        by = actor.person(person)
        row = verbs.draft_marketing(by=by, program=program)
        return redirect("faculty:marketing", pk=row.pk)
    context = {
        "program": program,
        "missing": why_not_listed(program),
        "over": program.state in NO_MORE_LEARNERS,
        "earlier": program.marketing_requests.order_by("-state_since")[:20],
    }
    return render(request, "faculty/new_marketing.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: str) -> HttpResponse:
    """One request: the lead writes and sends it, the marketing office moves it on."""
    row = _visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    form = policies.of(row).forms[verbs.FORM]
    fields = [f for section in form.sections for f in section.fields]
    values, problems, status = dict(row.values), list[tuple[str, str]](), 200
    act = request.POST.get("act", "")
    if request.method == "POST":
        if act in WRITING or request.POST.get("more"):
            values = form.clean({**row.values, **read(fields, request.POST).values})
        if act in SAID:
            done = attempt(request, lambda: _do(act, by, row, values, request), SAID[act])
            if done:
                return redirect("faculty:marketing", pk=row.pk)
            problems, status = done.problems, done.status
        row = _visible(request, pk)
    names = names_for(policies.of(row))
    errors: dict[str, list[str]] = {}
    for key, sentence in problems:
        errors.setdefault(key, []).append(sentence)
    own = bool(may_ask_for_marketing(by, row.program))
    writing = own and row.state == MarketingState.DRAFT
    bound = bind(fields, values, names, facts=facts_of(form.clean(values)), errors=errors)
    by_key = {b.field.key: b for b in bound}
    context: dict[str, Any] = {
        "row": row,
        "own": own,
        "writing": writing,
        "officer": bool(may_market(by)),
        "sections": [
            (s, [by_key[f.key] for f in s.fields if f.key in by_key]) for s in form.sections
        ],
        "answers": [
            (s.title, [(f.label, shown(f, row.values.get(f.key), names)) for f in s.fields])
            for s in form.sections
        ],
        "missing": why_not_listed(row.program) if row.state == MarketingState.BLOCKED else [],
        "gate": verbs.gate_of(row.program),
        "typed": {key: request.POST.get(key, "") for key in ("alt", "rights", "comment", "links")},
        "errors": errors,
        "problems": named(fields, problems),
    }
    return render(request, "faculty/marketing.html", context, status=status)


@login_required
@require_GET
def image(request: HttpRequest, pk: str, sha256: str) -> HttpResponse:
    """A picture of the request, as a download, to those who see the request."""
    row = _visible(request, pk)
    if sha256 not in {picture["sha256"] for picture in row.images}:
        raise Http404
    kept = get_object_or_404(StoredFile, pk=sha256)
    answer = HttpResponse(read_file(kept), content_type=kept.media_type)
    ending = {"image/png": "png", "image/jpeg": "jpg"}.get(kept.media_type, "svg")
    answer["Content-Disposition"] = f'attachment; filename="picture-{sha256[:8]}.{ending}"'
    return answer


def _visible(request: HttpRequest, pk: str) -> MarketingRequest:
    found = get_object_or_404(
        MarketingRequest.objects.select_related(
            "program__owner_unit", "program__lead", "requested_by", "officer", "gate"
        ),
        pk=pk,
    )
    if not may_see_marketing(request.user.person, found):  # type: ignore[union-attr]
        raise Http404
    return found


def _do(
    act: str, by: actor.Actor, row: MarketingRequest, values: dict[str, Any], request: HttpRequest
) -> MarketingRequest:
    sent = request.POST
    acts: dict[str, Callable[[], MarketingRequest]] = {
        "save": lambda: verbs.save_marketing(by=by, request=row, values=values),
        "submit": lambda: _submit(by, row, values),
        "image": lambda: _attach(by, row, request),
        "drop": lambda: verbs.remove_image(by=by, request=row, sha256=sent.get("sha256", "")),
        "take back": lambda: verbs.take_back_marketing(by=by, request=row),
        "accept": lambda: verbs.accept_marketing(by=by, request=row),
        "return": lambda: verbs.return_marketing(
            by=by, request=row, comment=sent.get("comment", "")
        ),
        "start": lambda: verbs.start_production(by=by, request=row),
        "live": lambda: verbs.go_live(
            by=by, request=row, links=sent.get("links", "")[:20_000].splitlines()
        ),
        "retire": lambda: verbs.retire_marketing(by=by, request=row),
    }
    return acts[act]()


def _submit(by: actor.Actor, row: MarketingRequest, values: dict[str, Any]) -> MarketingRequest:
    """Answers are kept even where the request is not complete yet."""
    row = verbs.save_marketing(by=by, request=row, values=values)
    return verbs.submit_marketing(by=by, request=row)


def _attach(by: actor.Actor, row: MarketingRequest, request: HttpRequest) -> MarketingRequest:
    sent = request.FILES.get("file")
    if sent is None:
        raise NotPossible("Choose a picture.", [("file", "Choose a file.")])
    return verbs.attach_image(
        by=by,
        request=row,
        name=sent.name or "",
        data=sent.read(),
        alt=request.POST.get("alt", ""),
        rights=request.POST.get("rights", ""),
    )
