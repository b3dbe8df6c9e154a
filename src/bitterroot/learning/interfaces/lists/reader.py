"""Reading an uploaded tracking list, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.checks.reading import ListUnreadable, SheetReading
from bitterroot.learning.checks.table import (
    LOOK_AT_ROWS,
    Row,
    Table,
    cell_text,
    find_table,
    learners,
    read_block,
)
from bitterroot.learning.interfaces.lists import plain_text
from bitterroot.learning.interfaces.lists.kinds_of_file import Sizes, kind_of_file
from bitterroot.learning.interfaces.lists.workbook import Sheet, sheets_of

_SPARE_ROWS = 200
"""Rows read beyond the limit of learners: the block above, totals and remarks below."""

_TEMPLATE = "Download the template, or name the columns as it does."


def read_list(data: bytes, filename: str, *, rules: ListRules) -> SheetReading:
    """The first table of learners in a file, by what the file holds; `filename` is only named.

    Reads XLSX, XLS, ODS and delimited text. Raises ListUnreadable, with what to do, for a file
    that is empty, damaged, locked, something else, too large, too long, or without the headings
    of a list. Nothing is judged here: see `checks.check_list`.
    """
    limits = rules.lists.limits
    kind = kind_of_file(data, Sizes(limits.file_bytes, limits.unpacked_bytes))
    if kind == "text":
        return _read_text(data, rules)
    passed_over: list[tuple[str, Table]] = []
    with sheets_of(data, kind, rows=limits.rows + _SPARE_ROWS, columns=limits.columns) as sheets:
        for sheet in sheets:
            table = find_table(sheet.rows, rules)
            if table.at >= 0:
                return _reading(kind, sheet, table, rules, [name for name, _ in passed_over])
            if sheet.rows:
                passed_over.append((sheet.name, table))
    if not passed_over:
        raise ListUnreadable("The workbook is empty.", "Choose the file that holds your list.")
    raise _no_table([table for _, table in passed_over])


def _read_text(data: bytes, rules: ListRules) -> SheetReading:
    text, encoding = plain_text.decode(data)
    text, declared = plain_text.declared_delimiter(text)
    if not text.strip():
        raise ListUnreadable("The file is empty.", "Choose the file that holds your list.")
    most = rules.lists.limits.rows + _SPARE_ROWS
    tables = []
    for delimiter in (declared,) if declared else plain_text.DELIMITERS:
        if delimiter in text[:200_000]:
            head = list(plain_text.rows_of(text, delimiter, most=LOOK_AT_ROWS))
            tables.append((find_table(head, rules), delimiter))
    found = [(table, delimiter) for table, delimiter in tables if table.at >= 0]
    if not found:
        raise _no_table([table for table, _ in tables])
    table, delimiter = max(found, key=lambda each: sum(bool(h.key) for h in each[0].headings))
    rows = list(plain_text.rows_of(text, delimiter, most=most + 1))
    sheet = Sheet("", rows[:most], more=len(rows) - len(rows[:most]), wide=len(rows[table.at][1]))
    reading = _reading("text", sheet, table, rules, [], encoding, delimiter)
    _refuse_swallowed(reading, rules)
    return reading


def _reading(
    source: str,
    sheet: Sheet,
    table: Table,
    rules: ListRules,
    passed_over: Sequence[str],
    encoding: str = "",
    delimiter: str = "",
) -> SheetReading:
    limits = rules.lists.limits
    if sheet.wide > limits.columns * 10:
        raise ListUnreadable(
            f"The sheet has {sheet.wide:,} columns; a list has at most {limits.columns}.",
            "Remove what stands far to the right of the list.",
        )
    title, block = read_block(sheet.rows[: table.at], rules)
    kept, skipped = learners(sheet.rows[table.at + 1 :], table.headings, rules)
    if sheet.more or len(kept) > limits.rows:
        about = f"{len(kept) + sheet.more:,}" if source != "text" else f"more than {limits.rows:,}"
        raise ListUnreadable(
            f"The list has {about} rows; at most {limits.rows:,} are read at once.",
            "Split it and upload the parts one after another.",
        )
    if not kept:
        raise ListUnreadable(
            "The list has headings but no learners.", "Fill in one row for each learner."
        )
    return SheetReading(
        source=source,
        sheet=sheet.name,
        headings=table.headings,
        rows=tuple(kept),
        heading_row=sheet.rows[table.at][0],
        title=title,
        block=block,
        skipped=tuple(skipped),
        sheets_not_read=tuple(passed_over),
        encoding=encoding,
        delimiter=delimiter,
    )


def _no_table(tables: Sequence[Table]) -> ListUnreadable:
    best = max((table.best for table in tables), key=len, default=())
    found = ", ".join(f"“{text}”" for text in best[:12])
    return ListUnreadable(
        "No headings of a tracking list were found"
        + (f"; the nearest row says {found}." if found else "."),
        "A list needs at least last name, first name, e-mail and completion date. " + _TEMPLATE,
    )


def _refuse_swallowed(reading: SheetReading, rules: ListRules) -> None:
    """Refuse text in which an unclosed quotation mark has eaten rows into one cell."""
    for number, cells in reading.rows:
        for cell in cells:
            if isinstance(cell, str) and cell.count("\n") > 30 and reading.delimiter in cell:
                raise ListUnreadable(
                    f"A quotation mark in line {number} is never closed: "
                    f"“{cell_text(cell)[:60]}…”.",
                    "Remove it, or save the list as .xlsx and upload that.",
                )


__all__ = ["ListUnreadable", "Row", "read_list"]
