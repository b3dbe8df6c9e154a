"""The report as a workbook (XLSX): a sheet for each table, figures as numbers."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from bitterroot.figures.report import Report

Rows = Sequence[Sequence[Any]]


def workbook(report: Report) -> bytes:
    """The bytes of the file. Texts are written as texts, so that none of them runs as a formula."""
    import xlsxwriter  # here, so that a process starts without it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": report.title, "comments": f"Scope: {report.scope.title}"})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, headings, rows in (*_of_programs(report), *_of_work(report)):
        _write(book.add_worksheet(name), headings, rows, bold, day)
    book.close()
    return out.getvalue()


def _write(page: Any, headings: Sequence[str], rows: Rows, bold: Any, day: Any) -> None:
    page.freeze_panes(1, 0)
    page.set_column(0, 0, 44)
    page.set_column(1, len(headings) - 1, 20)
    page.write_row(0, 0, headings, bold)
    for n, row in enumerate(rows, start=1):
        for m, value in enumerate(row):
            if hasattr(value, "isoformat"):
                page.write_datetime(n, m, value, day)
            elif isinstance(value, str):
                page.write_string(n, m, value)
            elif value is not None:
                page.write_number(n, m, value)
    if rows:
        page.autofilter(0, 0, len(rows), len(headings) - 1)


def _of_programs(report: Report) -> Iterator[tuple[str, Sequence[str], Rows]]:
    """Name, headings and rows of the sheets about programs and their badges."""
    yield (
        "About",
        ["What", "Value"],
        [
            ["Report", report.title],
            ["Scope", report.scope.title],
            ["Made on", report.made_on],
            ["Programs", report.programs],
            ["Badges issued", report.total.issued],
            ["Badges claimed", report.total.claimed],
            ["Badges shown", report.total.shown],
            ["Badges revoked", report.total.revoked],
            ["Badges suspended for now", report.total.suspended],
        ],
    )
    yield (
        "Tracks",
        ["Track", "Programs", "Established", "Offerings begun", "Badges issued", "Badges claimed"],
        [
            [t.label, t.programs, t.established, t.offerings, t.issued, t.claimed]
            for t in report.tracks
        ],
    )
    yield "Agreements", ["Agreements", "Number"], report.agreements.rows
    yield (
        "Programs",
        ["Program", "Stage", "Unit", "Kind", "Lead"],
        [[p.title, s.label, p.unit, p.kind, p.lead] for s in report.stages for p in s.programs],
    )
    yield (
        "Badges",
        ["Program", "Issued", "Claimed", "Shown", "Revoked", "Suspended"],
        [[f.title, f.issued, f.claimed, f.shown, f.revoked, f.suspended] for f in report.funnels],
    )


def _of_work(report: Report) -> Iterator[tuple[str, Sequence[str], Rows]]:
    """Those about the work on them: steps, decisions, what is late or at risk."""
    yield (
        "Steps",
        ["Process", "Step", "Who", "Done", "Median days", "Slowest", "Allowed", "Late", "Waiting",
         "Oldest waits"],
        [
            [s.process, s.step, s.who, s.done, s.median_days, s.slowest_days, s.target, s.late,
             s.waiting, s.oldest]
            for s in report.steps
        ],
    )  # fmt: skip
    yield "Decisions", ["Decided by", "Outcome", "Number"], report.decisions
    yield (
        "Late",
        ["Title", "What", "With", "Due", "Business days late"],
        [[x.title, x.what, x.who, x.due, x.days] for x in report.late],
    )
    yield (
        "Pilots to look at",
        ["Pilot", "Unit", "Lead", "Why"],
        [[x.title, x.unit, x.lead, x.why[:1].upper() + x.why[1:]] for x in report.at_risk],
    )
