"""Public bytes that are stored ready to send: signed credentials and status lists.

The Django views and the door in front of Django (`door.py`) both answer from here: one question
to the database, one rule about who may see, one set of headers.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import connection

from bitterroot.issuing.domain.status import VALID
from bitterroot.record import clock

JSON = "application/json"
PROFILE = (
    "https://w3id.org/openbadges/v2"  # who names it wants Open Badges 2.0, which is not stored
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{8,32}")

# `issuing.rules.is_visible_to` for a stranger, as a question to the database (a test compares
# them): claimed and opened by its learner, also after it was revoked; a directory hold wins.
CREDENTIAL = """
SELECT d.body FROM issuing_awarddocument d
JOIN issuing_award a ON a.id = d.award_id
JOIN people_person p ON p.id = a.learner_id
WHERE a.public_id = %s AND a.visibility IN ('link', 'public') AND NOT p.directory_hold
AND (a.state = 'claimed' OR (a.state = 'revoked' AND a.state_before = 'claimed'))
"""
# A list past half of its validity, or with marks that wait, is not given: the view then signs it anew.
STATUS_LIST = """
SELECT document FROM issuing_statuslist
WHERE n = %s AND published_at > %s AND published_version = version
"""

Ask = Callable[[str, Sequence[Any]], tuple[Any, ...] | None]  # SQL and values to the first row


def ask_django(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row, through Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer: its bytes, and the headers that belong to them whoever sends it."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]


def stored(body: bytes, *, seconds: int) -> Stored:
    """Bytes that anyone may read from anywhere, to be kept by caches for some seconds."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = (
        ("Content-Type", JSON),
        ("ETag", etag),
        ("Cache-Control", f"public, max-age={seconds}"),
        ("Access-Control-Allow-Origin", "*"),
        ("Vary", "Accept"),
    )
    return Stored(body, etag, headers)


def find(kind: str, name: str, ask: Ask) -> Stored | None:
    """The credential of a public id or the status list of a number, if strangers may have it."""
    if kind == "credential":
        row = ask(CREDENTIAL, [name]) if _IDENTIFIER.fullmatch(name) else None
        return stored(bytes(row[0]), seconds=5) if row else None
    fresh = (clock.now() - VALID / 2).astimezone(UTC).isoformat(" ")
    row = ask(STATUS_LIST, [int(name), fresh]) if name.isascii() and name.isdigit() else None
    return stored(bytes(row[0]), seconds=30) if row else None


def wanted(path: str, accept: str) -> tuple[str, str] | None:
    """What of ours an address asks for, as (kind, name), if it wants the bytes and no page."""
    if path.startswith("/credentials/"):
        name = path[13:]
        if name.endswith(".json"):
            return "credential", name[:-5]
        plain = "." not in name and "/" not in name and PROFILE not in accept
        if plain and prefers_json(accept):
            return "credential", name
    elif path.startswith("/status/") and len(path) < 18 and path[8:].isdigit():
        return "status", path[8:]
    return None


def prefers_json(accept: str) -> bool:
    """Whether a reader would rather have JSON than a page. Who asks for anything gets the page."""
    if "json" not in accept and "application/vc" not in accept:
        return False
    best = {"json": 0.0, "html": 0.0}
    for part in accept.lower().split(","):
        name, *settings = (piece.strip() for piece in part.split(";"))
        quality = next((_number(s[2:]) for s in settings if s.startswith("q=")), 1.0)
        if name in ("text/html", "application/xhtml+xml"):
            best["html"] = max(best["html"], quality)
        elif name.endswith("json") or name.startswith("application/vc"):
            best["json"] = max(best["json"], quality)
    return best["json"] > best["html"]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def same(etag: str, if_none_match: str) -> bool:
    """Whether the reader already has these bytes (RFC 9110, weak comparison)."""
    known = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return bool(if_none_match) and any(tag in (etag, "*") for tag in known)
