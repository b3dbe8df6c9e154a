"""The words on a PDF that our typesetter made, as a reader's program finds them."""

import re
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"(\d+) 0 obj\s*(<<(?:(?!endobj).)*?>>)\s*stream\r?\n(.*?)\nendstream", re.S)
FONT = re.compile(rb"(\d+) 0 obj\s*<<[^>]*?/ToUnicode (\d+) 0 R")
FONT_SET = re.compile(rb"/(f\d+) ([\d.]+) Tf")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def lines_of(pdf: bytes) -> list[tuple[float, str]]:
    """Each run of text that is drawn, with its size in points, in the order of drawing."""
    streams = {}
    for number, _, packed in OBJECT.findall(pdf):
        try:
            # Not `zlib.decompress`: what follows the data may be a "\r" of the line end, and a "\r"
            # before the line end may be the data's last byte. This reader needs to know neither.
            streams[number] = zlib.decompressobj().decompress(packed)
        except zlib.error:
            streams[number] = packed
    maps = {font: _characters(streams[to]) for font, to in FONT.findall(pdf)}
    fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", pdf))
    found, font, size = [], b"", 0.0
    page = next(each for each in streams.values() if b"BDC" in each and b" Tf" in each)
    for name, points, shown in _drawn(page):
        if name:
            font, size = fonts[name], points
            continue
        pairs = (shown[n : n + 2] for n in range(0, len(shown), 2))
        found.append((size, "".join(maps[font][pair] for pair in pairs)))
    return found


def _drawn(page: bytes) -> Iterator[tuple[bytes, float, bytes]]:
    """In the order of the page: a font and its size, or the codes of one `[…]TJ`."""
    at, codes = 0, None
    while at < len(page):
        if page[at] == 0x28:  # "("
            end = _end_of_string(page, at)
            if codes is not None:
                codes += _plain(page[at + 1 : end - 1])
            at = end
            continue
        if (match := FONT_SET.match(page, at)) is not None:
            yield match[1], float(match[2]), b""
        elif page[at] == 0x5B:  # "["
            codes = b""
        elif page.startswith(b"]TJ", at) and codes is not None:
            yield b"", 0.0, codes
            codes = None
        at += 1


def _end_of_string(page: bytes, at: int) -> int:
    """Behind the literal string that begins here. Parentheses that balance stand in it as they are,
    however deep: two bytes of a glyph's number may well be two of them."""
    depth = 0
    while True:
        letter = page[at]
        depth += (letter == 0x28) - (letter == 0x29)
        at += 2 if letter == 0x5C else 1
        if depth == 0:
            return at


def _characters(cmap: bytes) -> dict[bytes, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(to.decode()).decode("utf-16-be")
        for code, to in pairs
        if to != b"FFFF"
    }


def _plain(literal: bytes) -> bytes:
    """A literal string without its escapes."""

    def one(match: "re.Match[bytes]") -> bytes:
        said = match[1]
        return bytes([int(said, 8)]) if said.isdigit() else ESCAPES.get(said, said)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, literal, flags=re.S)
