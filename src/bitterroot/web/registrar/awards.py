"""Badges that a queue has issued: found; revoked or suspended by two persons; valid again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.issuing.domain import revocation as verbs
from bitterroot.issuing.domain import suspension
from bitterroot.issuing.domain.correction import request_correction
from bitterroot.issuing.enums import HELD, AwardState, RevocationKind, RevocationState
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.queries import awards_in_order, how_many, keys_of_few, search
from bitterroot.issuing.queries.succession import corrections, issued, notation_of
from bitterroot.issuing.rules import may_approve_revocation, may_ask_to_revoke, may_reinstate
from bitterroot.web.registrar.access import by_of, kinds_of, the_award, the_revocation
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.reasons import ReasonForm, RevokeForm, correct_form, suspend_form

A_PAGE = 25
TONES = {
    AwardState.UNCLAIMED: "info",
    AwardState.CLAIMED: "good",
    AwardState.DECLINED: "warn",
    AwardState.REVOKED: "bad",
}


APPROVE = {
    RevocationKind.REVOCATION: verbs.approve_revocation,
    RevocationKind.SUSPENSION: suspension.approve_suspension,
}
APPROVED = {
    "Revocation": "Revoked. The status list says so, and the learner is told.",
    "Suspension": "Suspended. The status list says so, and the learner is told.",
    "Correction": "Replaced. The learner is told of the corrected badge.",
}
ASKED = "Asked. Nothing changes until a second person decides."
SUSPENDED = "That it is suspended for now, and no reason."


@login_required
@require_safe
def awards(request: HttpRequest) -> HttpResponse:
    """Badges of the person's own queue by name, program or id, newest first."""
    words = request.GET.get("q", "").strip()[:100]
    kinds = kinds_of(request)
    keys = keys_of_few(words, kinds)
    pages = Paginator(search(words, kinds) if keys is None else keys, A_PAGE)
    if keys is None:
        pages.count = how_many(words, kinds)
    page = pages.get_page(request.GET.get("page"))
    if keys is not None:
        page.object_list = awards_in_order(keys[page.start_index() - 1 : page.end_index()])
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
    issued_at, issued_by = issued(award)
    context = {
        "award": award,
        "tone": "bad" if award.suspended_at else TONES.get(AwardState(award.state), "info"),
        "notation": notation_of(award),
        "issued_at": issued_at,
        "issued_by": issued_by,
        "waiting": waiting,
        "revocations": asked,
        "may_ask": revocable and bool(may_ask_to_revoke(by, award)),
        "may_reinstate": award.state == AwardState.REVOKED
        and not hasattr(award, "replaced_by")
        and bool(may_reinstate(by, award)),
        "reinstate_days": policies.current().awards.reinstate_within_days,
        "revoke_form": forms.get("revoke_form") or RevokeForm(),
        "reinstate_form": forms.get("reinstate_form") or _reinstate_form(),
        "correct_form": forms.get("correct_form") or correct_form(award),
        "may_correct": revocable
        and award.state in HELD
        and award.suspended_at is None
        and bool(may_ask_to_revoke(by, award)),
        "not_suspendable": suspension.why_not(award),
        "suspend_form": forms.get("suspend_form") or suspend_form(),
        "suspend_open": "suspend_form" in forms,
        "may_lift": award.suspended_at is not None
        and award.state != AwardState.REVOKED
        and bool(may_reinstate(by, award)),
        "lift_form": forms.get("lift_form") or _lift_form(),
        "lift_open": "lift_form" in forms,
        "correct_open": "correct_form" in forms,
        "replaced_by": getattr(award, "replaced_by", None),
        "revoke_open": "revoke_form" in forms,
        "reinstate_open": "reinstate_form" in forms,
    }
    return render(request, "registrar/award.html", context, status=status)


@login_required
@require_POST
def ask_to_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that the badge be revoked; a second person decides."""
    award, by = the_award(request, public_id), by_of(request)
    form = RevokeForm(request.POST)

    def ask() -> object:
        code, reason = form.cleaned_data["reason_code"], form.cleaned_data["reason"]
        return verbs.request_revocation(by=by, award=award, reason_code=code, reason=reason)

    return _act(request, award, ask, ASKED, revoke_form=form)


@login_required
@require_POST
def ask_to_correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that the badge be replaced by a corrected one; a second person decides."""
    award, by = the_award(request, public_id), by_of(request)
    form = correct_form(award, request.POST)

    def ask() -> object:
        reason = form.cleaned_data["reason"]
        return request_correction(by=by, award=award, changes=form.changes(), reason=reason)

    return _act(request, award, ask, ASKED, correct_form=form)


@login_required
@require_POST
def ask_to_suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask that the badge be suspended for now; a second person decides."""
    award, form = the_award(request, public_id), suspend_form(request.POST)
    ask = _for_a_reason(request, award, form, suspension.request_suspension)
    return _act(request, award, ask, ASKED, suspend_form=form)


@login_required
@require_POST
def reinstate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a revoked badge valid again."""
    award, form = the_award(request, public_id), _reinstate_form(request.POST)
    said = "The badge is valid again, and its learner is told."
    verb = _for_a_reason(request, award, form, verbs.reinstate)
    return _act(request, award, verb, said, reinstate_form=form)


@login_required
@require_POST
def lift(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a suspended badge count again."""
    award, form = the_award(request, public_id), _lift_form(request.POST)
    said = "The badge counts again, and its learner is told."
    verb = _for_a_reason(request, award, form, suspension.lift_suspension)
    return _act(request, award, verb, said, lift_form=form)


def _for_a_reason(
    request: HttpRequest, award: Award, form: ReasonForm, verb: Callable[..., object]
) -> Callable[[], object]:
    """`verb` of the award, for the reason that the form gives once it is sound."""
    return lambda: verb(by=by_of(request), award=award, reason=form.cleaned_data["reason"])


def _act(
    request: HttpRequest, award: Award, verb: Callable[[], object], said: str, **shown: Form
) -> HttpResponse:
    """Do it and say so; what the form or the verb refuses is shown beside the form, `shown`."""
    [form] = shown.values()
    if not form.is_valid():
        return _award_page(request, award, status=422, **shown)
    done = attempt(request, verb, said)
    if not done:
        return _award_page(request, award, status=done.status, **shown)
    return redirect("registrar:award", public_id=award.public_id)


def _lift_form(data: QueryDict | None = None) -> ReasonForm:
    return ReasonForm(data, label="Why it counts again", help_text="The learner reads this.")


def _reinstate_form(data: QueryDict | None = None) -> ReasonForm:
    return ReasonForm(data, label="Why it is valid again")


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
    public = SUSPENDED
    if row.reason_code:
        public = policies.current().awards.reason(row.reason_code).public
    context = {
        "revocation": row,
        "award": row.award,
        "public": public,
        "suspends": row.kind == RevocationKind.SUSPENSION,
        "corrected": corrections(row),
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
            lambda: APPROVE[RevocationKind(row.kind)](by=by, revocation=row),
            APPROVED[row.named],
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
            "Not done. The badge stays as it was, and whoever asked is told why.",
        )
    else:
        return _revocation_page(request, row, 422)
    if not done:
        return _revocation_page(request, row, done.status)
    return redirect("registrar:award", public_id=row.award.public_id)
