"""The words on a PDF that our typesetter made, as a reader's program finds them."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\s*(<<(?:(?!endobj).)*?>>)\s*stream\r?\n(.*?)\nendstream", re.S)
FONT = re.compile(rb"(\d+) 0 obj\s*<<[^>]*?/ToUnicode (\d+) 0 R")
# A literal string may hold parentheses without escapes where they balance; one level is enough.
LITERAL = rb"\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)"
SHOWN = re.compile(rb"/(f\d+) ([\d.]+) Tf|\[((?:" + LITERAL + rb"|[^\]()])*)\]TJ", re.S)
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
    for name, points, shown, _ in SHOWN.findall(page):
        if name:
            font, size = fonts[name], float(points)
            continue
        codes = b"".join(map(_plain, re.findall(LITERAL, shown, re.S)))
        pairs = (codes[n : n + 2] for n in range(0, len(codes), 2))
        found.append((size, "".join(maps[font][pair] for pair in pairs)))
    return found


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
