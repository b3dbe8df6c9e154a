"""How long checking a large list takes, against merely reading it with the bare parser."""

from __future__ import annotations

import io
import time
import tracemalloc
from datetime import date
from decimal import Decimal
from typing import Any

import python_calamine
import xlsxwriter

from bitterroot.learning.checks.engine import check_list
from bitterroot.learning.checks.facts import Facts, ListRules, ProgramFacts
from bitterroot.learning.interfaces.lists.reader import read_list
from bitterroot.policy import load_policy

_DAY = date(2026, 11, 13)
_HEADINGS = (
    "Last name", "First name", "Preferred name", "Email", "Second email", "Employer", "City",
    "State", "Country", "Hours", "Assessment result", "Completion date", "Evidence title",
    "Evidence URL", "Paid (Y/N)", "Consent on file (Y/N)", "Opt out of badge (Y/N)", "Notes",
)  # fmt: skip
_LAST = ("Kipp", "Dvořák", "Núñez", "O'Connell", "Two-Bulls", "Nguyễn", "Çelik", "Whitebear")
_FIRST = ("Zoë", "José", "Kiona", "Łukasz", "Ngọc", "Søren", "Priya")


def bench_lists(count: int = 10_000, data: bytes | None = None) -> dict[str, Any]:
    """Check a non-credit workbook of `count` learners (or `data`), and time it.

    `seconds`: upload to verdict, reading included. `floor_seconds`: the parser alone, in the same
    run. `peak_mb`: the most memory that reading and checking held at once (Python's own count).
    """
    data = data or sample_workbook(count)
    rules = ListRules.of(load_policy("montana"))
    facts = Facts(date(2026, 11, 18), ProgramFacts("Sample", "noncredit", hours=Decimal(12)))
    floor = min(_timed(lambda: _merely_read(data))[0] for _ in range(3))
    results = [_timed(lambda: check_list(read_list(data, "", rules=rules), facts, rules))
               for _ in range(3)]  # fmt: skip
    seconds, checked = min(results, key=lambda each: each[0])
    tracemalloc.start()
    check_list(read_list(data, "", rules=rules), facts, rules)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "rows": checked.rows,
        "ok": checked.ok,
        "seconds": round(seconds, 4),
        "floor_seconds": round(floor, 4),
        "ratio": round(seconds / floor, 2),
        "allowed_seconds": round(3 * floor + 2, 4),
        "peak_mb": round(peak / 1e6, 1),
        "compared": {"python-calamine, reading only": round(floor, 4)},
    }


def _timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _merely_read(data: bytes) -> int:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return len(book.get_sheet_by_index(0).to_python())


def sample_workbook(count: int) -> bytes:
    """A clean list of `count` invented learners, as a spreadsheet program writes it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", "in_memory": True})
    sheet = book.add_worksheet("Tracking List")
    sheet.write_string(0, 0, "Non-Credit Micro-Credential Tracking List")
    sheet.write_row(2, 0, _HEADINGS)
    for n in range(count):
        last, first = _LAST[n % len(_LAST)], _FIRST[n % len(_FIRST)]
        row = n + 3
        sheet.write_row(row, 0, (last, first, "", f"learner{n}@mail.example.org"))
        sheet.write_row(row, 5, ("Missoula Dental Group", "Missoula", "MT", "US", 15, "Pass"))
        sheet.write_datetime(row, 11, _DAY)
        sheet.write_row(row, 12, ("Skills check", "", "Y", "Y", "N"))
    book.close()
    return out.getvalue()
