"""Two versions of an answer that is made of rows: which were added, taken away, changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bitterroot.policy.models.forms import Field
from bitterroot.web.ui.policy_forms import Names, shown

Row = Mapping[str, Any]
ALIKE = 0.6  # from here on two first cells are the same one, reworded


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs; `old` or `new` is empty where it was added or taken away."""

    kind: str  # "Row added", "Row removed", "Row changed", "Order changed"
    old: str
    new: str

    @property
    def tone(self) -> str:
        return {"Row added": "good", "Row removed": "bad"}.get(self.kind, "info")


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows that differ, as the newer version has them in order, and how many do not."""

    changes: tuple[RowChange, ...]
    same: int


def compared(field: Field, before: Any, after: Any, names: Names) -> Compared:
    """Rows are the same wherever they stand; of the others those that are alike make a pair."""
    old, new = list(before or ()), list(after or ())
    kept = [row for row in new if _take(old, row)]
    left = list(new)
    for row in kept:
        _take(left, row)
    pairs = _pairs(field, old, left)
    changes = [_change(field, pairs.get(n), row, names) for n, row in enumerate(left)]
    paired = [id(row) for row in pairs.values()]
    changes += [
        RowChange("Row removed", _whole(field, row, names), "")
        for row in old
        if id(row) not in paired
    ]
    if not changes and list(before or ()) != new:
        changes = [RowChange("Order changed", *(_first_cells(field, x) for x in (before, after)))]
    return Compared(tuple(changes), len(kept))


def _take(rows: list[Row], wanted: Row) -> bool:
    """Remove one row that says the same, and tell whether there was one."""
    for number, row in enumerate(rows):
        if row == wanted:
            del rows[number]
            return True
    return False


def _pairs(field: Field, old: Sequence[Row], new: Sequence[Row]) -> dict[int, Row]:
    """For a new row, by its number, the old one that it is a changed version of; best pairs first."""
    scored = sorted(
        (
            (-_likeness(field, a, b), abs(m - n), m, n)
            for m, a in enumerate(old)
            for n, b in enumerate(new)
        ),
    )
    found: dict[int, Row] = {}
    taken: set[int] = set()
    for score, _, m, n in scored:
        if score < 0 and m not in taken and n not in found:
            taken.add(m)
            found[n] = old[m]
    return found


def _likeness(field: Field, a: Row, b: Row) -> float:
    """0 for rows of two things; more the more they have in common."""
    keys = [column.key for column in field.columns]
    name = _name(field, a, b).key
    first = SequenceMatcher(None, str(a.get(name) or ""), str(b.get(name) or "")).ratio()
    equal = sum(a.get(key) == b.get(key) for key in keys) / len(keys)
    return first + equal if first >= ALIKE or equal > 0.5 else 0


def _change(field: Field, old: Row | None, new: Row, names: Names) -> RowChange:
    if old is None:
        return RowChange("Row added", "", _whole(field, new, names))
    differ = [c.key for c in field.columns if old.get(c.key) != new.get(c.key)]
    name, only = _name(field, old, new), set(differ)
    return RowChange("Row changed", *(_whole(field, row, names, name, only) for row in (old, new)))


def _name(field: Field, *rows: Row) -> Field:
    """The column that tells rows apart: the first that one of them answers."""
    said = (c for c in field.columns if any(row.get(c.key) not in (None, "") for row in rows))
    return next(said, field.columns[0])


def _whole(
    field: Field,
    row: Row,
    names: Names,
    name: Field | None = None,
    only: set[str] | None = None,
) -> str:
    """A row in words: the cell that names it, then each other (or `only` those) with its label."""
    name = name or _name(field, row)
    cells = [shown(name, row.get(name.key), names)]
    for column in field.columns:
        if column == name:
            continue
        text = shown(column, row.get(column.key), names)
        if (only is None and text) or (only is not None and column.key in only):
            cells.append(f"{column.label}: {text or 'nothing'}")
    return "\n".join(cell for cell in cells if cell)


def _first_cells(field: Field, rows: Any) -> str:
    return "\n".join(str(row.get(_name(field, row).key) or "") for row in rows)
