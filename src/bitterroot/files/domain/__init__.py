"""Keeping files by the hash of their content, and reading them back unchanged."""

import hashlib
import os
import zipfile
from io import BytesIO
from pathlib import Path

from django.conf import settings

from bitterroot.files.domain.svg import require_still
from bitterroot.files.models import StoredFile
from bitterroot.record import clock
from bitterroot.record.errors import NotPossible

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SVG, TEXT = "image/svg+xml", "text/plain"
DOCUMENTS = frozenset({PDF, PNG, JPEG, DOCX, XLSX, PPTX, TEXT})


def shown_name(given: str) -> str:
    """The name under which a file is listed: as its sender calls it, 200 letters at most."""
    return given.strip()[:200] or "file"


def store(data: bytes, *, allowed: frozenset[str] = DOCUMENTS) -> StoredFile:
    """Keep `data`; the same bytes are kept once.

    Raises NotPossible when empty, larger than settings.UPLOAD_LIMIT bytes, or of a type (found
    from the content, whatever the name says) that is not in `allowed`, or an SVG that could run or
    fetch something.
    """
    if not data:
        raise NotPossible("The file is empty.")
    if len(data) > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // (1024 * 1024)
        raise NotPossible(f"The file is too large: at most {limit} MB.")
    media_type = sniff(data)
    if media_type not in allowed:
        raise NotPossible("This type of file is not accepted here. Use PDF, Word, PNG or JPEG.")
    if media_type == SVG:
        require_still(data)
    sha256 = hashlib.sha256(data).hexdigest()
    _write(_path(sha256), data)
    row, _ = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={"size": len(data), "media_type": media_type, "created_at": clock.now()},
    )
    return row


def read(stored: StoredFile) -> bytes:
    """The bytes. Raises OSError when the file is gone or no longer has its hash."""
    data = _path(stored.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise OSError(f"file {stored.sha256[:12]} was changed on disk")
    return data


def sniff(data: bytes) -> str:
    """The media type that the content itself shows; "application/octet-stream" if none."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return SVG
    if b"\0" not in data[:4096] and not head.startswith(b"<"):
        return TEXT
    return "application/octet-stream"


def _office(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(data)).namelist())
    except zipfile.BadZipFile:
        return "application/octet-stream"
    parts = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
    return next((kind for part, kind in parts.items() if part in names), "application/zip")


def _path(sha256: str) -> Path:
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
