"""Badges that an offering has led to, and asking that one be revoked; others decide."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.issuing.domain.revocation import REVOCABLE, request_revocation
from bitterroot.issuing.enums import AwardState, RevocationState
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.revocations import issued_badge, issued_in
from bitterroot.issuing.rules import may_ask_to_revoke
from bitterroot.learning.enums import ListKind
from bitterroot.learning.queries import visible_offering
from bitterroot.learning.rules import may_track
from bitterroot.people import actor
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.reasons import RevokeForm

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
    """One issued badge; POST asks that it be revoked."""
    award = issued_badge(request.user.person, public_id)  # type: ignore[union-attr]
    if award is None:
        raise Http404
    if request.method != "POST":
        return _page(request, award, RevokeForm())
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


def _page(request: HttpRequest, award: Award, form: RevokeForm, status: int = 200) -> HttpResponse:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    asked = list(award.revocations.select_related("requested_by", "decided_by"))
    answer = may_ask_to_revoke(by, award)
    waiting = any(each.state == RevocationState.REQUESTED for each in asked)
    open_now = award.state in REVOCABLE and not waiting
    context = {
        "award": award,
        "offering": award.request.offering,
        "may_track": bool(may_track(request.user.person, award.request.offering)),  # type: ignore[union-attr]
        "revoked": award.state == AwardState.REVOKED,
        "revocations": sorted(asked, key=lambda each: each.requested_at, reverse=True),
        "may_ask": bool(answer) and open_now,
        "why_not": answer.why if open_now and not answer else "",
        "decides": DECIDES[ListKind(award.request.kind)],
        "form": form,
        "open": form.is_bound,
    }
    return render(request, "faculty/lists/badge.html", context, status=status)
