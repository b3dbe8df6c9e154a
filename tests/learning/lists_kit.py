"""The rules, the programs and the files that the stories of tracking lists are told with."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from bitterroot.learning.checks.engine import CheckedList, check_list
from bitterroot.learning.checks.facts import Facts, ListRules, ProgramFacts
from bitterroot.learning.interfaces.lists import read_list
from bitterroot.policy import load_policy

RULES = ListRules.of(load_policy("montana"))
TODAY = date(2026, 11, 18)
LISTS = Path(__file__).parent / "data" / "lists"
EXPECTED: dict[str, dict[str, Any]] = json.loads((LISTS / "expected.json").read_text())

CLIMATE = ProgramFacts(
    "Climate Communication for Resource Professionals",
    kind="credit",
    credits=Decimal(6),
    minimum_grade="C-",
    courses=("CCS 352", "JRNL 411"),
)
DENTAL = ProgramFacts("Dental Assisting Radiography Refresher", kind="noncredit", hours=Decimal(12))
RURAL = ProgramFacts(
    "Rural Behavioral Health Support",
    kind="hybrid",
    credits=Decimal(3),
    hours=Decimal(45),
    minimum_grade="C-",
    courses=("PUBH 595",),
)
TEACHING = ProgramFacts("Teaching Online with Care", kind="noncredit", hours=Decimal(15))
PROGRAMS = {program.title: program for program in (CLIMATE, DENTAL, RURAL, TEACHING)}


def check(data: bytes, program: ProgramFacts | None, filename: str = "list") -> CheckedList:
    """The verdict on a file, as of 18 November 2026."""
    return check_list(read_list(data, filename, rules=RULES), Facts(TODAY, program), RULES)


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these sheets; texts are written as text, days as days."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", "in_memory": True})
    for rows in sheets:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell)
                elif isinstance(cell, bool):
                    sheet.write_boolean(at, column, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(at, column, cell)
                elif cell:
                    sheet.write_string(at, column, str(cell))
    book.close()
    return out.getvalue()


def delimited(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """The rows as a spreadsheet program saves them."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


NONCREDIT_HEADINGS = (
    "Last name", "First name", "E-mail", "Hours", "Assessment result", "Completion date", "Consent on file",
)  # fmt: skip
CREDIT_HEADINGS = (
    "Student ID", "Last name", "First name", "Campus e-mail", "Grade", "Credits",
    "All requirements met", "Completion date", "Consent on file",
)  # fmt: skip


def noncredit(
    *lines: Sequence[object], headings: Sequence[str] = NONCREDIT_HEADINGS
) -> CheckedList:
    """The verdict on a small list of the radiography refresher."""
    return check(delimited([headings, *lines]).encode(), DENTAL)


def credit(*lines: Sequence[object], headings: Sequence[str] = CREDIT_HEADINGS) -> CheckedList:
    """The verdict on a small list of the climate program, from a workbook."""
    return check(workbook([headings, *lines]), CLIMATE)


def nora(**changed: object) -> list[object]:
    """Nora Peña's line in a credit list, in order but for what is changed."""
    line: dict[str, object] = {
        "student_id": "790123456",
        "last": "Peña",
        "first": "Nora",
        "email": "nora.pena@umconnect.example.edu",
        "grade": "A-",
        "credits": 6,
        "met": "Y",
        "date": "2026-11-13",
        "consent": "Y",
    }
    return list({**line, **changed}.values())


def jack(**changed: object) -> list[object]:
    """Jack Kipp's line in a non-credit list, in order but for what is changed."""
    line: dict[str, object] = {
        "last": "Kipp",
        "first": "Jack",
        "email": "jack.kipp@mail.example.org",
        "hours": 12,
        "result": "Pass",
        "date": "2026-11-13",
        "consent": "Y",
    }
    return list({**line, **changed}.values())
