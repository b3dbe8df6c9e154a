"""An appeal of a learner, read and answered by someone who took no part in the revocation."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain.appeal import answer_appeal, can_be_valid_again, reinstate_by
from bitterroot.issuing.enums import AppealState, RevocationKind
from bitterroot.issuing.models import Appeal
from bitterroot.issuing.rules import may_answer_appeal, may_revoke, queue_role, who_answers
from bitterroot.web.registrar.access import by_of, the_appeal
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.reasons import ReasonForm

ANSWERS = {"grant": True, "dismiss": False}
TONES = {"filed": "pine", "granted": "good", "dismissed": "bad"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the learner says and how the revocation came about; POST grants or dismisses it."""
    row = the_appeal(request, pk)
    if request.method != "POST":
        return _page(request, row)
    form = _form(request)
    wish = ANSWERS.get(request.POST.get("decision", ""))
    if not form.is_valid() or wish is None:
        return _page(request, row, form, 422)
    by, answer = by_of(request), form.cleaned_data["reason"]
    done = attempt(
        request,
        lambda: answer_appeal(by=by, appeal=row, granted=wish, answer=answer),
        "Answered. The learner is told.",
    )
    if not done:
        return _page(request, row, form, done.status)
    return redirect("registrar:appeal", pk=row.pk)


def _form(request: HttpRequest) -> ReasonForm:
    data = request.POST if request.method == "POST" else None
    return ReasonForm(data, label="Your answer", help_text="The learner reads it as you write it.")


def _with_whom(row: Appeal) -> str:
    role = who_answers(row)
    if role is None:
        return "There is nobody left who can: name another officer."
    if role == queue_role(row.revocation.award):
        return ""
    return f"As nobody is left in your office, it waits with the {role.label.lower()}."


def _page(
    request: HttpRequest, row: Appeal, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    answer = may_answer_appeal(by_of(request), row)
    waits = row.state == AppealState.FILED
    until = reinstate_by(row.revocation.award)
    context = {
        "appeal": row,
        "revocation": row.revocation,
        "award": row.revocation.award,
        "tone": TONES[row.state],
        "may_answer": bool(answer) and waits,
        "why_not": f"{answer.why} {_with_whom(row)}".strip() if waits and not answer else "",
        "own_queue": bool(may_revoke(by_of(request), row.revocation.award)),
        "until": until,
        "in_time": can_be_valid_again(row),
        "suspends": row.revocation.kind == RevocationKind.SUSPENSION,
        "form": form or _form(request),
    }
    return render(request, "registrar/appeal.html", context, status=status)
