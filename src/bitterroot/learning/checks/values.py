"""Reading one cell: what people write, made into what is kept.

Each reader takes tidied text that is not blank, and gives the kept text, or None where the cell
cannot be read. The kept text reads the same when it is read again, so that a mended line is
checked by the same code: days as 2026-11-13, numbers as 6 or 12.5, answers as Y and N, addresses
in lower case, grades as A-, credit hours and identifiers as digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from bitterroot.learning.checks.text import tidy, words_of

_ADDRESS = re.compile(
    r"[^\W_][\w.!#$%&'*+/=?^`{|}~-]{0,63}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
_WHOLE_NUMBER = re.compile(r"\d+\.0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ '’.,]\d{3})+")
_NUMBER = re.compile(r"(\d+(?:[.,]\d*)?|[.,]\d+)(?:\s*[a-z.]+)?")
_MINUS = str.maketrans(dict.fromkeys("−–—‐‑‒﹣－", "-"))
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def read_email(text: str) -> str | None:
    """An address in lower case; `mailto:`, a name with angle brackets, end marks are dropped."""
    if found := _IN_BRACKETS.fullmatch(text):
        text = found[1]
    text = text.strip(" ,;.'\"<>").casefold()
    text = text.removeprefix("mailto:").split("?")[0].replace(" ", "")
    fits = len(text) <= 254 and _ADDRESS.fullmatch(text)
    return text if fits and ".." not in text and ".@" not in text else None


def read_id(text: str) -> str:
    """An identifier as it is meant: no `.0` of a number, no spaces, hyphens or quotes."""
    text = text.strip("'’\"#")
    if _WHOLE_NUMBER.fullmatch(text):
        text = text.partition(".")[0]
    return re.sub(r"(?<=\w)[\s\-‐‑]+(?=\w)", "", text)


def read_number(text: str) -> str | None:
    """A number above zero with a point or a comma, perhaps with a unit behind (`12,5 h`)."""
    text = text.casefold().replace("\u202f", " ")
    if text.count(",") + text.count(".") > 1 or " " in text:
        digits = text.split(" h")[0].split(" c")[0]
        if _THOUSANDS.fullmatch(digits):
            text = re.sub(r"\D", "", digits)
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    try:
        number = Decimal(found[1].replace(",", "."))
    except InvalidOperation:
        return None
    return format(number.normalize(), "f") if 0 < number < 100_000 else None


def read_answer(text: str, yes: Collection[str], no: Collection[str]) -> str | None:
    """Y or N by the words for them, in any case; None for any other word."""
    word = text.casefold().rstrip(".!")
    if word in yes or word == "1.0":
        return "Y"
    if word in no or word == "0.0":
        return "N"
    words = words_of(text)
    first = words[0] if words else ""
    if len(words) > 1 and first in {"yes", "no"}:
        return "Y" if first == "yes" else "N"
    return None


def read_grade(text: str, known: Collection[str]) -> str | None:
    """A grade of the scale: any case, any kind of minus, `minus` and `plus` in words."""
    grade = text.translate(_MINUS).upper()
    grade = grade.replace("MINUS", "-").replace("PLUS", "+").replace("PASS", "P")
    grade = re.sub(r"[\s.]", "", grade)
    return grade if grade in known else None


def read_url(text: str) -> str | None:
    """A web address that a reader may follow; None for any other kind of address.

    One without a scheme that looks like a host gets `https://`. Refused: other schemes, names
    and passwords in the address, hosts without a dot, spaces.
    """
    address = tidy(text)
    if not _SCHEME.match(address) and re.match(r"[\w-]+(\.[\w-]+)+([/?#]|$)", address):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"} or "." not in host or parts.username is not None:
        return None
    if len(address) > 2000 or re.search(r"[\s<>\"\\^`{|}]", address):
        return None
    return address
