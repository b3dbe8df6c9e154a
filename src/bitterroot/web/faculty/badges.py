"""Badges that an offering has led to, and asking that one be revoked; others decide."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.issuing.domain import suspension
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.domain.revocation import REVOCABLE, request_revocation
from bitterroot.issuing.enums import HELD, AwardState, RevocationState
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.revocations import issued_badge, issued_in
from bitterroot.issuing.queries.succession import issued
from bitterroot.issuing.rules import may_ask_to_revoke
from bitterroot.learning.enums import ListKind
from bitterroot.learning.queries import visible_offering
from bitterroot.learning.rules import may_track
from bitterroot.people import actor
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.reasons import (
    CorrectForm,
    ReasonForm,
    RevokeForm,
    correct_form,
    suspend_form,
)

DECIDES = {ListKind.CREDIT: "the registrar", ListKind.NONCREDIT: "an issuing officer"}


@login_required
@require_GET
def issued_badges(request: HttpRequest, pk: str) -> HttpResponse:
    """Badges of one offering by the learner's name; whether claimed is the learner's own affair."""
    offering = visible_offering(request.user.person, pk)  # type: ignore[union-attr]
    if offering is None:
        raise Http404
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "offering": offering,
        "program": offering.program,
        "term": policies.current().calendar.term(offering.term).label,
        "page": Paginator(issued_in(offering, words), 50).get_page(request.GET.get("page")),
        "q": words,
    }
    return render(request, "faculty/lists/badges.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """One issued badge; POST asks that it be revoked, suspended or corrected."""
    award = issued_badge(request.user.person, public_id)  # type: ignore[union-attr]
    if award is None:
        raise Http404
    if request.method != "POST":
        return _page(request, award, RevokeForm())
    if "correct" in request.POST:
        return _correct(request, award)
    if "suspend" in request.POST:
        return _suspend(request, award)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _page(request, award, form, 422)
    by, said = actor.person(request.user.person), form.cleaned_data  # type: ignore[union-attr]
    done = attempt(
        request,
        lambda: request_revocation(
            by=by, award=award, reason_code=said["reason_code"], reason=said["reason"]
        ),
        f"Asked. The badge stays valid until {DECIDES[ListKind(award.request.kind)]} agrees; "
        "you are told.",
    )
    if not done:
        return _page(request, award, form, done.status)
    return redirect("faculty:issued_badge", public_id=award.public_id)


def _suspend(request: HttpRequest, award: Award) -> HttpResponse:
    form = suspend_form(request.POST)
    if not form.is_valid():
        return _page(request, award, RevokeForm(), 422, suspending=form)
    by, reason = actor.person(request.user.person), form.cleaned_data["reason"]  # type: ignore[union-attr]
    done = attempt(
        request,
        lambda: suspension.request_suspension(by=by, award=award, reason=reason),
        f"Asked. The badge stays valid until {DECIDES[ListKind(award.request.kind)]} agrees; "
        "you are told.",
    )
    if not done:
        return _page(request, award, RevokeForm(), done.status, suspending=form)
    return redirect("faculty:issued_badge", public_id=award.public_id)


def _correct(request: HttpRequest, award: Award) -> HttpResponse:
    form = correct_form(award, request.POST)
    if not form.is_valid():
        return _page(request, award, RevokeForm(), 422, form)
    by, reason = actor.person(request.user.person), form.cleaned_data["reason"]  # type: ignore[union-attr]
    done = attempt(
        request,
        lambda: request_correction(by=by, award=award, changes=form.changes(), reason=reason),
        f"Asked. The badge stays as it is until {DECIDES[ListKind(award.request.kind)]} agrees; "
        "you are told.",
    )
    if not done:
        return _page(request, award, RevokeForm(), done.status, form)
    return redirect("faculty:issued_badge", public_id=award.public_id)


def _page(
    request: HttpRequest,
    award: Award,
    form: RevokeForm,
    status: int = 200,
    correcting: CorrectForm | None = None,
    suspending: ReasonForm | None = None,
) -> HttpResponse:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    asked = list(award.revocations.select_related("requested_by", "decided_by"))
    answer = may_ask_to_revoke(by, award)
    waiting = any(each.state == RevocationState.REQUESTED for each in asked)
    open_now = award.state in REVOCABLE and not waiting
    issued_at, issued_by = issued(award)
    context = {
        "award": award,
        "issued_at": issued_at,
        "issued_by": issued_by,
        "offering": award.request.offering,
        "may_track": bool(may_track(request.user.person, award.request.offering)),  # type: ignore[union-attr]
        "revoked": award.state == AwardState.REVOKED,
        "revocations": sorted(asked, key=lambda each: each.requested_at, reverse=True),
        "may_ask": bool(answer) and open_now,
        "why_not": answer.why if open_now and not answer else "",
        "decides": DECIDES[ListKind(award.request.kind)],
        "form": form,
        "open": form.is_bound,
        "correct_form": correcting or correct_form(award),
        "may_correct": bool(answer)
        and open_now
        and award.state in HELD
        and award.suspended_at is None,
        "may_suspend": bool(answer) and open_now and not suspension.why_not(award),
        "suspend_form": suspending or suspend_form(),
        "suspend_open": suspending is not None,
        "correct_open": correcting is not None,
    }
    return render(request, "faculty/lists/badge.html", context, status=status)
