"""Two versions of the answers to a form, question by question, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bitterroot.policy import Form, Section
from bitterroot.policy.models.forms import Field
from bitterroot.web.ui.policy_forms import Names, shown
from bitterroot.web.ui.rows_compared import RowChange, compared


@dataclass(frozen=True, slots=True)
class Difference:
    """One question whose answer differs. `material` changes void what was signed or voted.

    Of an answer made of rows `rows` are those that differ, and `same` counts the others.
    """

    key: str
    section: str
    label: str
    old: str
    new: str
    material: bool
    rows: tuple[RowChange, ...] = ()
    same: int = 0


def differences(
    form: Form,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Names,
    *,
    only: Collection[str] | None = None,
) -> list[Difference]:
    """What differs, in the order of the form; files and what the system fills in left out.

    `only` names the questions to look at, where one side was asked fewer.
    """
    changed = form.changed(before, after)
    old, new = form.filled(before), form.filled(after)
    return [
        _difference(section, field, old.get(field.key), new.get(field.key), names)
        for section in form.sections
        for field in section.fields
        if field.key in changed
        and field.type not in ("files", "computed")
        and (only is None or field.key in only)
    ]


def _difference(section: Section, field: Field, old: Any, new: Any, names: Names) -> Difference:
    said = Difference(
        field.key,
        section.title,
        field.label,
        shown(field, old, names),
        shown(field, new, names),
        field.material,
    )
    if field.type != "rows":
        return said
    found = compared(field, old, new, names)
    return replace(said, rows=found.changes, same=found.same)
