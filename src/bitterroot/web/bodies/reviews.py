"""A reviewer's sheet: each criterion scored, low scores with a comment, notes, a recommendation."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.governance.body_rules import may_take_part
from bitterroot.governance.domain.review import RECOMMENDATIONS, submit_review, write_review
from bitterroot.governance.models import ReviewSheet, StepRun
from bitterroot.governance.queries.bodies import title_of
from bitterroot.governance.queries.reviews import Asked, rubric_of
from bitterroot.web.bodies.access import by_of, person_of, the_matter
from bitterroot.web.bodies.matters import papers_of
from bitterroot.web.ui.acting import attempt


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a review, keep it for later, or hand it in."""
    run, by = the_matter(request, pk), by_of(request)
    rubric = rubric_of(run)
    if not rubric.criteria:
        raise Http404
    sheet = run.reviews.filter(reviewer=by.person).first()
    problems: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        kept = attempt(request, lambda: write_review(by=by, run=run, **_typed(request, rubric)))
        sheet, status = kept.value or sheet, kept.status
        if kept and "submit" not in request.POST:
            return redirect("bodies:review", pk=pk)
        if kept:
            done = attempt(
                request, lambda: submit_review(by=by, run=run), "Your review is handed in."
            )
            if done:
                return redirect("bodies:matter", pk=pk)
            problems, status = done.problems, done.status
    answer = may_take_part(by, run)
    context = {
        "run": run,
        "body_title": title_of(run.body),
        "rubric": rubric,
        "lines": _lines(rubric, sheet, dict(problems)),
        "sheet": sheet,
        "recommendations": RECOMMENDATIONS.items(),
        "why_not": _why_not(run, sheet, answer.why),
        "problems": problems,
        "reader": person_of(request),
        **papers_of(run),
    }
    return render(request, "bodies/review.html", context, status=status)


def _typed(request: HttpRequest, rubric: Asked) -> dict[str, Any]:
    said = request.POST
    return {
        "scores": {
            c.key: {
                "score": said.get(f"score_{c.key}", ""),
                "comment": said.get(f"comment_{c.key}", ""),
            }
            for c in rubric.criteria
        },
        "recommendation": said.get("recommendation", ""),
        "public_note": said.get("public_note", ""),
        "confidential_note": said.get("confidential_note", ""),
        "no_conflict": "no_conflict" in said,
    }


def _lines(rubric: Asked, sheet: ReviewSheet | None, wrong: dict[str, str]) -> list[dict[str, Any]]:
    scores = sheet.scores if sheet else {}
    return [
        {
            "criterion": c,
            "score": scores.get(c.key, {}).get("score"),
            "comment": scores.get(c.key, {}).get("comment", ""),
            "score_error": wrong.get(f"score_{c.key}", ""),
            "comment_error": wrong.get(f"comment_{c.key}", ""),
        }
        for c in rubric.criteria
    ]


def _why_not(run: StepRun, sheet: ReviewSheet | None, why: str) -> str:
    if sheet is not None and sheet.submitted_at is not None:
        return "Your review is handed in; it cannot be changed."
    if run.state != "open":
        return f"This is not before {title_of(run.body)} any more."
    return why
