"""Tracking lists: their columns and headings, and how each fault is judged."""

import re
import unicodedata
from functools import cached_property
from typing import Literal

from pydantic import Field as Attr

from bitterroot.policy.models.base import ByKey, Keyed, Ordered, Part

ColumnType = Literal[
    "text", "name", "id", "email", "term", "grade", "number", "date", "yesno", "url"
]
Severity = Literal["error", "warning"]


class Column(Keyed):
    """A column of a list. `headings` are the wordings that are known for it, in any case.

    `from_elsewhere` says where the value comes from when the list lacks the column:
    its heading block, the program, or another column (named `column:KEY`).
    """

    label: str
    type: ColumnType
    help: str = ""
    required: bool = False
    headings: tuple[str, ...] = ()
    from_elsewhere: str | None = None
    example: str = ""
    max_length: int = Attr(default=200, ge=1)


class HeadingLine(Keyed):
    """A line of the heading block above the table, such as `Term: Fall 2026`."""

    label: str
    headings: tuple[str, ...] = ()


class ListKind(Keyed):
    """One kind of list."""

    title: str
    sentence: str
    form: str
    heading_block: Ordered[HeadingLine] = ()
    columns: Ordered[Column]

    @cached_property
    def column(self) -> dict[str, Column]:
        """Columns by key, in order."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_heading(self) -> dict[str, str]:
        """Column key by tidied heading; ask it with `heading_key(text)`."""
        known: dict[str, str] = {}
        for column in self.columns:
            for heading in (column.label, column.key, *column.headings):
                known.setdefault(heading_key(heading), column.key)
        return known


class ListFault(Keyed):
    """A fault that a line may have: whether it blocks, what is wrong and what to do."""

    severity: Severity
    title: str
    wrong: str
    remedy: str


class ListLimits(Part):
    """What a list may be at most; bytes as uploaded and as unpacked."""

    rows: int
    columns: int
    file_bytes: int
    unpacked_bytes: int
    cell_characters: int


class ListPolicy(Part):
    """Everything that checking a list needs to know and that institutions differ in.

    `passing_results`: words that mean that the assessment was passed. `grades`: best
    first, the last one failing; `pass_grades` pass without points; `no_grades` never pass.
    `yes`, `no`, `credit_words` and `noncredit_words`: words for them, lower case. `cohort` is
    the column by which a hybrid list says to which kind each line belongs.
    """

    kinds: ByKey[ListKind]
    faults: ByKey[ListFault]
    cohort: Column
    credit_words: tuple[str, ...]
    noncredit_words: tuple[str, ...]
    limits: ListLimits
    grades: tuple[str, ...]
    pass_grades: tuple[str, ...] = ()
    no_grades: tuple[str, ...] = ()
    passing_results: tuple[str, ...]
    failing_results: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    footer_words: tuple[str, ...] = ()

    def severity(self, code: str) -> Severity:
        """Whether a fault blocks its line; KeyError for a code that the policy lacks."""
        return self.faults[code].severity

    def blocks(self, code: str) -> bool:
        return self.severity(code) == "error"

    def grade_reaches(self, grade: str, minimum: str) -> bool | None:
        """Whether a grade is at least the minimum; None where either is not on the scale.

        A pass without points reaches only a minimum of a pass.
        """
        ranks = {name: rank for rank, name in enumerate(self.grades)}
        known = {*ranks, *self.pass_grades, *self.no_grades}
        if grade not in known or minimum not in known:
            return None
        if grade in self.no_grades:
            return False
        if minimum in self.pass_grades:
            return grade in self.pass_grades or ranks[grade] < len(self.grades) - 1
        return grade in ranks and ranks[grade] <= ranks[minimum]


_NOT_WORD = re.compile(r"[\W_]+")


def heading_key(text: str) -> str:
    """A heading without case, accents, punctuation and spaces, for looking it up.

    What stands in parentheses is left out; `#` reads as "number".
    """
    bare = re.sub(r"\([^)]*\)", " ", text).replace("#", " number ").replace("?", " ")
    folded = unicodedata.normalize("NFKD", bare).casefold()
    return _NOT_WORD.sub("", "".join(c for c in folded if not unicodedata.combining(c)))
