"""Forms: sections and fields as data.

The value of a field by its type, as JSON (`clean` makes it so, `problems` checks it):
text, longtext, choice, term, url, email, unit: text · choices, units, people, files, tags: list
of text · yesno: true or false · number: integer or decimal number · money: text such as "395.00"
· date: "2026-11-18" · person: an opaque id, text or integer · attest: true, or the version that
was attested · rows: list of objects keyed by column · computed: nothing (the system shows it).
A blank value is None, "", or an empty list; `clean` makes each of them absent.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import Field as Attr
from pydantic import model_validator

from bitterroot.policy.models.base import Keyed, Labelled, Ordered, Part, When
from bitterroot.policy.predicates import facts_of
from bitterroot.policy.values import Fault, clean_value, value_faults

FieldType = Literal[
    "text",
    "longtext",
    "choice",
    "choices",
    "yesno",
    "number",
    "money",
    "date",
    "term",
    "url",
    "email",
    "person",
    "people",
    "unit",
    "units",
    "tags",
    "rows",
    "files",
    "attest",
    "computed",
]
#: Who fills in a section: the one who asks, an office, or the system.
Side = Literal["asker", "office", "registrar", "signer", "learner"]


class Choice(Part):
    """One answer that may be chosen."""

    key: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with the answer to one field. `row` counts from 1 within rows."""

    section: str
    field: str
    message: str
    row: int | None = None
    column: str | None = None


class Field(Keyed):
    """One question of a form.

    `required_when` and `shown_when` are conditions; a field that is not shown is never missing.
    `material`: a change of it voids the signatures that cover its section. `badge` names the
    field of the badge that it becomes. `starts_as` names another field whose answer stands
    where this one is blank. `page` names the page that an attestation is about. `confidential`:
    the campus does not read the answer, or the files, while the rest is posted.
    """

    label: str
    type: FieldType
    help: str = ""
    required: bool = False
    required_when: When = None
    shown_when: When = None
    choices: Labelled[Choice] = ()
    max_length: int | None = Attr(default=None, ge=1)
    max_words: int | None = Attr(default=None, ge=1)
    min_items: int | None = Attr(default=None, ge=0)
    max_items: int | None = Attr(default=None, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    accept: tuple[str, ...] = ()
    columns: Ordered["Field"] = ()
    starts_as: str | None = None
    page: str | None = None
    public: bool = False
    confidential: bool = False
    material: bool = True
    badge: str | None = None
    locked: bool = False

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Field":
        if (self.type in {"choice", "choices"}) != bool(self.choices):
            raise ValueError(
                f"a field of type {self.type} must have choices"
                if self.type in {"choice", "choices"}
                else f"a field of type {self.type} has no choices"
            )
        if (self.type == "rows") != bool(self.columns):
            raise ValueError(
                "a field of type rows must have columns"
                if self.type == "rows"
                else f"a field of type {self.type} has no columns"
            )
        if self.required and self.required_when:
            raise ValueError("give 'required' or 'required when', not both")
        if any(column.type in {"rows", "computed", "attest"} for column in self.columns):
            raise ValueError("a column cannot be of type rows, computed or attest")
        return self

    def is_required(self, facts: Collection[str]) -> bool:
        """Whether an answer must be given where these facts hold."""
        if not self.is_shown(facts):
            return False
        return self.required or (self.required_when is not None and self.required_when.holds(facts))

    def is_shown(self, facts: Collection[str]) -> bool:
        """Whether the question is asked where these facts hold."""
        return self.shown_when is None or self.shown_when.holds(facts)

    @property
    def column(self) -> dict[str, "Field"]:
        """The columns of rows by key."""
        return {column.key: column for column in self.columns}

    @property
    def choice_labels(self) -> dict[str, str]:
        return {choice.key: choice.label for choice in self.choices}

    def show(self, value: Any) -> str:
        """The answer in plain words, on one line, for exports and comparisons."""
        if value in (None, "", []):
            return ""
        if self.type == "yesno":
            return "Yes" if value else "No"
        if self.type == "choice":
            return self.choice_labels.get(value, str(value))
        if self.type == "choices":
            return ", ".join(self.choice_labels.get(item, str(item)) for item in value)
        if self.type == "rows" and isinstance(value, list):
            return "; ".join(
                " · ".join(
                    filter(None, (column.show(row.get(column.key)) for column in self.columns))
                )
                for row in value
            )
        if isinstance(value, list):
            return ", ".join(str(item) for item in value)
        return str(value)


class Section(Keyed):
    """A run of fields under one heading. `include` names the form whose fields it embeds."""

    title: str
    intro: str = ""
    side: Side = "asker"
    include: str | None = None
    fields: Ordered[Field] = ()


class Form(Keyed):
    """A form: what is asked, in order."""

    title: str
    about: str = ""
    statement: str = ""
    sections: Ordered[Section]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by key, in order."""
        return {field.key: field for section in self.sections for field in section.fields}

    @cached_property
    def section_of(self) -> dict[str, str]:
        """The key of the section that each field stands in."""
        return {field.key: section.key for section in self.sections for field in section.fields}

    def section(self, key: str) -> Section:
        """The section with that key; KeyError if there is none."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

    def clean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Tidied values: known fields only, stripped, NFC, no control characters, typed.

        Blank answers are left out. What cannot be read as its type is kept as it was typed,
        so that nothing is lost and `problems` can speak of it.
        """
        tidy: dict[str, Any] = {}
        for key, field in self.fields.items():
            if key in values and field.type != "computed":
                value = clean_value(field, values[key])
                if value is not None:
                    tidy[key] = value
        return tidy

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Cleaned values in which each blank field that starts as another has its answer."""
        tidy = self.clean(values)
        for key, field in self.fields.items():
            if field.starts_as and key not in tidy and field.starts_as in tidy:
                tidy[key] = tidy[field.starts_as]
        return tidy

    def problems(
        self,
        values: Mapping[str, Any],
        facts: Collection[str] | None = None,
        *,
        sections: Iterable[str] | None = None,
        units: Collection[str] | None = None,
        terms: Collection[str] | None = None,
    ) -> list[FieldProblem]:
        """Everything that is missing or wrong, in the order of the form.

        `facts` are those of the values unless given. Without `sections`, those that the first
        filler answers (the side of the first section) are checked. `units` and `terms`, where
        given, are the keys that may be named.
        """
        tidy = self.filled(values)
        known = facts_of(tidy) if facts is None else facts
        wanted = set(sections) if sections is not None else None
        first_side = self.sections[0].side if self.sections else "asker"
        checked = [
            (section.key, field)
            for section in self.sections
            if (section.key in wanted if wanted is not None else section.side == first_side)
            for field in section.fields
            if field.is_shown(known)
        ]
        own = self.clean(values)
        found: list[FieldProblem] = []
        for section_key, field in checked:
            faults = _faults(field, tidy, known, units, terms)
            source = self.fields.get(field.starts_as or "")
            if source is not None and field.key not in own:  # its source's faults are said there
                said = {fault.message for fault in _faults(source, tidy, known, units, terms)}
                faults = [fault for fault in faults if fault.message not in said]
            found += [
                FieldProblem(section_key, field.key, fault.message, fault.row, fault.column)
                for fault in faults
            ]
        return found

    def material_keys(self, sections: Iterable[str] | None = None) -> frozenset[str]:
        """The fields whose change is material, of all sections or of those named."""
        wanted = None if sections is None else set(sections)
        return frozenset(
            field.key
            for section in self.sections
            if wanted is None or section.key in wanted
            for field in section.fields
            if field.material and field.type != "computed"
        )

    def changed(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
        """The fields whose answers differ once tidied, those that start as another included."""
        before, after = self.filled(old), self.filled(new)
        return frozenset(key for key in self.fields if before.get(key) != after.get(key))


def _faults(
    field: Field,
    tidy: Mapping[str, Any],
    facts: Collection[str],
    units: Collection[str] | None,
    terms: Collection[str] | None,
) -> list[Fault]:
    """What is wrong with the answer to a field that is asked."""
    value = tidy.get(field.key)
    if value is None or (field.type == "attest" and value is False):
        return [Fault(_missing(field))] if field.is_required(facts) else []
    return value_faults(field, value, facts, units=units, terms=terms)


def _missing(field: Field) -> str:
    if field.type == "attest":
        return "Please confirm this."
    if field.type in {"choice", "yesno"}:
        return "Please choose one."
    if field.type == "choices":
        return "Please choose at least one."
    if field.type == "files":
        return "Please attach a file."
    if field.type == "rows" or field.type == "tags":
        least = field.min_items or 1
        return f"Please add at least {least}."
    return "Please fill this in."
