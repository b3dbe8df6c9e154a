"""Reading delimited text: which encoding, which mark between the cells.

Text says of neither which it is. Encodings are told by their marks, then by what fits: UTF-8 is
certain when it fits at all; of the one-byte encodings the first is taken in which the words look
like words. What fits none is refused rather than read as wrong names.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise

from bitterroot.learning.checks.reading import ListUnreadable

DELIMITERS = (",", ";", "\t", "|", "^", "~")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ONE_BYTE = ("cp1252", "cp1250", "mac_roman")
_HINT = "Save it as “CSV UTF-8” or as .xlsx and upload that."

_IN_WORD = re.compile(r"[^\W\d_](?=[^\x00-\x7f])([\W\d_])[^\W\d_]|[^\W\d_a-zA-Z][¹²³¼½¾]")
_CASE_SLIP = re.compile(r"[a-zà-öø-ÿ](?=[^\x00-\x7f])([^\W\d_])")
_HYPHENS = set("'’‘-‐‑·")
_USUAL = set("€£§°·«»“”„‘’‚–—…•ªº¿¡®©™´ \xa0×±²³½¼¾µ")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was read by. Raises ListUnreadable where none fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding), encoding
    if wide := _unmarked_wide(data):
        return _decode(data, wide), wide
    if b"\x00" in data or _mostly_control(data):
        raise ListUnreadable("The file is neither a workbook nor text.", _HINT)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    for encoding in _ONE_BYTE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _reads_like_words(text):
            return text, encoding
    raise ListUnreadable("The text is in an encoding that is not known.", _HINT)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ListUnreadable(
            f"The text says that it is {encoding.upper()}, but is not.", _HINT
        ) from error


def _unmarked_wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    head = data[:2000]
    even, odd = head[0::2], head[1::2]
    if len(head) >= 8 and odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if len(head) >= 8 and even.count(0) > 0.6 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _mostly_control(data: bytes) -> bool:
    head = data[:8000]
    control = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f" for byte in head)
    return control > max(4, len(head) // 50)


def _reads_like_words(text: str) -> bool:
    """Whether the letters beyond ASCII stand as letters do: inside words, in the right case.

    Words of accented letters alone, or with capitals in their middle, are another script's
    letters, read wrongly.
    """
    for char in set(text):
        if ord(char) > 127 and not char.isalpha() and char not in _USUAL:
            return False
    words = re.findall(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*", text)
    foreign = sum(sum(not c.isascii() for c in word) > max(2, len(word) // 2) for word in words)
    jumping = sum(any(a.islower() and b.isupper() for a, b in pairwise(word)) for word in words)
    if max(foreign, jumping) > len(words) // 3:
        return False
    for found in _IN_WORD.finditer(text):
        if found[1] is None or found[1] not in _HYPHENS:
            return False
    return not any(found[1].isupper() for found in _CASE_SLIP.finditer(text))


def rows_of(text: str, delimiter: str, *, most: int) -> Iterator[tuple[int, list[str]]]:
    """Lines of cells with their number; blank ones are left out; at most `most`.

    Raises ListUnreadable where a quotation mark is never closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    given = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                yield number, cells
                given += 1
                if given >= most:
                    return
    except csv.Error as error:
        raise ListUnreadable(
            f"A quotation mark is opened near line {reader.line_num} and never closed.",
            "Remove it, or save the list as .xlsx and upload that.",
        ) from error


def declared_delimiter(text: str) -> tuple[str, str | None]:
    """Excel's first line `sep=;` and the text after it, where there is one."""
    first, mark, rest = text.partition("\n")
    found = re.fullmatch(r'"?sep=(.)"?\r?', first, re.IGNORECASE)
    return (rest, found[1]) if found and mark else (text, None)
