"""Badges that a queue has issued: found, revoked by two persons, reinstated."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.issuing.domain import revocation as verbs
from bitterroot.issuing.enums import AwardState, RevocationState
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.queries import search
from bitterroot.issuing.rules import may_approve_revocation, may_ask_to_revoke, may_revoke
from bitterroot.web.registrar.access import by_of, kinds_of, the_award, the_revocation
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.reasons import ReasonForm, RevokeForm

TONES = {
    AwardState.UNCLAIMED: "info",
    AwardState.CLAIMED: "good",
    AwardState.DECLINED: "warn",
    AwardState.REVOKED: "bad",
}


@login_required
@require_safe
def awards(request: HttpRequest) -> HttpResponse:
    """Badges of the person's own queue by name, program or id, newest first."""
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(search(words, kinds_of(request)), 50).get_page(request.GET.get("page"))
    return render(request, "registrar/awards.html", {"page": page, "q": words, "tones": TONES})


@login_required
@require_safe
def show_award(request: HttpRequest, public_id: str) -> HttpResponse:
    """One badge: whose it is, how it came about, what may be done with it."""
    return _award_page(request, the_award(request, public_id))


def _award_page(
    request: HttpRequest, award: Award, *, status: int = 200, **forms: Any
) -> HttpResponse:
    by = by_of(request)
    asked = list(award.revocations.select_related("requested_by", "decided_by", "appeal"))
    waiting = next((r for r in asked if r.state == RevocationState.REQUESTED), None)
    revocable = award.state in verbs.REVOCABLE and waiting is None
    context = {
        "award": award,
        "tone": TONES.get(AwardState(award.state), "info"),
        "notation": getattr(award.line, "notation", None),
        "waiting": waiting,
        "revocations": asked,
        "may_ask": revocable and bool(may_ask_to_revoke(by, award)),
        "may_reinstate": award.state == AwardState.REVOKED and bool(may_revoke(by, award)),
        "reinstate_days": policies.current().awards.reinstate_within_days,
        "revoke_form": forms.get("revoke_form") or RevokeForm(),
        "reinstate_form": forms.get("reinstate_form") or ReasonForm(label="Why it is valid again"),
        "revoke_open": "revoke_form" in forms,
        "reinstate_open": "reinstate_form" in forms,
    }
    return render(request, "registrar/award.html", context, status=status)


@login_required
@require_POST
def ask_to_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that the badge be revoked; a second person decides."""
    award = the_award(request, public_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _award_page(request, award, status=422, revoke_form=form)
    by, said = by_of(request), form.cleaned_data
    done = attempt(
        request,
        lambda: verbs.request_revocation(
            by=by, award=award, reason_code=said["reason_code"], reason=said["reason"]
        ),
        "Asked. Nothing changes until a second person decides.",
    )
    if not done:
        return _award_page(request, award, status=done.status, revoke_form=form)
    return redirect("registrar:award", public_id=award.public_id)


@login_required
@require_POST
def reinstate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a revoked badge valid again."""
    award = the_award(request, public_id)
    form = ReasonForm(request.POST, label="Why it is valid again")
    if not form.is_valid():
        return _award_page(request, award, status=422, reinstate_form=form)
    by, reason = by_of(request), form.cleaned_data["reason"]
    said = "The badge is valid again, and its learner is told."
    done = attempt(request, lambda: verbs.reinstate(by=by, award=award, reason=reason), said)
    if not done:
        return _award_page(request, award, status=done.status, reinstate_form=form)
    return redirect("registrar:award", public_id=award.public_id)


@login_required
@require_safe
def show_revocation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is asked and why; a second person approves or refuses."""
    return _revocation_page(request, the_revocation(request, pk))


def _revocation_page(
    request: HttpRequest, row: Revocation, status: int = 200, form: ReasonForm | None = None
) -> HttpResponse:
    answer = may_approve_revocation(by_of(request), row)
    waits = row.state == RevocationState.REQUESTED
    reason = policies.current().awards.reason(row.reason_code)
    context = {
        "revocation": row,
        "award": row.award,
        "public": reason.public,
        "may_decide": bool(answer) and waits,
        "why_not": "" if answer or not waits else answer.why,
        "tone": {"requested": "pine", "approved": "bad", "refused": "good"}[row.state],
        "form": form or _refusal_form(),
        "refuse_open": form is not None,
    }
    return render(request, "registrar/revocation.html", context, status=status)


def _refusal_form(data: QueryDict | None = None) -> ReasonForm:
    return ReasonForm(data, label="Why it stays valid", help_text="Whoever asked reads this.")


@login_required
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve or refuse as the second person."""
    row, by = the_revocation(request, pk), by_of(request)
    if request.POST.get("decision") == "approve":
        done: Any = attempt(
            request,
            lambda: verbs.approve_revocation(by=by, revocation=row),
            "Revoked. The status list says so, and the learner is told.",
        )
    elif request.POST.get("decision") == "refuse":
        form = _refusal_form(request.POST)
        if not form.is_valid():
            return _revocation_page(request, row, 422, form)
        done = attempt(
            request,
            lambda: verbs.refuse_revocation(
                by=by, revocation=row, reason=form.cleaned_data["reason"]
            ),
            "Not revoked. The badge stays as it was, and whoever asked is told why.",
        )
    else:
        return _revocation_page(request, row, 422)
    if not done:
        return _revocation_page(request, row, done.status)
    return redirect("registrar:award", public_id=row.award.public_id)
