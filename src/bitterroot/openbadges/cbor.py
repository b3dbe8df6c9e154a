"""The little of CBOR (RFC 8949) that selective disclosure needs, written and read.

Whole numbers from 0, bytes, text, lists, and maps from numbers to bytes; lengths are written in the
shortest way. Bytes may also come tagged as an array of bytes (tag 64), as early programs write.
"""

import struct
from typing import Any

from bitterroot.openbadges.errors import ProofError

_UINT, _BYTES, _TEXT, _LIST, _MAP, _TAG = 0, 2, 3, 4, 5, 6
_TYPED_BYTES = 64
MAX_ITEMS = 20_000
MAX_DEPTH = 4
_SIZES = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}


def encode(value: Any) -> bytes:
    """`value` as CBOR. Raises TypeError for what is not named above."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _head(_UINT, value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return _head(_TEXT, len(data)) + data
    if isinstance(value, list):
        return _head(_LIST, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        pairs = (encode(key) + encode(value[key]) for key in sorted(value))
        return _head(_MAP, len(value)) + b"".join(pairs)
    raise TypeError(f"{type(value).__name__} is not written as CBOR here")


def _head(kind: int, number: int) -> bytes:
    if number < 0:
        raise TypeError("negative numbers are not written as CBOR here")
    if number < 24:
        return bytes((kind << 5 | number,))
    for code, form in _SIZES.items():
        if number < 1 << 8 * struct.calcsize(form):
            return bytes((kind << 5 | code,)) + struct.pack(form, number)
    raise TypeError("the number is too large")


def decode(data: bytes) -> Any:
    """The one value in `data`. Raises ProofError for anything else, longer or deeper."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.position != len(data):
        raise ProofError("The signature is longer than it says.")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.position, self.items = data, 0, 0

    def _take(self, count: int) -> bytes:
        part = self.data[self.position : self.position + count]
        if len(part) != count:
            raise ProofError("The signature is cut short.")
        self.position += count
        return part

    def _number(self, short: int) -> int:
        if short < 24:
            return short
        form = _SIZES.get(short)
        if form is None:
            raise ProofError("The signature is not encoded as the standard says.")
        (number,) = struct.unpack(form, self._take(struct.calcsize(form)))
        if number < (24 if short == 24 else 1 << 8 * struct.calcsize(form) // 2):
            raise ProofError("The signature is not encoded in the shortest way.")
        return int(number)

    def value(self, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise ProofError("The signature has too many parts.")
        (first,) = self._take(1)
        kind, number = first >> 5, self._number(first & 31)
        if kind == _UINT:
            return number
        if kind == _BYTES:
            return self._take(number)
        if kind == _TEXT:
            try:
                return self._take(number).decode()
            except UnicodeDecodeError:
                raise ProofError("The signature holds a text that is none.") from None
        if kind in (_LIST, _MAP) and number > MAX_ITEMS:
            raise ProofError("The signature has too many parts.")
        if kind == _LIST:
            return [self.value(depth + 1) for _ in range(number)]
        if kind == _MAP:
            return self._map(number, depth)
        if kind == _TAG and number == _TYPED_BYTES:
            inner = self.value(depth + 1)
            if isinstance(inner, bytes):
                return inner
        raise ProofError("The signature is not encoded as the standard says.")

    def _map(self, count: int, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, int | str) or key in found:
                raise ProofError("The signature says one thing twice.")
            found[key] = self.value(depth + 1)
        return found
