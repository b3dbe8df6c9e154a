"""Figures: the portfolio, how long things take, what is late; the yearly report as files."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.figures.keeping import count_again, file_of, kept
from bitterroot.figures.period import Period, years
from bitterroot.figures.report import note_export
from bitterroot.figures.scope import Scope, scope_of
from bitterroot.people import actor
from bitterroot.people.models import Unit

SHORT = 8  # rows of a table that is shown unfolded
WRITERS: dict[str, tuple[str, str]] = {  # kind of file: which kept one, media type
    "pdf": ("pdf", "application/pdf"),
    "xlsx": (
        "workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its share of the longest, 0 to 100."""

    label: str
    number: int
    length: float


def bars(rows: list[tuple[str, int]]) -> list[Bar]:
    """Bars for rows of (label, number)."""
    longest = max((n for _, n in rows), default=0) or 1
    return [Bar(label, n, round(100 * n / longest, 1)) for label, n in rows]


@login_required
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """The report of one academic year on a page, as it was counted today; POST counts it again."""
    scope, period = _asked(request)
    if request.method == "POST":
        by = actor.person(request.user.person)  # type: ignore[union-attr]
        count_again(by=by, scope=scope, period=period)
        return redirect(request.get_full_path())
    found = kept(scope, period)
    report = found.report
    whole = scope_of(actor.person(request.user.person))  # type: ignore[union-attr]
    units = Unit.objects.order_by("name")
    if whole.units is not None:
        units = units.filter(pk__in=whole.units)
    context = {
        "report": report,
        "made_at": found.made_at,
        "numbers": found.numbers,
        "years": years(),
        "units": units,
        "unit": request.GET.get("unit", ""),
        "whole": whole,
        "stage_bars": bars([(stage.label, stage.count) for stage in report.stages]),
        "funnel_bars": bars(report.total.steps),
        "query": request.GET.urlencode(),
        "short": SHORT,
    }
    return render(request, "office/figures.html", context)


@login_required
@require_GET
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same report as PDF or workbook."""
    if kind not in WRITERS:
        raise Http404
    scope, period = _asked(request)
    which, media_type = WRITERS[kind]
    content = file_of(scope, period, which)
    note_export(
        by=actor.person(request.user.person),  # type: ignore[union-attr]
        scope=scope,
        period=period,
        kind=kind,
    )
    answer = HttpResponse(content, content_type=media_type)
    name = f"micro-credentials-{period.label.replace('/', '-')}.{kind}".replace(" ", "-")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: HttpRequest) -> tuple[Scope, Period]:
    """The scope and year in the address; by default all that one may read, this year."""
    scope = scope_of(actor.person(request.user.person))  # type: ignore[union-attr]
    if key := request.GET.get("unit", ""):
        unit = Unit.objects.filter(pk=key).first()
        if unit is None or (scope.units is not None and key not in scope.units):
            raise Http404
        scope = scope.narrowed(unit)
    known = years()
    label = request.GET.get("year", "")
    period = next((p for p in known if p.label == label), known[0])
    return scope, period
