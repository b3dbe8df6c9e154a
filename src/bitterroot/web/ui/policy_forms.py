"""Fields of a policy form on a page: how each is shown, and how what was sent is read back.

Each field that is on the page sends its key as `asked`, so that a box that was unchecked is told
from a field that was not there. Rows send `KEY-N-COLUMN` and their number as `KEY-rows`; what is
typed to find a person or to add a tag comes as `KEY-add`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import assignments, find_colleague
from bitterroot.policy import Field, Form, Policy
from bitterroot.record import clock
from bitterroot.web.ui.login import login_name
from bitterroot.web.ui.text import day, dollars

#: How each type is drawn; a choice with few answers shows all of them at once.
TEMPLATES = {
    **dict.fromkeys(("text", "url", "email", "number", "money", "date"), "line"),
    **dict.fromkeys(("term", "unit", "person"), "select"),
    **dict.fromkeys(("units", "choices"), "many"),
    "longtext": "longtext", "tags": "tags", "people": "people", "yesno": "one",
    "rows": "rows", "files": "files", "attest": "attest", "computed": "computed",
}  # fmt: skip
INPUT_TYPES = {"url": "url", "email": "email", "date": "date", "number": "text", "money": "text"}
FEW = 7
MOST_STAFF = 2000  # to choose from
SLUG = re.compile(r"[a-z0-9-]{1,80}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BLANK_ROWS = 1
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen."""

    key: str
    label: str
    chosen: bool = False
    help: str = ""


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


def named(fields: Iterable[Field], problems: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Problems for the list on top of a page: each sentence says which field it speaks of."""
    labels = {f.key: f.label for f in fields}
    return [(key, f"{labels[key]}: {text}" if key in labels else text) for key, text in problems]


@dataclass(frozen=True, slots=True)
class BoundField:
    """One field with its answer and what is wrong with it, ready for a template."""

    field: Field
    value: Any
    names: Names
    errors: Sequence[str] = ()
    required: bool = False
    files: Sequence[Any] = ()
    told: Any = None  # what the system says, for computed fields
    typed: str = ""  # what was typed to add someone, and found nobody
    name: str = ""
    blank_rows: int = BLANK_ROWS
    facts: Collection[str] = ()  # what holds, for the columns of rows

    @property
    def key(self) -> str:
        return self.name or self.field.key

    @property
    def identity(self) -> str:
        return f"id_{self.key}"

    @property
    def template(self) -> str:
        """The template of this type of field."""
        kind = TEMPLATES.get(self.field.type, "line")
        if self.field.type == "choice":
            kind = "one" if len(self.field.choices) <= FEW and not self.name else "select"
        if self.name and kind == "one":
            kind = "select"
        return f"ui/fields/{kind}.html"

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.field.type, "text")

    @property
    def input_mode(self) -> str:
        return "decimal" if self.field.type in ("number", "money") else ""

    @property
    def longest(self) -> int | None:
        """Most characters, where the policy says."""
        return self.field.max_length

    @property
    def written(self) -> str:
        """The answer as it stands in a text field."""
        if self.value is None:
            return ""
        return ", ".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)

    @property
    def options(self) -> list[Option]:
        """All answers that may be chosen, chosen ones marked."""
        chosen = {str(v) for v in (self.value if isinstance(self.value, list) else [self.value])}
        if self.field.type == "yesno":
            return [
                Option("yes", "Yes", self.value is True),
                Option("no", "No", self.value is False),
            ]
        if self.field.choices:
            return [Option(c.key, c.label, c.key in chosen, c.help) for c in self.field.choices]
        over = self.names.over - chosen if self.field.type == "term" else frozenset()
        return [
            Option(k, n, k in chosen)
            for k, n in self.names.of(self.field.type).items()
            if k not in over
        ]

    @property
    def chosen_people(self) -> list[Option]:
        """Those who are named now."""
        keys = self.value if isinstance(self.value, list) else []
        return [Option(str(k), self.names.people.get(str(k), str(k)), True) for k in keys]

    @property
    def rows(self) -> list[list[BoundField]]:
        """The rows of a table with their cells, and blank ones to fill in."""
        filled = self.value if isinstance(self.value, list) else []
        least = (self.field.min_items or 1) - len(filled)
        blank: list[dict[str, Any]] = [{}] * max(self.blank_rows, least)
        room = max(len(filled), self.field.max_items or MOST_ROWS)
        return [
            [
                BoundField(
                    column,
                    row.get(column.key),
                    self.names,
                    required=column.is_required(self.facts),
                    name=f"{self.field.key}-{n}-{column.key}",
                )
                for column in self.field.columns
            ]
            for n, row in enumerate([*filled, *blank][:room])
        ]

    @property
    def answer(self) -> str:
        """The answer in plain words."""
        return shown(self.field, self.value, self.names)


def bind(
    fields: Iterable[Field],
    values: Mapping[str, Any],
    names: Names,
    *,
    facts: Collection[str] = (),
    errors: Mapping[str, Sequence[str]] | None = None,
    files: Mapping[str, Sequence[Any]] | None = None,
    told: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    more: str = "",
) -> list[BoundField]:
    """The fields that are asked where `facts` hold. `more` names rows that get further blank ones."""
    return [
        BoundField(
            f,
            values.get(f.key),
            names,
            (errors or {}).get(f.key, ()),
            f.is_required(facts),
            (files or {}).get(f.key, ()),
            (told or {}).get(f.key),
            (typed or {}).get(f.key, ""),
            blank_rows=BLANK_ROWS + 2 * (f.key == more),
            facts=facts,
        )
        for f in fields
        if f.is_shown(facts)
    ]


@dataclass(slots=True)
class Sent:
    """What a page sent: the answers, and what was typed to name someone and found nobody."""

    values: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> dict[str, list[str]]:
        """A sentence for each name that nobody was found by."""
        return {
            key: [f"Nobody here has the address or {login_name()} “{typed}”."]
            for key, typed in self.unknown.items()
        }


def read(fields: Iterable[Field], sent: QueryDict) -> Sent:
    """The answers to those of `fields` that were on the page, untidied."""
    asked = set(sent.getlist("asked"))
    found = Sent()
    for each in fields:
        if each.key not in asked or each.type in ("computed", "files"):
            continue
        if each.type == "rows":
            found.values[each.key] = _rows(each, sent)
        elif each.type in ("choices", "units"):
            found.values[each.key] = sent.getlist(each.key)
        elif each.type == "people":
            found.values[each.key] = _people(each, sent, found)
        elif each.type == "attest":
            found.values[each.key] = each.key in sent
        else:
            found.values[each.key] = sent.get(each.key, "")
    return found


def _rows(each: Field, sent: QueryDict) -> list[dict[str, Any]]:
    try:
        count = min(int(sent.get(f"{each.key}-rows", "0")), MOST_ROWS)
    except ValueError:
        count = 0
    return [
        {c.key: sent.get(f"{each.key}-{n}-{c.key}", "") for c in each.columns}
        for n in range(count)
        if f"{each.key}-{n}-remove" not in sent
    ]


def _people(each: Field, sent: QueryDict, found: Sent) -> list[str]:
    chosen = sent.getlist(each.key)
    typed = sent.get(f"{each.key}-add", "").strip()
    if typed:
        person = find_colleague(typed)
        if person is None:
            found.unknown[each.key] = typed[:254]
        else:
            chosen.append(str(person.pk))
    return chosen
