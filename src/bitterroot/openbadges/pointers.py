"""Choosing parts of a document by JSON pointers (RFC 6901), for selective disclosure.

What is chosen brings along what it stands in: the objects on its way keep their ``id`` and ``type``.
"""

import copy
import re
from collections.abc import Sequence
from typing import Any

from bitterroot.openbadges.errors import InputError

MAX_POINTERS = 300
_SOUND = re.compile(r"(?:/(?:[^/~]|~[01])*)*")


class _Sparse(dict[int, Any]):
    """A list of which only some places are chosen."""


def parse(pointer: str) -> list[str]:
    """The steps of a pointer. Raises InputError unless it is sound."""
    if not isinstance(pointer, str) or len(pointer) > 1_000 or not _SOUND.fullmatch(pointer):
        raise InputError("pointer", "must be a JSON pointer, as /credentialSubject/term")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _step(value: Any, step: str, pointer: str) -> tuple[str | int, Any]:
    """The key or index that a step is, and what stands there."""
    if isinstance(value, dict) and step in value:
        return step, value[step]
    if isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,5}", step):
        index = int(step)
        if index < len(value):
            return index, value[index]
    raise InputError("pointer", f"{pointer[:200]!r} points at nothing in the document")


def exists(document: Any, pointer: str) -> bool:
    """Whether a pointer points at something."""
    try:
        for step in parse(pointer):
            _, document = _step(document, step, pointer)
    except InputError:
        return False
    return True


def select(document: dict[str, Any], chosen: Sequence[str]) -> dict[str, Any] | None:
    """The document with what the pointers choose, or None where they choose nothing.

    Raises InputError for a pointer that is not sound or points at nothing.
    """
    if len(chosen) > MAX_POINTERS:
        raise InputError("pointer", f"at most {MAX_POINTERS} parts can be chosen")
    if not chosen:
        return None
    selection: dict[str, Any] = {"@context": copy.deepcopy(document.get("@context"))}
    selection.update(_shell(document))
    for pointer in chosen:
        steps = parse(pointer)
        if not steps:
            return copy.deepcopy(document)
        _choose(document, steps, selection, pointer)
    result: dict[str, Any] = _dense(selection)
    return result


def _shell(source: Any) -> Any:
    """The empty form of what stands on the way to something chosen."""
    if isinstance(source, list):
        return _Sparse()
    if isinstance(source, dict):
        return {key: copy.deepcopy(source[key]) for key in ("id", "type") if key in source}
    return None


def _choose(document: Any, steps: list[str], selection: Any, pointer: str) -> None:
    value, parent, key = document, selection, None
    for number, step in enumerate(steps):
        key, value = _step(value, step, pointer)
        if number == len(steps) - 1:
            break
        has = key in parent if isinstance(parent, dict) else True
        if not has:
            parent[key] = _shell(value)
        parent = parent[key]
    whole = copy.deepcopy(value)
    if isinstance(whole, dict) and isinstance(parent, dict):
        whole = {**(parent.get(key) or {}), **whole}
    parent[key] = whole


def _dense(value: Any) -> Any:
    if isinstance(value, _Sparse):
        return [_dense(value[index]) for index in sorted(value)]
    if isinstance(value, dict):
        return {key: _dense(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dense(item) for item in value]
    return value
