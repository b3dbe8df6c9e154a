"""Judging one line by itself: its cells made into what is kept, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bitterroot.learning.checks.dates import DateOrder, read_date
from bitterroot.learning.checks.facts import CREDIT, HYBRID, NONCREDIT, Facts, ListRules
from bitterroot.learning.checks.kinds import kind_of_line
from bitterroot.learning.checks.text import is_blank, looks_like_formula, tidy, words_of
from bitterroot.learning.checks.values import (
    read_answer,
    read_email,
    read_grade,
    read_id,
    read_number,
    read_url,
)
from bitterroot.policy import Column


class Fault(NamedTuple):
    """A fault of a line: the policy's code, the column it is about, the line it clashes with."""

    code: str
    column: str = ""
    other: int | None = None


@dataclass(slots=True)
class CheckedLine:
    """One learner. `number` counts learners from 1; `row` is the row in the sheet.

    `kind` is credit or noncredit. `cells` are kept texts by column key (see values.py for their
    shapes); a text that could not be read stays as it was written.
    """

    number: int
    row: int
    kind: str
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [*self.errors, *self.warnings]

    @property
    def identity(self) -> str:
        """The student id where there is one, else the address; empty where there is neither."""
        return self.cells.get("student_id") or self.cells.get("email", "")

    @property
    def opted_out(self) -> bool:
        return "opted_out" in self.warnings or "opted_out" in self.errors


#: The fault of a cell that says something that cannot be read, by column.
UNREADABLE = {
    "email": "email_invalid",
    "second_email": "email_invalid",
    "credits": "credits_unreadable",
    "hours": "hours_unreadable",
    "completed_on": "completion_date_unreadable",
    "grade": "grade_unknown",
    "term": "term_unknown",
    "evidence_url": "evidence_url_refused",
    "student_id": "student_id_malformed",
    "consent": "consent_missing",
    "requirements_met": "requirements_unanswered",
    "opt_out": "opted_out",
    "paid": "not_paid",
}


class LineCheck:
    """Checks lines of one list, remembering what it read: most cells of a column are alike."""

    def __init__(
        self, rules: ListRules, facts: Facts, keys: frozenset[str], kind: str, order: DateOrder
    ) -> None:
        self.rules, self.facts, self.keys, self.kind = rules, facts, keys, kind
        self._order = order
        self._columns = {
            key: column
            for key, column in rules.columns(HYBRID).items()
            if key in keys or column.from_elsewhere
        }
        self._seen: dict[str, dict[str, tuple[str, Fault | None]]] = {k: {} for k in self._columns}
        program = facts.program
        self._assessed = program is None or program.assessed
        self._elsewhere = {
            "term": facts.offering.term,
            "courses": "; ".join(program.courses) if program else "",
            "credits": _number(program.credits) if program else "",
            "hours": _number(program.hours) if program else "",
        }

    def check(self, number: int, row: int, texts: Mapping[str, str]) -> CheckedLine:
        """One line from its tidied texts. Clashes with other lines are judged elsewhere."""
        cells: dict[str, str] = {}
        faults: list[Fault] = []
        for key, seen in self._seen.items():
            text = texts.get(key, "")
            read = seen.get(text)
            if read is None:
                read = seen[text] = self._read(key, text)
            cells[key] = read[0]
            if read[1]:
                faults.append(read[1])
        line = CheckedLine(number, row, self._kind_of(cells, faults), cells, faults)
        self._fill(line)
        self._judge(line)
        return self._sorted(line)

    def _kind_of(self, cells: dict[str, str], faults: list[Fault]) -> str:
        if self.kind != HYBRID:
            return self.kind
        kind = kind_of_line(cells, self.rules)
        if kind in {CREDIT, NONCREDIT}:
            return kind
        faults.append(Fault("kind_undecided", "cohort"))
        return CREDIT if cells.get("student_id") else NONCREDIT

    def _read(self, key: str, text: str) -> tuple[str, Fault | None]:
        """What is kept of a cell, and the fault of the cell alone."""
        column = self._columns[key]
        if is_blank(text):
            return "", None
        if column.type in {"text", "name"}:
            if text[0] == "'" and looks_like_formula(text[1:]):
                text = text[1:]  # how text is kept from being computed, here and in Excel
            return text, _fault_of_text(key, text, column)
        if len(text) > max(column.max_length, 2000):
            return text, Fault("text_too_long", key)
        kept = self._readers[column.type](self, text)
        if kept is None:
            return text, Fault(UNREADABLE[key], key)
        if key == "student_id" and not self.rules.policy.institution.student_id.fits(kept):
            return kept, Fault("student_id_malformed", key)
        if key == "learner_ref":
            return kept, _fault_of_text(key, kept, column)
        return kept, None

    def _read_date(self, text: str) -> str | None:
        day = read_date(text, self._order)
        return day.isoformat() if day else None

    def _read_term(self, text: str) -> str | None:
        parts = [part for part in text.replace(",", ";").split(";") if part.strip()]
        terms = [self.rules.policy.calendar.term_named(part) for part in parts]
        if not terms and not parts:
            return None
        return "; ".join(t.label for t in terms if t) if all(terms) else None

    _readers: Mapping[str, Callable[[LineCheck, str], str | None]] = {
        "email": lambda _, text: read_email(text),
        "id": lambda _, text: read_id(text),
        "number": lambda _, text: read_number(text),
        "url": lambda _, text: read_url(text),
        "yesno": lambda self, text: read_answer(text, self.rules.yes, self.rules.no),
        "grade": lambda self, text: read_grade(text, self.rules.grades),
        "date": _read_date,
        "term": _read_term,
    }

    def _fill(self, line: CheckedLine) -> None:
        """Put in what the list has no column for and its block or the program says."""
        for key, text in self._elsewhere.items():
            if key not in self.keys or (key in {"term", "courses"} and not line.cells.get(key)):
                line.cells[key] = text
        other = ("hours", "result") if line.kind == CREDIT else ("courses", "credits", "grade")
        for key in other:
            if key not in self.keys or self.kind == HYBRID:
                line.cells.pop(key, None)
                line.faults[:] = [fault for fault in line.faults if fault.column != key]
        if line.kind == NONCREDIT and "term" not in self.keys:
            line.cells.pop("term", None)

    def _judge(self, line: CheckedLine) -> None:
        faulty = {fault.column for fault in line.faults}
        add = _Adder(line, faulty)
        self._judge_person(line, add)
        self._judge_work(line, add)
        if line.kind == CREDIT:
            self._judge_credit(line, add)
        else:
            self._judge_noncredit(line, add)
        self._judge_day(line, add)
        self._judge_consent(line, add)
        self._judge_record(line, add)

    def _judge_person(self, line: CheckedLine, add: _Adder) -> None:
        cells = line.cells
        first, last = cells.get("first_name"), cells.get("last_name")
        if not (last and (first or cells.get("display_name"))):
            add("name_missing", "first_name" if last else "last_name")
        if not cells.get("email"):
            add("email_missing", "email")
        if line.kind == CREDIT and not cells.get("student_id"):
            add("student_id_missing", "student_id")

    def _judge_work(self, line: CheckedLine, add: _Adder) -> None:
        """Whether the requirements are met; an assessment's result stands for them or they for it."""
        met, result = line.cells.get("requirements_met"), line.cells.get("result", "")
        if met == "N":
            add("requirements_not_met", "requirements_met")
        if not self._assessed:
            return  # whoever is on the list took part
        if "result" in self.keys and line.kind == NONCREDIT and (result or met != "Y"):
            if not self._passed(result) and met != "N":
                add("assessment_not_passed", "result")
        elif not met:
            if "result" in self.keys and self._passed(result):
                return
            add("requirements_unanswered", "requirements_met")

    def _passed(self, result: str) -> bool:
        word = result.casefold().rstrip(".!")
        if word in self.rules.passing:
            return True
        words = words_of(result)
        return bool(words) and words[0] in {"pass", "passed"} and "not" not in words

    def _judge_credit(self, line: CheckedLine, add: _Adder) -> None:
        cells, program, lists = line.cells, self.facts.program, self.rules.lists
        credits, grade = cells.get("credits", ""), cells.get("grade", "")
        if not credits and ("credits" in self.keys or (program and program.credits)):
            add("credits_missing", "credits")
        elif (
            program
            and program.credits
            and credits
            and "credits" not in add.faulty
            and Decimal(credits) != program.credits
        ):
            add("credits_differ_from_program", "credits")
        if not cells.get("courses") and "courses" in self.keys:
            add("courses_missing", "courses")
        if not cells.get("term") and "term" in self.keys:
            add("term_missing", "term")
        minimum = program.minimum_grade if program else None
        if not grade:
            if minimum or (program is None and "grade" in self.keys):
                add("grade_missing", "grade")
        elif "grade" not in add.faulty:
            reached = lists.grade_reaches(grade, minimum) if minimum else self._earns(grade)
            if reached is False:
                add("grade_below_minimum", "grade")

    def _earns(self, grade: str) -> bool:
        """Whether a grade earns credit at all."""
        lists = self.rules.lists
        return grade not in lists.no_grades and grade != lists.grades[-1]

    def _judge_noncredit(self, line: CheckedLine, add: _Adder) -> None:
        cells, program = line.cells, self.facts.program
        hours = cells.get("hours", "")
        if not hours:
            if "hours" in self.keys:
                add("hours_missing", "hours")
        elif (
            program
            and program.hours
            and "hours" not in add.faulty
            and Decimal(hours) < program.hours
        ):
            add("hours_below_program", "hours")
        if cells.get("paid") == "N":
            add("not_paid", "paid")

    def _judge_day(self, line: CheckedLine, add: _Adder) -> None:
        text = line.cells.get("completed_on", "")
        if not text:
            add("completion_date_missing", "completed_on")
        if not text or "completed_on" in add.faulty:
            return
        day, offering = date.fromisoformat(text), self.facts.offering
        if day > self.facts.today:
            add("completion_date_in_future", "completed_on")
        elif (offering.starts_on and day < offering.starts_on) or (
            offering.ends_on and day > offering.ends_on
        ):
            add("completion_date_outside_offering", "completed_on")
        if offering.mou_ended_on and day > offering.mou_ended_on:
            add("mou_expired", "completed_on")

    def _judge_consent(self, line: CheckedLine, add: _Adder) -> None:
        """Who opts out gets no badge, so no consent to one is missing."""
        known_as = {line.cells.get("student_id"), line.cells.get("email")} - {None, ""}
        if line.cells.get("opt_out") == "Y" or known_as & self.facts.record.unwilling:
            add("opted_out", "opt_out")
        if any(fault.code == "opted_out" for fault in line.faults):
            line.faults[:] = [f for f in line.faults if f.code != "consent_missing"]
        elif line.cells.get("consent") != "Y":
            add("consent_missing", "consent")

    def _judge_record(self, line: CheckedLine, add: _Adder) -> None:
        """What the university knows of the learner, where it has been loaded."""
        record, program = self.facts.record, self.facts.program
        known_as = {line.cells.get("student_id"), line.cells.get("email")} - {None, ""}
        if not known_as:
            return
        if record.roster is not None and not known_as & record.roster:
            add("not_enrolled", "student_id" if line.kind == CREDIT else "email")
        if known_as & record.awarded and not (program and program.repeatable):
            add("already_awarded", "email")
        if known_as & record.holds:
            add("directory_hold", "email")
        student_id = line.cells.get("student_id")
        if record.extract is not None and student_id and "student_id" not in add.faulty:
            family = record.extract.get(student_id)
            if family is None:
                add("student_id_unknown", "student_id")
            elif words_of(family) != words_of(line.cells.get("last_name", "")):
                add("name_differs_from_record", "last_name")

    def _sorted(self, line: CheckedLine) -> CheckedLine:
        if self.facts.program and self.facts.program.kind not in {None, HYBRID, line.kind}:
            line.faults.append(Fault("wrong_kind_for_program", "cohort"))
        return sort_faults(line, self.rules)


class _Adder:
    """Adds a fault to a line unless the same column already has the more specific one."""

    def __init__(self, line: CheckedLine, faulty: set[str]) -> None:
        self.line, self.faulty = line, faulty

    def __call__(self, code: str, column: str) -> None:
        told = any(fault.code == code for fault in self.line.faults)
        vaguer = column in self.faulty and code.endswith(("_missing", "_unanswered"))
        if not told and not vaguer:
            self.line.faults.append(Fault(code, column))


def sort_faults(line: CheckedLine, rules: ListRules) -> CheckedLine:
    """Divide a line's faults into errors and warnings, as the policy says."""
    codes = dict.fromkeys(fault.code for fault in line.faults)
    line.errors = [code for code in codes if rules.lists.blocks(code)]
    line.warnings = [code for code in codes if not rules.lists.blocks(code)]
    return line


def _fault_of_text(key: str, text: str, column: Column) -> Fault | None:
    if len(text) > column.max_length:
        return Fault("text_too_long", key)
    return Fault("text_looks_like_formula", key) if looks_like_formula(text) else None


def _number(number: Decimal | None) -> str:
    return format(number.normalize(), "f") if number is not None else ""


__all__ = ["CheckedLine", "Fault", "LineCheck", "sort_faults", "tidy"]
