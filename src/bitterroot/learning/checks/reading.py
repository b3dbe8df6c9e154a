"""A list as it was read: the heading block, the headings, the rows, and nothing judged yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bitterroot.learning.checks.headings import Heading

Cell = Any
"""str, float, int, bool or None, as a spreadsheet has them; days are ISO text."""


class ListUnreadable(Exception):
    """A file that is no list, or none that may be read. Nothing was taken from it.

    `message` says what is wrong, `hint` what to do about it; both are for the person who
    uploaded the file, who may be shown them as they are.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row inside or below the table that is no learner, and what it said."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One table of learners with what stands above it.

    `source` is xlsx, xls, ods or text; `encoding` and `delimiter` are of text. `block` holds the
    lines above the table by the policy's key (program, term, …), tidied. `rows` are pairs of the
    row's number in the sheet (from 1) and its cells; blank rows, repeated headings and rows of
    totals are not among them.
    """

    source: str
    sheet: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[int, list[Cell]], ...]
    heading_row: int
    title: str = ""
    block: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[SkippedRow, ...] = ()
    sheets_not_read: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""

    @property
    def keys(self) -> dict[str, int]:
        """Where each recognized column stands, by its key."""
        return {h.key: h.at for h in self.headings if h.key}

    @property
    def ignored(self) -> list[str]:
        """Headings that were not recognized; their columns are left out."""
        return [h.text for h in self.headings if not h.key]
