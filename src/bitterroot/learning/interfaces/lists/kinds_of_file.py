"""Telling what an uploaded file is by what it holds, never by how it is called."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

from bitterroot.learning.checks.reading import ListUnreadable

FileKind = Literal["xlsx", "xls", "ods", "text"]

SAVE_AS = "Save it from your spreadsheet program as .xlsx or .csv and upload that."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"{\\rtf", "a word processor's text (RTF)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
MOST_MEMBERS = 2_000
MOST_TIMES = 250
"""Honest sheets shrink to a tenth, repetitive ones to a fiftieth; a bomb to a thousandth."""

SMALL = 16_000_000
"""Bytes that may be unpacked however well they were packed."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large an upload may be: bytes as they come, bytes when unpacked."""

    file_bytes: int
    unpacked_bytes: int


def kind_of_file(data: bytes, sizes: Sizes) -> FileKind:
    """What `data` is. Raises ListUnreadable for what is empty, too large, or no table at all."""
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise ListUnreadable("The file is empty.", "Choose the file that holds your list.")
    if len(data) > sizes.file_bytes:
        raise ListUnreadable(
            f"The file is too large: {_megabytes(len(data))} where at most "
            f"{_megabytes(sizes.file_bytes)} are read.",
            "Remove pictures and further sheets, or split the list.",
        )
    if data.startswith(b"PK"):
        return _kind_of_zip(data, sizes)
    if data.startswith(_OLE):
        return _kind_of_compound(data)
    for start, name in _OTHERS:
        if data.startswith(start):
            raise ListUnreadable(f"This is {name}, not a list.", SAVE_AS)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        raise ListUnreadable("This is a web page saved under another name, not a list.", SAVE_AS)
    return "text"


def _kind_of_compound(data: bytes) -> FileKind:
    """Excel's old format; its container also holds other programs' files and locked ones."""
    if _wide("EncryptedPackage") in data:
        raise ListUnreadable(
            "The workbook is locked with a password.", "Save it without one and upload it again."
        )
    if _wide("Workbook") in data or _wide("Book") in data:
        return "xls"
    raise ListUnreadable("This is an old Office file, but no workbook.", SAVE_AS)


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _kind_of_zip(data: bytes, sizes: Sizes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
        raise ListUnreadable("The workbook is damaged and cannot be opened.", SAVE_AS) from error
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS:
        raise ListUnreadable("This is no ordinary workbook: it has too many parts.", SAVE_AS)
    kind = _kind_by_members(names)
    _refuse_bomb(data, members, sizes)
    return kind


def _kind_by_members(names: set[str]) -> FileKind:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise ListUnreadable("Binary workbooks (.xlsb) are not read.", SAVE_AS)
    if "word/document.xml" in names:
        raise ListUnreadable("This is a Word document, not a workbook.", SAVE_AS)
    if "ppt/presentation.xml" in names:
        raise ListUnreadable("This is a presentation, not a workbook.", SAVE_AS)
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "ods"
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise ListUnreadable("This is a Numbers document.", "Export it from Numbers to Excel.")
    raise ListUnreadable("This is a zip archive, but no workbook.", SAVE_AS)


def _refuse_bomb(data: bytes, members: list[zipfile.ZipInfo], sizes: Sizes) -> None:
    """Refuse what would unpack to too much, by what it declares and by what it truly is."""
    declared = sum(member.file_size for member in members)
    if declared > sizes.unpacked_bytes:
        raise _bomb(declared)
    left = sizes.unpacked_bytes
    for member in members:
        if member.flag_bits & 1:
            raise ListUnreadable(
                "The workbook is locked with a password.",
                "Save it without one and upload it again.",
            )
        actual = _unpacked_size(data, member, left)
        left -= actual
        if left < 0 or (actual > SMALL and actual > MOST_TIMES * max(member.compress_size, 1)):
            raise _bomb(sizes.unpacked_bytes - left)


def _bomb(size: int) -> ListUnreadable:
    return ListUnreadable(
        f"The workbook would unpack to {_megabytes(size)} or more, which no list does.", SAVE_AS
    )


def _unpacked_size(data: bytes, member: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a member really unpacks to, counted up to `most` and little further."""
    at = member.header_offset
    if data[at : at + 4] != b"PK\x03\x04" or at + 30 > len(data):
        raise ListUnreadable("The workbook is damaged and cannot be opened.", SAVE_AS)
    name_size, extra_size = struct.unpack("<HH", data[at + 26 : at + 30])
    start = at + 30 + name_size + extra_size
    packed = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ListUnreadable("The workbook is packed in a way that is not read.", SAVE_AS)
    return _inflated_size(packed, most)


def _inflated_size(packed: memoryview, most: int) -> int:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    piece: bytes | memoryview = packed
    try:
        while not inflate.eof and size <= most:
            out = inflate.decompress(piece, 1 << 20)
            size += len(out)
            piece = inflate.unconsumed_tail
            if not out and not piece:
                break
    except zlib.error as error:
        raise ListUnreadable("The workbook is damaged and cannot be opened.", SAVE_AS) from error
    return size


def _megabytes(size: int) -> str:
    return f"{max(size / 1_000_000, 0.1):,.1f} MB".replace(".0 MB", " MB")
