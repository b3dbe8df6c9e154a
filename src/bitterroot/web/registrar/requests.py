"""What learners ask about their record, and problems that readers report: read and answered."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.issuing.domain.problem import answer_problem
from bitterroot.issuing.domain.record_request import answer_record
from bitterroot.issuing.enums import ProblemState, RecordState
from bitterroot.issuing.models import ProblemReport, RecordRequest
from bitterroot.issuing.queries.record import held_about
from bitterroot.issuing.rules import may_answer_problem, may_answer_record
from bitterroot.web.registrar.access import by_of, kinds_of
from bitterroot.web.registrar.forms import AnswerForm
from bitterroot.web.ui.acting import attempt

TONES = {"waiting": "pine", "done": "good", "refused": "warn", "mended": "good",
         "dismissed": "info"}  # fmt: skip
CHOICES = {"yes": True, "no": False}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A learner's request, with what is held about them; POST answers it."""
    rows = RecordRequest.objects.filter(queue__in=kinds_of(request))
    row = get_object_or_404(rows.select_related("person", "answered_by"), pk=pk)
    by, form, status = by_of(request), _form(request), 200
    if request.method == "POST":
        status, wish = 422, CHOICES.get(request.POST.get("decision", ""))
        if form.is_valid() and wish is not None:
            said = form.cleaned_data["reason"]
            done = attempt(
                request,
                lambda: answer_record(by=by, request=row, done=wish, answer=said),
                f"Answered. {row.person.display_name} is told.",
            )
            if done:
                return redirect("registrar:record_request", pk=pk)
            status = done.status
    answer = may_answer_record(by, row)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "may_answer": bool(answer) and row.state == RecordState.WAITING,
        "why_not": answer.why,
        "parts": held_about(row.person) if answer and row.state == RecordState.WAITING else [],
        "form": form,
    }
    page = render(request, "registrar/record_request.html", context, status=status)
    page["Cache-Control"] = "private, no-store"
    return page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a reader says is wrong with a badge; POST says what came of it, also to the learner."""
    rows = ProblemReport.objects.filter(award__request__kind__in=kinds_of(request)).select_related(
        "award__template", "award__request__offering__program", "award__learner", "answered_by"
    )
    row = get_object_or_404(rows, pk=pk)
    by, form, status = by_of(request), _form(request, learner=True), 200
    if request.method == "POST":
        status, wish = 422, CHOICES.get(request.POST.get("decision", ""))
        if form.is_valid() and wish is not None:
            said = form.cleaned_data
            done = attempt(
                request,
                lambda: answer_problem(
                    by=by,
                    report=row,
                    mended=wish,
                    answer=said["reason"],
                    to_learner=said["to_learner"],
                ),
                "Answered.",
            )
            if done:
                return redirect("registrar:problem", pk=pk)
            status = done.status
    context = {
        "row": row,
        "award": row.award,
        "tone": TONES[row.state],
        "may_answer": bool(may_answer_problem(by, row)) and row.state == ProblemState.WAITING,
        "form": form,
    }
    return render(request, "registrar/problem.html", context, status=status)


def _form(request: HttpRequest, *, learner: bool = False) -> AnswerForm:
    return AnswerForm(request.POST if request.method == "POST" else None, learner=learner)
