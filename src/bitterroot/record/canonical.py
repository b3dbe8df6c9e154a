"""One way to write content down before it is hashed: sorted keys, no spaces, UTF-8."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value} says no time zone: which moment it is cannot be known")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)  # Decimal, Path and the like


def canonical(value: Any) -> bytes:
    """Canonical JSON bytes of plain values (dicts, lists, text, numbers, dates, UUIDs).

    A moment is written in UTC, whatever zone it came in. Raises TypeError for one without a zone.
    """
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
