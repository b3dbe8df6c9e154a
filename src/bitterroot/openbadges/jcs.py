"""JSON in one way of writing only: RFC 8785, the JSON Canonicalization Scheme."""

import json
from typing import Any

from bitterroot.openbadges.errors import ProofError
from bitterroot.openbadges.text import utf16


def jcs(value: Any) -> bytes:
    """JSON in the canonical form of RFC 8785.

    Numbers that programs write in different ways (exponents, beyond 2^53) raise ProofError.
    """
    return _jcs(value).encode()


def _jcs(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{_text(k)}:{_jcs(value[k])}" for k in sorted(value, key=utf16))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_jcs, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = repr(value)
    if abs(value) > 2**53 or "e" in written:
        raise ProofError("The document holds a number that cannot be written in one way only.")
    return written


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
