"""Answers to a form, kept as they are typed: of proposals, yearly reviews and notices alike."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.forms import Form


class Written(Protocol):
    """A row with answers; `revision` grows with each change, and is noted by field."""

    values: dict[str, Any]
    revision: int
    field_revisions: dict[str, int]


def _someone(keys: Collection[str]) -> str:
    return "Someone"


def keep(
    row: Written,
    form: Form,
    values: Mapping[str, Any],
    revision: int,
    *,
    fixed: Collection[str] = (),
    who_saved: Callable[[Collection[str]], str] = _someone,
) -> frozenset[str]:
    """Take over the answers given; the keys of those that changed. The caller saves.

    Answers to `fixed` keys, to files and to what the system computes stay as they are. Raises
    NotPossible where someone changed one of these very answers since `revision`; `who_saved`
    names them.
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
                f"{who_saved(clash)} saved this meanwhile. Compare before you save again: {labels}.",
                [
                    (key, f"Now saved: {form.fields[key].show(row.values.get(key))}")
                    for key in clash
                ],
            )
    before = dict(row.values)
    for key in shown:
        if key in fixed or form.fields[key].type in ("files", "computed"):
            continue
        if key in tidy:
            row.values[key] = tidy[key]
        else:
            row.values.pop(key, None)
    keys = row.values.keys() | before.keys()
    changed = frozenset(key for key in keys if row.values.get(key) != before.get(key))
    if changed:
        row.revision += 1
        row.field_revisions |= dict.fromkeys(changed, row.revision)
    return changed
