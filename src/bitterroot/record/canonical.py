"""One way to write content down before it is hashed: sorted keys, no spaces, UTF-8."""

import hashlib
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    return str(value)  # Decimal, Path and the like


def canonical(value: Any) -> bytes:
    """Canonical JSON bytes of plain values (dicts, lists, text, numbers, dates, UUIDs)."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
