"""Lists that leave the house: a checked list with its verdicts, and a vendor's bulk file.

A spreadsheet computes text that begins like a formula. In workbooks every text is written as
text; in CSV, which cannot say so, such text gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.checks.lines import CheckedLine
from bitterroot.learning.checks.text import looks_like_formula

A_PIECE = 200  # rows of a CSV file that are written at once
CREDLY_COLUMNS = (
    "Badge Template ID",
    "Recipient Email",
    "First Name",
    "Last Name",
    "Issued at",
    "Expires at",
    "Issuer Earner ID",
    "Country",
    "State or Province",
    "Evidence Name",
    "Evidence URL",
    "Locale",
)


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One line as it leaves: its number, its cells, its state in words, its fault codes."""

    number: int
    cells: Mapping[str, str]
    state: str
    codes: Sequence[str]


def verdict_rows(lines: Iterable[CheckedLine]) -> list[VerdictRow]:
    """The rows of an export from a check that has just been made."""
    return [
        VerdictRow(
            line.number,
            line.cells,
            "To be mended" if line.errors else "Acknowledge" if line.warnings else "In order",
            line.codes,
        )
        for line in lines
    ]


def verdict_table(kind: str, lines: Iterable[VerdictRow], rules: ListRules) -> list[list[str]]:
    """Headings and rows: number, verdict, what is wrong, what to do, then the list's columns."""
    lines = list(lines)
    return list(verdict_lines(used_columns(kind, (e.cells for e in lines), rules), lines, rules))


def used_columns(kind: str, cells: Iterable[Mapping[str, str]], rules: ListRules) -> dict[str, str]:
    """Those columns of a kind of list in which a line says something, with their headings."""
    used = {key for each in cells for key, text in each.items() if text}
    return {key: c.label for key, c in rules.columns(kind).items() if key in used}


def verdict_lines(
    columns: Mapping[str, str], lines: Iterable[VerdictRow], rules: ListRules
) -> Iterator[list[str]]:
    """The rows of `verdict_table` one by one, of a list with these columns."""
    yield ["Row", "Verdict", "What is wrong", "What to do", *columns.values()]
    for line in lines:
        faults = [rules.lists.faults[code] for code in line.codes]
        yield [
            str(line.number),
            line.state,
            " ".join(f"{fault.title}." for fault in faults),
            " ".join(fault.remedy for fault in faults),
            *(line.cells.get(key, "") for key in columns),
        ]


def to_csv(table: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV that Excel opens with every letter right, and computes nothing of."""
    return b"".join(csv_pieces(table))


def csv_pieces(table: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The bytes of `to_csv` in pieces of so many rows, each made when it is asked for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write("\ufeff")
    for n, row in enumerate(table, start=1):
        writer.writerow([_harmless(text) for text in row])
        if n % A_PIECE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if looks_like_formula(text.lstrip()) else text


def to_workbook(table: Iterable[Sequence[str]], name: str = "List") -> bytes:
    """A table as a workbook in which every cell is text."""
    import xlsxwriter  # here, so that a process starts without it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#e7e3d8"})
    for at, row in enumerate(table):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, bold if at == 0 else None)
    sheet.freeze_panes(1, 2)
    sheet.autofit()
    book.close()
    return out.getvalue()


def credly_table(
    template_id: str, lines: Iterable[Mapping[str, str]], *, locale: str = "en"
) -> list[list[str]]:
    """Lines as Credly's bulk upload wants them; days as 2026-11-13, blank where nothing is known."""
    return [
        list(CREDLY_COLUMNS),
        *(
            [
                template_id,
                cells.get("email", ""),
                cells.get("first_name", ""),
                cells.get("last_name", ""),
                cells.get("completed_on", ""),
                cells.get("expires_on", ""),
                cells.get("learner_ref") or cells.get("student_id", ""),
                cells.get("country", ""),
                cells.get("state", ""),
                cells.get("evidence_title", ""),
                cells.get("evidence_url", ""),
                locale,
            ]
            for cells in lines
        ),
    ]
