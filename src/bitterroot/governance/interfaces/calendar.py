"""Meetings of bodies and days on which something is due, as entries of a calendar (RFC 5545).

Calendar programs ask every few minutes, and a feed has hundreds of entries: lines are written
straight away, a tenth of the work of building a component of each.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from bitterroot.governance.models import Meeting
from bitterroot.record import clock

LENGTH = timedelta(hours=2)  # that a meeting takes in calendars
LONGEST = 75  # octets of a line without its end (RFC 5545, 3.1)
#: What a text may not hold as it is (RFC 5545, 3.3.11): no control character but the tab.
_ESCAPED = str.maketrans(
    {chr(code): None for code in (*range(32), 127) if chr(code) != "\t"}
    | {"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"}
)


def calendar(name: str, entries: Iterable[bytes]) -> bytes:
    """A calendar of these entries that calls itself `name` where it is subscribed to."""
    head = _lines([
        ("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Bitterroot//calendar//EN"),
        ("X-WR-CALNAME", _text(name)),
    ])  # fmt: skip
    return b"".join([head, *entries, b"END:VCALENDAR\r\n"])


def meeting_entries(title: str, meetings: Iterable[Meeting]) -> Iterator[bytes]:
    """Each meeting of the body called `title`, and the day on which its agenda closes."""
    for meeting in meetings:
        yield _entry(f"meeting-{meeting.pk}", title, [
            ("DTSTART", _moment(meeting.starts_at)),
            ("DTEND", _moment(meeting.starts_at + LENGTH)),
            ("LOCATION", _text(meeting.place)),
        ])  # fmt: skip
        yield day_entry(f"cut-off-{meeting.pk}", f"{title}: the agenda closes", meeting.cut_off)


def day_entry(uid: str, summary: str, day: date, url: str = "") -> bytes:
    """Something that is due on a day; `uid` stays the same as long as it is the same thing."""
    more = [("DTSTART;VALUE=DATE", f"{day:%Y%m%d}"), ("TRANSP", "TRANSPARENT")]
    return _entry(uid, summary, [*more, ("URL", url)] if url else more)


def _entry(uid: str, summary: str, more: Iterable[tuple[str, str]]) -> bytes:
    return _lines([
        ("BEGIN", "VEVENT"), ("UID", f"{uid}@bitterroot"), ("DTSTAMP", _moment(clock.now())),
        ("SUMMARY", _text(summary)), *more, ("END", "VEVENT"),
    ])  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    return said.translate(_ESCAPED)


def _lines(said: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(_folded(f"{name}:{value}".encode()) for name, value in said)


def _folded(line: bytes) -> bytes:
    """The line with its end; a long one goes on in the next, after a blank, never within a letter."""
    parts = []
    while len(line) > LONGEST:
        at = LONGEST
        while line[at] & 0xC0 == 0x80:  # within a letter of several octets
            at -= 1
        parts.append(line[:at])
        line = b" " + line[at:]
    return b"\r\n".join([*parts, line, b""])
