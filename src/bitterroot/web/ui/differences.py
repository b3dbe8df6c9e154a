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
    files: Mapping[str, str] | None = None,
) -> list[Difference]:
    """What differs, in the order of the form; what the system fills in left out.

    `only` names the questions to look at, where one side was asked fewer. `files` are the names of
    files by their SHA-256; without it files are left out too.
    """
    changed = form.changed(before, after)
    left_out = {"computed"} if files is not None else {"computed", "files"}
    old, new = form.filled(before), form.filled(after)
    return [
        _difference(section, field, old.get(field.key), new.get(field.key), names, files or {})
        for section in form.sections
        for field in section.fields
        if field.key in changed
        and field.type not in left_out
        and (only is None or field.key in only)
    ]


def files_in(*frozen: Mapping[str, Any]) -> dict[str, str]:
    """The names of the files in frozen versions, by their SHA-256."""
    return {each["sha256"]: each["name"] for said in frozen for each in said.get("files") or ()}


def _difference(
    section: Section, field: Field, old: Any, new: Any, names: Names, files: Mapping[str, str]
) -> Difference:
    was, now = (
        _files(side, files) if field.type == "files" else shown(field, side, names)
        for side in (old, new)
    )
    said = Difference(field.key, section.title, field.label, was, now, field.material)
    if field.type != "rows":
        return said
    found = compared(field, old, new, names)
    return replace(said, rows=found.changes, same=found.same)


def _files(hashes: Any, names: Mapping[str, str]) -> str:
    """Names with the beginning of each digest, for two files may have one name."""
    return "; ".join(f"{names.get(each, 'A file')} ({each[:8]}…)" for each in hashes or ())
