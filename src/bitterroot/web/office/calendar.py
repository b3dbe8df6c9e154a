"""The academic calendar in force, and what moved each time that it changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bitterroot.governance import policies
from bitterroot.governance.models import CalendarChange
from bitterroot.record import clock
from bitterroot.web.office.board import require_reader

SHOWN = 3  # academic years, from the present one on
MOST = 500  # days of one change


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Terms and closures from today on; the changes, newest first. Two queries."""
    require_reader(request)
    known = policies.current().calendar
    today = clock.today()
    years = [year for year in known.academic_years if year.end >= today][:SHOWN]
    last = years[-1].end if years else today
    page = Paginator(CalendarChange.objects.select_related("policy"), 10).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "note": known.note,
        "terms": [
            (year, term) for year in years for term in year.terms if term.grades_due >= today
        ],
        "closures": [each for each in known.closures if today <= each.end <= last],
        "recesses": [each for each in known.recesses if today <= each.end <= last],
        "deadlines": [
            (known.term(each.term).label, each.on)
            for each in known.curriculum_deadlines
            if today <= each.on <= last
        ],
        "page": page,
        "changes": [(row, _days(row)) for row in page],
        "most": MOST,
    }
    return render(request, "office/calendar.html", context)


def _days(row: CalendarChange) -> list[dict[str, Any]]:
    """What one change moved, with days as days."""
    return [
        {
            "title": each["title"],
            "what": each["what"],
            "before": date.fromisoformat(each["before"]),
            "after": date.fromisoformat(each["after"]) if each["after"] else None,
        }
        for each in row.moved[:MOST]
    ]
