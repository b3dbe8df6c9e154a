"""Answers to a form kept as they are typed, for the review and the notice alike."""

from collections.abc import Mapping
from typing import Any, Protocol

from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.forms import Form


class Written(Protocol):
    """A row with answers; `revision` grows with each change, and is noted by field."""

    values: dict[str, Any]
    revision: int
    field_revisions: dict[str, int]


def keep(row: Written, form: Form, values: Mapping[str, Any], revision: int) -> bool:
    """Take over the answers given; whether anything changed. The caller saves.

    Raises NotPossible where someone changed one of these very answers since `revision`.
    """
    shown = {key: value for key, value in values.items() if key in form.fields}
    tidy = form.clean(shown)
    if revision != row.revision:
        clash = [
            key
            for key in shown
            if row.field_revisions.get(key, 0) > revision and row.values.get(key) != tidy.get(key)
        ]
        if clash:
            labels = ", ".join(form.fields[key].label for key in clash)
            raise NotPossible(
                f"Someone saved this meanwhile. Compare before you save again: {labels}.",
                [
                    (key, f"Now saved: {form.fields[key].show(row.values.get(key))}")
                    for key in clash
                ],
            )
    before = dict(row.values)
    for key in shown:
        if form.fields[key].type in ("files", "computed"):
            continue
        if key in tidy:
            row.values[key] = tidy[key]
        else:
            row.values.pop(key, None)
    if row.values == before:
        return False
    row.revision += 1
    for key in row.values.keys() | before.keys():
        if row.values.get(key) != before.get(key):
            row.field_revisions[key] = row.revision
    return True
