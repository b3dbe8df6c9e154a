"""What a unit needs for its periodic review of an established program, as one tagged PDF: how the
program was approved and changed, its figures year by year, its outcomes, its pilot, its agreements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bitterroot.governance import policies
from bitterroot.governance.interfaces.packet import document_pdf
from bitterroot.programs import figures
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries import pilots
from bitterroot.programs.queries.versions import newest_in_force
from bitterroot.proposals.queries.agreements import chains_of
from bitterroot.proposals.queries.pilot_record import pilot_record
from bitterroot.record import clock
from bitterroot.web.faculty.pilot import seen_program
from bitterroot.web.ui.text import day

Rows = list[tuple[str, str]]


@login_required
@require_safe
def record_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The record, for who may see the program's page; 404 before it was approved."""
    program = seen_program(request, slug)
    versions = list(program.versions.select_related("decision").order_by("n"))
    if not versions:
        raise Http404
    answer = HttpResponse(document_pdf(content_of(program, versions)), "application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="record-{slug[:60]}.pdf"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def content_of(program: Program, versions: list[ProgramVersion]) -> dict[str, Any]:
    """Everything that stands in the document, in words."""
    record = pilot_record(program)
    parts = [
        ("Versions", list(_versions(versions))),
        ("Figures by academic year", list(_figures(program, versions))),
        ("Outcomes", _outcomes(newest_in_force(versions))),
        ("The pilot", [_pilot_year(each) for each in record["years"]]),
        ("Conditions of the approval", [_condition(each) for each in record["conditions"]]),
        ("Agreements", _agreements(program)),
    ]
    return {
        "title": f"Record of {program.title}",
        "issuer": policies.current().institution.name,
        "lead": f"For the periodic review of {program.owner_unit.name}.",
        "statement": "",
        "facts": list(_facts(program)),
        "parts": [{"title": title, "rows": rows} for title, rows in parts if rows],
        "files": [],
    }


def _facts(program: Program) -> Iterator[str]:
    yield f"Led by {program.lead.display_name}, {program.owner_unit.name}"
    yield f"{program.get_kind_display()}, {program.get_state_display().lower()}"
    if program.review_on:
        yield f"Its assessment is part of the unit's review by {day(program.review_on)}"
    yield f"As of {day(clock.today())}"


def _versions(versions: list[ProgramVersion]) -> Iterator[tuple[str, str]]:
    for each in versions:
        as_what = f"{each.change_class} change".capitalize() if each.change_class else "Approval"
        held = each.effective_on or timezone.localtime(each.approved_at).date()
        decided = f"{as_what} by {each.decision.body}, {day(each.decision.decided_on)}"
        reason = f"\n{each.decision.reason}" if each.decision.reason else ""
        yield f"Version {each.n}", f"{decided}; holds from {day(held)}.{reason}"


def _figures(program: Program, versions: list[ProgramVersion]) -> Iterator[tuple[str, str]]:
    """What the record counts in each academic year, from that of the first offering, or approval."""
    pilot = pilots.pilot_of(program)
    stand = pilots.standing(pilot) if pilot else None
    approved = timezone.localtime(versions[0].approved_at).date()
    first = stand.years[0].first if stand and stand.years else approved
    for year in policies.current().calendar.academic_years:
        if year.end < first or year.start > clock.today():
            continue
        found = figures.of_year(program, year.start, year.end)
        yield year.key, _count(found)


def _count(found: figures.YearFigures) -> str:
    said = [("offering", found.offerings), ("completion", found.completed), ("badge", found.issued)]
    words = [f"{n} {word}{'' if n == 1 else 's'}" for word, n in said]
    return f"{', '.join(words)} issued; {found.claimed} claimed, {found.public} shown publicly"


def _outcomes(version: ProgramVersion) -> Rows:
    return [
        (
            str(row.get("outcome") or ""),
            "; ".join(str(row[key]) for key in ("method", "threshold") if row.get(key)) or "–",
        )
        for row in version.content.get("outcomes") or ()
    ]


def _pilot_year(year: dict[str, Any]) -> tuple[str, str]:
    said = [
        year["rating"] and f"Rated: {year['rating'].lower()}.",
        year["recommendation"] and f"The lead recommended: {year['recommendation']}.",
        year["issues"] and f"Issues: {year['issues']}",
        year["comments"] and f"The office said: {year['comments']}",
    ]
    words = "\n".join(each for each in said if each) or year["state"] or "No review"
    return f"Year {year['year']}, {year['label']}", words


def _condition(row: dict[str, str]) -> tuple[str, str]:
    if not row["met_on"]:
        return row["text"], "Open"
    return row["text"], f"Met on {day(date.fromisoformat(row['met_on']))}: {row['evidence']}"


def _agreements(program: Program) -> Rows:
    return [
        (
            str(chain[-1]),
            chain[-1].get_state_display()
            + (f", until {day(chain[-1].last_day)}" if chain[-1].last_day else ""),
        )
        for chain in chains_of(program)
    ]
