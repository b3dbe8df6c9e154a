"""Fields of a policy form on a page: how each is shown, and how what was sent is read back.

Each field that is on the page sends its key as `asked`, so that a box that was unchecked is told
from a field that was not there. Rows send `KEY-N-COLUMN` and their number as `KEY-rows`; what is
typed to find a person or to add a tag comes as `KEY-add`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from bitterroot.governance.in_words import ID, Grid, Names, answers, names_for, shown, told
from bitterroot.people.queries import find_colleague
from bitterroot.policy import Field
from bitterroot.web.ui.login import login_name

__all__ = [
    "ID",
    "BoundField",
    "Grid",
    "Names",
    "Option",
    "Sent",
    "answers",
    "bind",
    "named",
    "names_for",
    "read",
    "shown",
    "told",
]

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
BLANK_ROWS = 1
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen."""

    key: str
    label: str
    chosen: bool = False
    help: str = ""


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
