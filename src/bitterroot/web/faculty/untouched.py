"""Which answers of a section its writer has changed, so that a page open for an hour takes nothing back.

A page sends all its answers, also those that somebody else has changed since it was opened. It
therefore carries a mark of each answer as it was shown; what still has its mark was not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import orjson

from bitterroot.policy import Field, Form


def marks(form: Form, fields: Iterable[Field], values: Mapping[str, Any]) -> str:
    """A mark for each answer that a page shows, to be sent back as its `was`."""
    tidy = form.clean(values)
    return " ".join(f"{f.key}:{_mark(tidy.get(f.key))}" for f in fields)


def touched(form: Form, was: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of `sent` that differ from what the page showed; all where it showed no marks."""
    shown = dict(pair.split(":", 1) for pair in was.split() if ":" in pair)
    tidy = form.clean(sent)
    return {key: value for key, value in sent.items() if shown.get(key) != _mark(tidy.get(key))}


def stale(form: Form, sent: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    """Keys of the answers of `sent` that are not what is kept."""
    tidy, kept = form.clean(sent), form.clean(values)
    return {key for key in sent if tidy.get(key) != kept.get(key)}


def _mark(value: Any) -> str:
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()[:16]
