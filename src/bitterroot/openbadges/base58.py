"""Base58 (the Bitcoin alphabet), quick for the two lengths that matter: keys and signatures."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIR_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}


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
    """The bytes behind base58 `text`. Raises ValueError on any other letter."""
    number = 0
    odd = len(text) % 2
    try:
        chunk = _VALUES[text[0]] if odd else 0
        values = _PAIR_VALUES
        for start in range(odd, len(text), 10):
            part = text[start : start + 10]
            for place in range(0, len(part), 2):
                chunk = chunk * 3364 + values[part[place : place + 2]]
            number = number * 58 ** len(part) + chunk
            chunk = 0
    except KeyError as error:
        raise ValueError(f"not base58: {error.args[0]!r}") from None
    if len(text) == 1:
        number = chunk
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
