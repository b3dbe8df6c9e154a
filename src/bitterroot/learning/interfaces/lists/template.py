"""The workbook that an instructor downloads, fills in and uploads again.

Its headings are the policy's own labels, so that what is filled in reads back without a question.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bitterroot.learning.checks.facts import CREDIT, HYBRID, ListRules
from bitterroot.policy import Column

ROWS = 500
"""Rows that offer their answers; more may be filled in without."""

_TITLES = {
    CREDIT: "Credit-Bearing Micro-Credential Tracking List",
    "noncredit": "Non-Credit Micro-Credential Tracking List",
    HYBRID: "Hybrid Micro-Credential Tracking List",
}
_HYBRID_LEAVES_OUT = ("learner_ref", "organization", "city", "state", "country", "result")
_WIDTHS = {"name": 18, "email": 34, "url": 34, "text": 22, "date": 16, "id": 14, "term": 14}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the table: texts as they are shown."""

    program: str
    term: str
    instructor: str
    verified_on: date | None = None
    session: str = ""


def columns_of_template(kind: str, rules: ListRules, *, assessed: bool = True) -> dict[str, Column]:
    """The columns of the template of a kind, in order, by the checks' key."""
    columns = rules.columns(kind)
    if not assessed:
        columns.pop("result", None)
    if kind != HYBRID:
        return columns
    cohort = {"cohort": columns.pop("cohort")}
    kept = {key: c for key, c in columns.items() if key not in _HYBRID_LEAVES_OUT}
    at = list(kept).index("second_email") + 1
    return {**dict(list(kept.items())[:at]), **cohort, **dict(list(kept.items())[at:])}


def write_template(
    kind: str,
    heading: Heading,
    rules: ListRules,
    *,
    learners: Sequence[Mapping[str, str]] = (),
    assessed: bool = True,
) -> bytes:
    """The workbook (XLSX) for a list of one kind, with `learners` filled in where there are any."""
    import xlsxwriter  # here, so that a process starts without it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16, "font_name": "Georgia"}),
        "label": book.add_format({"bold": True, "font_color": "#4a4a44"}),
        "value": book.add_format({"bottom": 1, "bottom_color": "#b9b4a7"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "bottom": 1}),
        "needed": book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": "#1f4d3f", "text_wrap": True}
        ),
        "heading": book.add_format({"bold": True, "bg_color": "#e7e3d8", "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    columns = columns_of_template(kind, rules, assessed=assessed)
    _write_list(book, looks, kind, heading, columns, rules, learners)
    _write_instructions(book, looks, kind, columns, rules)
    book.close()
    return out.getvalue()


def _write_list(
    book: Any,
    looks: Mapping[str, Any],
    kind: str,
    heading: Heading,
    columns: Mapping[str, Column],
    rules: ListRules,
    learners: Sequence[Mapping[str, str]],
) -> None:
    sheet = book.add_worksheet("Tracking list")
    sheet.write_string(0, 0, _TITLES[kind], looks["title"])
    lines = [
        ("Program", heading.program),
        ("Offering / term", heading.term),
        ("Instructor", heading.instructor),
        ("Date requirements verified", heading.verified_on),
        ("I attest that every learner below met all requirements (Y/N)", ""),
    ]
    if heading.session:
        lines.insert(2, ("Session name", heading.session))
    for at, (label, value) in enumerate(lines, start=1):
        sheet.write_string(at, 0, label, looks["label"])
        if isinstance(value, date):
            sheet.write_datetime(at, 3, value, looks["date"])
        else:
            sheet.write_string(at, 3, value or "", looks["value"])
    sheet.data_validation(len(lines), 3, len(lines), 3, {"validate": "list", "source": ["Y", "N"]})
    top = len(lines) + 2
    for at, (key, column) in enumerate(columns.items()):
        needed = column.required and not column.from_elsewhere
        sheet.write_string(top, at, _label(column), looks["needed" if needed else "heading"])
        look = looks["day" if column.type == "date" else "text" if column.type == "id" else "wrap"]
        width = max(_WIDTHS.get(column.type, 12), min(len(column.label), 24))
        sheet.set_column(at, at, width, look if column.type in {"date", "id"} else None)
        _offer_answers(sheet, top + 1, at, key, column, rules)
        for row, cells in enumerate(learners, start=top + 1):
            if cells.get(key):
                sheet.write_string(row, at, cells[key])
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.repeat_rows(top)
    sheet.fit_to_pages(1, 0)


def _label(column: Column) -> str:
    return f"{column.label} (Y/N)" if column.type == "yesno" else column.label


def _offer_answers(
    sheet: Any, row: int, at: int, key: str, column: Column, rules: ListRules
) -> None:
    """Let the cells below a heading offer what may stand there, and say what is meant."""
    answers: list[str] = []
    if column.type == "yesno":
        answers = ["Y", "N"]
    elif column.type == "grade":
        answers = [*rules.lists.grades, *rules.lists.pass_grades, *rules.lists.no_grades]
    elif key == "cohort":
        answers = ["Credit", "Non-credit"]
    elif key == "result":
        answers = ["Pass", "Fail"]
    rule: dict[str, Any] = (
        {"validate": "list", "source": answers} if answers else {"validate": "any"}
    )
    note = column.help or (f"For example {column.example}" if column.example else "")
    if not answers and not note:
        return
    rule.update(input_title=column.label[:32], input_message=note[:255] or "Choose one.")
    rule.update(error_type="warning", error_message="Please choose one of the answers offered.")
    sheet.data_validation(row, at, row + ROWS, at, rule)


def _write_instructions(
    book: Any,
    looks: Mapping[str, Any],
    kind: str,
    columns: Mapping[str, Column],
    rules: ListRules,
) -> None:
    sheet = book.add_worksheet("Instructions")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "How to fill in the list", looks["title"])
    goes = {
        CREDIT: rules.lists.kinds["credit"].sentence,
        "noncredit": rules.lists.kinds["noncredit"].sentence,
        HYBRID: "Lines for credit go to the registrar, the others to the program office.",
    }[kind]
    steps = (
        "Fill in one row for each learner who met every requirement.",
        "Dark headings must be filled in; the others may stay blank.",
        "You may add, remove and move columns, and save it as CSV. Only the first list is read.",
        "Upload the list on the page of your offering. Each row is checked before you submit it.",
        goes,
    )
    for at, step in enumerate(steps, start=1):
        sheet.write_string(at, 0, f"{at}.", looks["label"])
        sheet.write_string(at, 1, step, looks["wrap"])
    for at, column in enumerate(columns.values(), start=len(steps) + 2):
        sheet.write_string(at, 0, column.label, looks["label"])
        needed = column.required and not column.from_elsewhere
        said = ["Required." if needed else "May be blank."]
        if column.help:
            said.append(column.help)
        if column.example:
            said.append(f"For example {column.example}.")
        sheet.write_string(at, 1, " ".join(said), looks["wrap"])
