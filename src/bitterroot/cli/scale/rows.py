"""Rows of the demo as patterns: what of each changes when it is written once more.

A pattern keeps a row ready for the database with the places that hold an id. Ids of 128 bits are
exchanged wherever they stand, also within text and JSON; whole numbers move by a fixed step.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from bitterroot.record.bulk import write_columns

IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Model = type[models.Model]
Change = Callable[[Any, "Copy"], Any]


@dataclass(slots=True)
class Copy:
    """What one more copy puts in place of what stands in the pattern."""

    n: int  # no other copy has this number
    campus: int
    ids: Mapping[str, UUID]  # id as text -> new id
    bodies: Mapping[str, str]  # key of a body -> that of the campus
    back: timedelta  # so much earlier everything was that is over

    def text(self, text: str) -> str:
        """The text with every id exchanged that is copied too."""
        return IDS.sub(self._swap, text)

    def _swap(self, found: re.Match[str]) -> str:
        new = self.ids.get(found[0])
        return str(new) if new is not None else found[0]

    def id(self, old: UUID) -> Any:
        """The new id as the driver takes it."""
        new = self.ids.get(str(old), old)
        return new if connection.vendor == "postgresql" else new.hex


@dataclass(slots=True)
class Pattern:
    """One table's rows, ready to be written again and again."""

    model: Model
    rows: list[tuple[list[Any], list[tuple[int, Change, Any]]]] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        return [str(f.column) for f in self.model._meta.local_concrete_fields]

    def written(self, copy: Copy) -> Iterator[list[Any]]:
        """The rows of one copy."""
        for fixed, changes in self.rows:
            row = fixed.copy()
            for place, change, value in changes:
                row[place] = change(value, copy)
            yield row

    def write(self, copies: list[Copy]) -> int:
        """Write the rows of these copies; how many."""
        rows = [row for copy in copies for row in self.written(copy)]
        if rows:
            write_columns(self.model, self.columns, rows)
        return len(rows)


class Patterns:
    """Makes patterns of rows. `own` says, field by field, what changes beyond the ids."""

    def __init__(self, kept: set[Model], own: Mapping[tuple[Model, str], Change]) -> None:
        self.kept, self.own = kept, own
        self._sizes: dict[Model, int] = {}

    def step(self, model: Model) -> int:
        """By how much whole-number ids of the model move with each copy."""
        if model not in self._sizes:
            top = model._base_manager.aggregate(top=models.Max("pk"))["top"]
            self._sizes[model] = int(top or 0) + 1
        return self._sizes[model]

    def add(self, pattern: Pattern, row: models.Model, *, over: bool = False) -> None:
        """Add a row; of one that belongs to something that is `over` the days change too."""
        fixed: list[Any] = []
        changes: list[tuple[int, Change, Any]] = []
        for place, each in enumerate(pattern.model._meta.local_concrete_fields):
            value = getattr(row, each.attname)
            change = None if value is None else self._change(pattern.model, each, value, over)
            if isinstance(each, models.JSONField) and value is not None:
                value = orjson.dumps(value).decode()
            if change is not None:
                changes.append((place, change, value))
            elif isinstance(each, models.JSONField):
                pass
            else:
                value = each.get_db_prep_save(value, connection)
            fixed.append(value)
        pattern.rows.append((fixed, changes))

    def _change(self, model: Model, each: Any, value: Any, over: bool) -> Change | None:
        own = self.own.get((model, each.name)) or self.own.get((models.Model, each.name))
        if own is not None:
            return own
        target = each
        while isinstance(target, models.ForeignKey):
            target = target.target_field
        if isinstance(target, models.UUIDField):
            return _exchanged
        if isinstance(target, models.AutoField):
            if each is not target and target.model in self.kept:
                return None
            return _moved(self.step(target.model))
        if isinstance(each, models.DateField):
            return _earlier(each) if over else None
        if isinstance(each, models.JSONField):
            return _in_text if IDS.search(orjson.dumps(value).decode()) else None
        if isinstance(each, models.CharField | models.TextField):
            return self._of_text(each, value)
        return None

    @staticmethod
    def _of_text(each: Any, value: str) -> Change | None:
        if IDS.search(value):
            return _in_text
        return _marked(each) if each.unique and not each.is_relation else None


def _exchanged(value: UUID, copy: Copy) -> Any:
    return copy.id(value)


def _in_text(value: str, copy: Copy) -> str:
    return copy.text(value)


def _moved(step: int) -> Change:
    return lambda value, copy: value + copy.n * step


def _marked(each: Any) -> Change:
    """A text that must be the only one of its kind: marked with the number of the copy."""
    if isinstance(each, models.EmailField):
        return lambda value, copy: f"c{copy.n}.{value}"
    return lambda value, copy: f"{value[: each.max_length - 7]}-{copy.n}"


def _earlier(each: Any) -> Change:
    def change(value: date | datetime, copy: Copy) -> Any:
        return each.get_db_prep_save(value - copy.back, connection)

    return change


def titled(value: str, copy: Copy) -> str:
    """A title that tells the copy."""
    return f"{value[:190]} ({copy.n})" if value else value


def reset_sequences(touched: list[Model]) -> None:
    """Let the database count on after the ids that were written by hand."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), touched):
            cursor.execute(line)
