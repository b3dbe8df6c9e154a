"""Answers to a form in plain words: as pages show them, and as documents print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import assignments
from bitterroot.policy import Field, Form, Policy
from bitterroot.record import clock
from bitterroot.record.in_words import day, dollars

MOST_STAFF = 2000  # to choose from
SLUG = re.compile(r"[a-z0-9-]{1,80}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Names:
    """What stands behind keys: units, terms and people, read once for a page."""

    units: dict[str, str] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    over: frozenset[str] = frozenset()  # terms that nobody can begin in any more

    def of(self, type_: str) -> dict[str, str]:
        """Keys and names for a type of field."""
        return {"unit": self.units, "units": self.units, "term": self.terms}.get(type_, self.people)


def names_for(policy: Policy, *shown: Mapping[str, Any], past_terms: bool = False) -> Names:
    """Names of all units, terms and staff, to choose from; or of those that are `shown` alone.

    Terms that have ended are not offered, unless `past_terms`; one that was chosen stays.

    Two queries. Give the answers wherever they are only shown: there are thousands of staff.
    """
    units = Unit.objects.order_by("name")
    people = Person.objects.order_by("display_name")
    if shown:
        keys = set(_texts(shown))
        units = units.filter(pk__in=[key for key in keys if SLUG.fullmatch(key)])
        people = people.filter(pk__in=[key for key in keys if ID.fullmatch(key)])
    else:
        people = people.filter(pk__in=assignments().values("person"))[:MOST_STAFF]
    return Names(
        dict(units.values_list("key", "name")),
        {term.key: term.label for term in policy.calendar.terms},
        {str(pk): name for pk, name in people.values_list("pk", "display_name")},
        frozenset() if past_terms else _over(policy),
    )


def _over(policy: Policy) -> frozenset[str]:
    today = clock.today()
    return frozenset(term.key for term in policy.calendar.terms if term.finals_end < today)


def _texts(value: Any) -> Iterator[str]:
    """Every short text within answers: what may be a key."""
    if isinstance(value, str):
        if len(value) <= 80:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def shown(field_: Field, value: Any, names: Names) -> str:
    """The answer in plain words, keys of people, units and terms as their names."""
    if field_.type in ("unit", "units", "term", "person", "people") and value:
        known = names.of(field_.type)
        keys = value if isinstance(value, list) else [value]
        return ", ".join(known.get(str(key), str(key)) for key in keys)
    if field_.type == "attest" and value:
        return "Yes" if value is True else f"Yes, version {value}"
    if field_.type == "money" and value:
        return dollars(field_.show(value))
    if field_.type == "date" and value:
        with suppress(ValueError):  # what is no date is shown as it was typed
            return day(value)
    return field_.show(value)


class Grid(str):
    """Answers in rows: a table with a heading for each column, and the same as lines of text.

    The text serves where no table is drawn, such as the PDF of a packet.
    """

    __slots__ = ("headings", "lines")
    headings: list[str]
    lines: list[list[str]]

    def __new__(cls, headings: list[str], lines: list[list[str]]) -> Grid:
        pairs = [[f"{h}: {v}" for h, v in zip(headings, line, strict=True) if v] for line in lines]
        grid = super().__new__(cls, "\n".join(" · ".join(line) for line in pairs))
        grid.headings, grid.lines = headings, lines
        return grid

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each row as its answers, each with the heading of its column."""
        return [list(zip(self.headings, line, strict=True)) for line in self.lines]


def told(field_: Field, value: Any, names: Names) -> str:
    """The answer as `shown`, but rows as a `Grid` of the columns that some row answers."""
    if field_.type != "rows" or not isinstance(value, list):
        return shown(field_, value, names)
    used = [c for c in field_.columns if any(row.get(c.key) not in (None, "", []) for row in value)]
    lines = [[shown(column, row.get(column.key), names) for column in used] for row in value]
    return Grid([column.label for column in used], lines)


def answers(
    form: Form, values: dict[str, Any], names: Names
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections with their answered questions, in plain words."""
    sections = [
        (
            section.title,
            [
                (f.label, told(f, values[f.key], names))
                for f in section.fields
                if values.get(f.key) not in (None, "", []) and f.type not in ("files", "computed")
            ],
        )
        for section in form.sections
    ]
    return [pair for pair in sections if pair[1]]
