"""Every pilot on one time line: how old, what is due, what is overdue, which are at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bitterroot.figures.keeping import last_at_risk
from bitterroot.governance import policies
from bitterroot.policy import AcademicYear
from bitterroot.programs.enums import RUNNING, ProgramState
from bitterroot.programs.models import Pilot
from bitterroot.programs.queries.pilots import Standing, standing, with_all
from bitterroot.programs.queries.risk import those_at_risk
from bitterroot.record import clock
from bitterroot.web.office.board import require_reader

A_PAGE = 25
SHOWN = (*RUNNING, ProgramState.PILOT_LAPSED, ProgramState.TEACH_OUT)
WIDTH = 700


@dataclass(frozen=True, slots=True)
class Bar:
    """One pilot on the common axis: where its bar begins, how long it is, its days upon it."""

    standing: Standing
    x: int
    width: int
    marks: tuple[tuple[int, str], ...]


@login_required
@require_GET
def pilots(request: HttpRequest) -> HttpResponse:
    """The board in pages, what ends first first; `show=risk` leaves those nobody need look at.

    404 where there are no pilots.
    """
    require_reader(request)
    only_risk = request.GET.get("show") == "risk"
    shown = Pilot.objects.filter(program__state__in=SHOWN)
    if not policies.current().has_pilots and not shown.exists():
        raise Http404
    first_ends = (those_at_risk(shown) if only_risk else shown).order_by("ends_on", "pk")
    # Keys alone, once: who is at risk is asked of every pilot, to count them and for each page.
    keys = list(first_ends.values_list("pk", flat=True)) if only_risk else None
    pages = Paginator(first_ends if keys is None else keys, A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    first, last = max(page.start_index() - 1, 0), page.end_index()  # nothing starts at 0
    here = first_ends[first:last] if keys is None else _by_keys(keys[first:last])
    found = [standing(row) for row in with_all(here)]
    years = _axis(found)
    at_risk, counted_at = _at_risk(found, page.paginator.count)
    context: dict[str, Any] = {
        "page": page,
        "bars": _bars(found, years),
        "ticks": _ticks(years),
        "now": _x(clock.today(), years) if years else None,
        "height": 30 + 26 * len(found),
        "total": page.paginator.count,
        "at_risk": at_risk,
        "counted_at": counted_at,
        "only_risk": only_risk,
    }
    return render(request, "office/pilots.html", context)


def _by_keys(keys: list[UUID]) -> QuerySet[Pilot]:
    return Pilot.objects.filter(pk__in=keys).order_by("ends_on", "pk")


def _at_risk(found: list[Standing], total: int) -> tuple[int | None, datetime | None]:
    """How many need a look, and when that was counted if not now: not all are on this page."""
    counted = last_at_risk()
    if len(found) == total:
        return sum(bool(each.at_risk) for each in found), None
    return counted or (None, None)


def _axis(found: list[Standing]) -> list[AcademicYear]:
    """The academic years from the first that a pilot began in to the last that one ends in."""
    labels = {year.label for each in found for year in each.years}
    return [year for year in policies.current().calendar.academic_years if year.label in labels]


def _x(day: Any, years: list[AcademicYear]) -> int:
    first, last = years[0].start, years[-1].end
    total = max(1, (last - first).days)
    return round(WIDTH * min(max((day - first).days, 0), total) / total)


def _ticks(years: list[AcademicYear]) -> list[tuple[int, str]]:
    return [(_x(year.start, years), year.label) for year in years]


def _bars(found: list[Standing], years: list[AcademicYear]) -> list[Bar]:
    bars = []
    for each in found:
        if not each.years:
            continue
        left = _x(each.years[0].first, years)
        right = _x(each.years[-1].last, years)
        marks = tuple((_x(due.on, years), due.state) for due in each.dues)
        bars.append(Bar(each, left, right - left, marks))
    return bars
