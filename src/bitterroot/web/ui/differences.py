"""Two versions of the answers to a form, question by question, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bitterroot.policy import Form
from bitterroot.web.ui.policy_forms import Names, shown


@dataclass(frozen=True, slots=True)
class Difference:
    """One question whose answer differs. `material` changes void what was signed or voted."""

    key: str
    section: str
    label: str
    old: str
    new: str
    material: bool


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
        Difference(
            field.key,
            section.title,
            field.label,
            shown(field, old.get(field.key), names),
            shown(field, new.get(field.key), names),
            field.material,
        )
        for section in form.sections
        for field in section.fields
        if field.key in changed
        and field.type not in ("files", "computed")
        and (only is None or field.key in only)
    ]
