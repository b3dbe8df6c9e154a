"""Base58 (the Bitcoin alphabet), quick for the two lengths that matter: keys and signatures."""

import struct
from functools import lru_cache

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_DIGITS = bytes(max(_ALPHABET.find(chr(n)), -1) & 0xFF for n in range(256))
_EIGHT = 58**8


def encode(data: bytes) -> str:
    """Base58 text of `data`; each leading zero byte becomes one leading ``1``."""
    number = int.from_bytes(data, "big")
    zeros = len(data) - len(data.lstrip(b"\0"))
    parts: list[str] = []
    pairs = _PAIRS
    while number:
        # Four letters a step keep the divisor within one digit of Python's own arithmetic.
        number, four = divmod(number, 11_316_496)
        parts += (pairs[four % 3364], pairs[four // 3364])
    parts.reverse()
    return "1" * zeros + "".join(parts).lstrip("1")


def decode(text: str) -> bytes:
    """The bytes behind base58 `text`. Raises ValueError on any other letter.

    Letters are joined in lanes of one long number, all lanes at once: two letters, four, eight; what
    is left is a few numbers.
    """
    digits = text.encode("ascii", "replace").translate(_DIGITS)
    if 255 in digits:
        wrong = next(letter for letter in text if letter not in _ALPHABET)
        raise ValueError(f"not base58: {wrong!r}")
    count = -(-len(digits) // 8)
    joined = int.from_bytes(digits, "big")
    masks = _masks(count)
    for mask, width, weight in zip(masks, (8, 16, 32), (58, 58**2, 58**4), strict=True):
        joined = (joined >> width & mask) * weight + (joined & mask)
    number = 0
    for lane in struct.unpack(f">{count}Q", joined.to_bytes(8 * count, "big")):
        number = number * _EIGHT + lane
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=32)
def _masks(count: int) -> tuple[int, int, int]:
    """For `count` lanes of 64 bits: every second 8, 16 and 32 bits."""
    first, second, third = (
        int.from_bytes(part * (8 * count // len(part)), "big")
        for part in (b"\0\xff", b"\0\0\xff\xff", b"\0\0\0\0\xff\xff\xff\xff")
    )
    return first, second, third
