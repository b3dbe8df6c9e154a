"""Finding the table in a sheet: the row of headings, the block above it, the rows of learners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.checks.headings import Heading, recognize
from bitterroot.learning.checks.reading import Cell, SkippedRow
from bitterroot.learning.checks.text import is_blank, tidy, words_of
from bitterroot.policy import heading_key

Row = tuple[int, list[Cell]]

LOOK_AT_ROWS = 60
"""The headings stand within this many rows that hold something."""

ENOUGH_HEADINGS = 3
_NAMES = frozenset({"last_name", "first_name", "full_name", "student_id", "email"})


@dataclass(frozen=True, slots=True)
class Table:
    """What `find_table` found; `best` is the row that came nearest where it found none."""

    headings: tuple[Heading, ...] = ()
    at: int = -1
    best: tuple[str, ...] = ()


def cell_text(cell: Cell) -> str:
    """A cell's words: whole numbers without `.0`, answers as TRUE and FALSE, text tidied."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def find_table(rows: Sequence[Row], rules: ListRules) -> Table:
    """The row of headings among the first rows: the one of which most are recognized.

    A row counts with three columns or more that are known, one of them telling who the learner
    is, and more of its cells known than not are wanted of rivals further down.
    """
    best = Table()
    most = 0
    nearest: tuple[int, tuple[str, ...]] = (0, ())
    for at, (_, cells) in enumerate(rows[:LOOK_AT_ROWS]):
        texts = [cell_text(cell) if isinstance(cell, str) else "" for cell in cells]
        filled = tuple(text for text in texts if text)
        if len(filled) < 2 or any(len(text) > 150 for text in filled):
            continue
        headings = recognize(texts, rules)
        keys = {heading.key for heading in headings if heading.key}
        nearest = max(nearest, (len(keys) * 10 + len(filled), filled), key=lambda each: each[0])
        if len(keys) >= ENOUGH_HEADINGS and keys & _NAMES and len(keys) > most:
            most, best = len(keys), Table(tuple(headings), at)
    return best if most else Table(best=nearest[1])


def read_block(rows: Sequence[Row], rules: ListRules) -> tuple[str, dict[str, str]]:
    """The title and the labelled lines above a table.

    A line is a label with its value in the next filled cell, or both in one cell around a colon.
    """
    labels = {
        heading_key(wording): line.key
        for kind in rules.lists.kinds.values()
        for line in kind.heading_block
        for wording in (line.label, line.key, *line.headings)
    }
    title = ""
    block: dict[str, str] = {}
    for _, cells in rows:
        texts = [text for text in map(cell_text, cells) if text]
        if texts and ":" in texts[0]:
            label, _, value = texts[0].partition(":")
            texts = [label, *([value.strip()] if value.strip() else []), *texts[1:]]
        if not texts:
            continue
        key = labels.get(heading_key(texts[0]))
        if key and len(texts) > 1:
            block.setdefault(key, texts[1])
        elif not title and not key:
            title = " ".join(texts)
    if "term" not in block and "session" in block:
        block["term"] = block["session"]
    return title, block


def learners(
    rows: Sequence[Row], headings: Sequence[Heading], rules: ListRules
) -> tuple[list[Row], list[SkippedRow]]:
    """The rows below the headings that are learners, and those that are something else."""
    kept: list[Row] = []
    skipped: list[SkippedRow] = []
    repeated = [heading_key(heading.text) for heading in headings]
    known = [heading.at for heading in headings if heading.key]
    for number, cells in rows:
        filled = [text for text in map(_short_text, cells) if text]
        if not filled:
            continue
        if _is_footer(filled, rules) or (
            len(filled) == len(repeated) and [heading_key(text) for text in filled] == repeated
        ):
            skipped.append(SkippedRow(number, " · ".join(filled)[:200]))
        elif any(at < len(cells) and _short_text(cells[at]) for at in known):
            kept.append((number, cells))
        else:
            skipped.append(SkippedRow(number, " · ".join(filled)[:200]))
    while kept and _is_remark(kept[-1], kept):
        number, cells = kept.pop()
        skipped.append(SkippedRow(number, " · ".join(filter(None, map(cell_text, cells)))[:200]))
    return kept, skipped


def _short_text(cell: Cell) -> str:
    """Enough of a cell to see whether it says anything."""
    if isinstance(cell, str):
        return cell if cell.isascii() and cell.isalnum() else tidy(cell[:400])
    return cell_text(cell)


def _is_footer(filled: Sequence[str], rules: ListRules) -> bool:
    """Whether a row sums up: few cells, one of which is such as `Total`, and no address."""
    if len(filled) > 6 or any("@" in text for text in filled):
        return False
    words = {tuple(words_of(word)) for word in rules.lists.footer_words}
    for text in filled:
        found = words_of(text)
        if found and found[0] in {"grand", "sub"}:
            found = found[1:]
        if tuple(found) in words:
            return True
        if found and (found[0],) in words and any(word.isdigit() for word in found):
            return True
    return False


def _is_remark(row: Row, kept: Sequence[Row]) -> bool:
    """Whether a last row is a remark below the table: one filled cell, set off or long."""
    filled = [text for text in map(cell_text, row[1]) if text and not is_blank(text)]
    if len(filled) != 1 or "@" in filled[0]:
        return False
    set_off = len(kept) > 1 and row[0] > kept[-2][0] + 1
    return set_off or len(filled[0].split()) > 3
