"""A line of a tracking list as a screen shows it: verdict first, then what to mend, then all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.domain.offering import counts_from
from bitterroot.learning.domain.request import display_name
from bitterroot.learning.enums import LineState, RequestState
from bitterroot.learning.models import ListLine, Offering
from bitterroot.policy import Column
from bitterroot.web.ui.text import day as in_words

ROWS_ON_A_PAGE = 50
_TONES: dict[str, str] = {
    LineState.ERROR: "bad",
    LineState.REFUSED: "bad",
    LineState.WARNING: "warn",
    LineState.ACKNOWLEDGED: "info",
    LineState.NO_BADGE: "info",
}
ANSWERS = {"yesno": [("Y", "Yes"), ("N", "No")]}
_REMOVING = frozenset(
    {
        "duplicate_in_file",
        "already_awarded",
        "requirements_not_met",
        "assessment_not_passed",
        "grade_below_minimum",
        "hours_below_program",
    }
)
"""Faults of which the usual remedy is to take the learner off the list."""
_OUTSIDE = "completion_date_outside_offering"


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One fault in words: what, why, what to do, and the row that it clashes with."""

    title: str
    wrong: str
    remedy: str
    blocks: bool
    other: int | None

    @property
    def other_page(self) -> int:
        """The page on which that row stands when all are shown."""
        return ((self.other or 1) - 1) // ROWS_ON_A_PAGE + 1


@dataclass(frozen=True, slots=True)
class CellField:
    """One cell as a field: `name` as posted, `kind` of input, the faults it has."""

    key: str
    name: str
    id: str
    label: str
    value: str
    kind: str
    choices: list[tuple[str, str]]
    faults: list[ShownFault]
    max_length: int

    @property
    def invalid(self) -> bool:
        """Whether what it holds blocks the row."""
        return any(fault.blocks for fault in self.faults)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One learner's row."""

    number: int
    sheet_row: int
    name: str
    identity: str
    email: str
    work: str
    day: str
    credit: bool
    state: str
    label: str
    tone: str
    faults: list[ShownFault]
    to_mend: list[CellField]
    others: list[CellField]
    to_remove: bool
    editable: bool
    opted_out: bool
    acknowledged_by: str
    refusal: str


def shown_rows(
    lines: Iterable[ListLine], rules: ListRules, offering: Offering, *, may_mend: bool
) -> list[ShownRow]:
    """The lines of a list of that offering as rows of a screen, in order."""
    since = counts_from(offering)
    return [_shown(line, rules, may_mend, offering, since) for line in lines]


def days_that_count(offering: Offering, since: date) -> str:
    """Between which days it can be completed, in a sentence; `since` is the first of them."""
    why = ", when the program was approved," if since > offering.starts_on else ""
    return f"Days from {in_words(since)}{why} to {in_words(offering.ends_on)} count."


def _shown(
    line: ListLine, rules: ListRules, may_mend: bool, offering: Offering, since: date
) -> ShownRow:
    cells = line.cells
    by_column: dict[str, list[ShownFault]] = {}
    faults = []
    for code, column, other in line.faults:
        fault = _fault(code, other, rules)
        if code == _OUTSIDE:
            fault = replace(fault, wrong=f"{fault.wrong} {days_that_count(offering, since)}")
        faults.append(fault)
        by_column.setdefault(column, []).append(fault)
    fields = _fields(line, rules, by_column)
    mendable = may_mend and (line.request is None or line.request.state == RequestState.RETURNED)
    return ShownRow(
        number=line.number,
        sheet_row=line.row,
        name=display_name(cells) or "No name",
        identity=cells.get("student_id", ""),
        email=cells.get("email", ""),
        work=_work(line),
        day=_day(cells.get("completed_on", "")),
        credit=line.kind == "credit",
        state=line.state,
        label=str(LineState(line.state).label),
        tone=_TONES.get(line.state, "good"),
        faults=faults,
        to_mend=[field for field in fields if field.faults],
        others=[field for field in fields if not field.faults],
        to_remove=not _REMOVING.isdisjoint(line.errors)
        or (_OUTSIDE in line.errors and cells.get("completed_on", "") < since.isoformat()),
        editable=mendable,
        opted_out=line.opted_out,
        acknowledged_by=line.acknowledged_by.display_name if line.acknowledged_by else "",
        refusal=line.refusal,
    )


def _fault(code: str, other: int | None, rules: ListRules) -> ShownFault:
    fault = rules.lists.faults[code]
    return ShownFault(fault.title, fault.wrong, fault.remedy, fault.severity == "error", other)


def _fields(
    line: ListLine, rules: ListRules, by_column: dict[str, list[ShownFault]]
) -> list[CellField]:
    """Every cell that a line of its kind may have, as fields."""
    columns = dict(rules.columns(line.kind))
    if "cohort" in line.cells:
        columns["cohort"] = rules.lists.cohort
    return [
        CellField(
            key=key,
            name=f"cell-{key}",
            id=f"row-{line.number}-{key}",
            label=column.label,
            value=line.cells.get(key, ""),
            kind=_input(key, column, line.cells.get(key, "")),
            choices=_choices(key, column, line.cells.get(key, ""), rules),
            faults=by_column.get(key, []),
            max_length=column.max_length,
        )
        for key, column in columns.items()
    ]


def _input(key: str, column: Column, value: str) -> str:
    if column.type in {"yesno", "grade"} or key == "cohort":
        return "select"
    if column.type == "date" and (not value or _is_day(value)):
        return "date"
    return "text"


def _choices(key: str, column: Column, value: str, rules: ListRules) -> list[tuple[str, str]]:
    if column.type == "yesno":
        choices = list(ANSWERS["yesno"])
    elif column.type == "grade":
        lists = rules.lists
        grades = (*lists.grades, *lists.pass_grades, *lists.no_grades)
        choices = [(grade, grade.replace("-", "−")) for grade in grades]
    elif key == "cohort":
        choices = [("Credit", "Credit"), ("Non-credit", "Non-credit")]
    else:
        return []
    known = {answer for answer, _ in choices}
    return [("", "–"), *choices] + ([(value, value)] if value and value not in known else [])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> str:
    """13 Nov 2026, or the text that could not be read."""
    return in_words(text) if _is_day(text) else text


def _work(line: ListLine) -> str:
    """What was achieved, in a few words."""
    cells = line.cells
    if line.kind == "credit":
        grade = cells.get("grade", "").replace("-", "−")
        credits = cells.get("credits", "")
        parts = [f"grade {grade}" if grade else "", f"{credits} credits" if credits else ""]
    else:
        hours = cells.get("hours", "")
        parts = [f"{hours} hours" if hours else "", cells.get("result", "")]
    return ", ".join(part for part in parts if part)
