"""Whether a list, and each of its lines, is for credit: told by what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bitterroot.learning.checks.facts import CREDIT, HYBRID, NONCREDIT, ListRules, ProgramFacts
from bitterroot.learning.checks.text import words_of
from bitterroot.learning.checks.values import read_answer
from bitterroot.policy import heading_key

_CREDIT_SIGNS = ("grade", "credits", "courses")
_NONCREDIT_SIGNS = ("hours", "result", "paid", "organization", "learner_ref")


def kind_of_line(cells: Mapping[str, str], rules: ListRules) -> str | None:
    """The kind that a line says it is, or shows by what is filled in; None where it does not."""
    said = cells.get("cohort", "")
    if said:
        return _kind_of_words(said, rules)
    credit = any(cells.get(key) for key in ("grade", "credits"))
    noncredit = any(cells.get(key) for key in ("hours", "result"))
    if credit != noncredit:
        return CREDIT if credit else NONCREDIT
    return None


def _kind_of_words(said: str, rules: ListRules) -> str | None:
    key = heading_key(said)
    if key in {heading_key(word) for word in rules.lists.noncredit_words}:
        return NONCREDIT
    if key in {heading_key(word) for word in rules.lists.credit_words}:
        return CREDIT
    if answer := read_answer(said, rules.yes, rules.no):
        return CREDIT if answer == "Y" else NONCREDIT
    return kind_of_title(said)


def kind_of_title(title: str) -> str | None:
    """The kind that a title names: `Hybrid Tracking List`, `Non-Credit …`, `Credit-Bearing …`."""
    words = words_of(title)
    text = " ".join(words)
    if "hybrid" in words:
        return HYBRID
    if any(each in text for each in ("non credit", "noncredit", "not for credit", "no credit")):
        return NONCREDIT
    return CREDIT if "credit" in words else None


def kind_of_list(
    title: str,
    keys: Sequence[str],
    lines: Sequence[Mapping[str, str]],
    program: ProgramFacts | None,
    rules: ListRules,
) -> str:
    """The kind of a whole list.

    A column that says it of each line decides; then the title; then which columns there are;
    where they are of both kinds, the lines; where nothing tells, the program.
    """
    titled = kind_of_title(title)
    if "cohort" in keys:
        kinds = {kind_of_line(cells, rules) for cells in lines}
        if titled == HYBRID or len(kinds) != 1 or None in kinds:
            return HYBRID
        return next(iter(kinds)) or HYBRID
    if titled in {CREDIT, NONCREDIT}:
        return titled
    credit = any(key in keys for key in _CREDIT_SIGNS)
    noncredit = any(key in keys for key in _NONCREDIT_SIGNS)
    if credit and noncredit:
        kinds = {kind_of_line(cells, rules) for cells in lines} - {None}
        if titled == HYBRID or len(kinds) != 1:
            return HYBRID
        return next(iter(kinds)) or HYBRID
    if titled == HYBRID:
        return HYBRID
    if credit != noncredit:
        return CREDIT if credit else NONCREDIT
    if program and program.kind in {CREDIT, NONCREDIT}:
        return program.kind
    return CREDIT if "student_id" in keys else NONCREDIT
