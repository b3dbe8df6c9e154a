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
        ("X-WR-CALNAME", text(name)),
    ])  # fmt: skip
    return b"".join([head, *entries, b"END:VCALENDAR\r\n"])


def meeting_entries(title: str, meetings: Iterable[Meeting]) -> Iterator[bytes]:
    """Each meeting of the body called `title`, and the day on which its agenda closes."""
    for meeting in meetings:
        place = [("LOCATION", text(meeting.place))]
        yield timed_entry(f"meeting-{meeting.pk}", title, meeting.starts_at, LENGTH, place)
        yield day_entry(f"cut-off-{meeting.pk}", f"{title}: the agenda closes", meeting.cut_off)


def day_entry(uid: str, summary: str, day: date, url: str = "") -> bytes:
    """Something that is due on a day; `uid` stays the same as long as it is the same thing."""
    more = [("DTSTART;VALUE=DATE", f"{day:%Y%m%d}"), ("TRANSP", "TRANSPARENT")]
    return _entry(uid, summary, [*more, ("URL", url)] if url else more)


def timed_entry(
    uid: str, summary: str, starts: datetime, length: timedelta, more: Iterable[tuple[str, str]]
) -> bytes:
    """Something with a beginning and an end; `more` are its other lines, ready as they are."""
    times = [("DTSTART", _moment(starts)), ("DTEND", _moment(starts + length))]
    return _entry(uid, summary, [*times, *more])


def text(said: str) -> str:
    """`said` as the value of a line that holds text."""
    return said.translate(_ESCAPED)


def quoted(said: str) -> str:
    """`said` as a parameter of a line: between quotation marks, so without any (RFC 5545, 3.2)."""
    return '"{}"'.format("".join(c for c in said if c.isprintable()).replace('"', "'"))


def _entry(uid: str, summary: str, more: Iterable[tuple[str, str]]) -> bytes:
    return _lines([
        ("BEGIN", "VEVENT"), ("UID", f"{uid}@bitterroot"), ("DTSTAMP", _moment(clock.now())),
        ("SUMMARY", text(summary)), *more, ("END", "VEVENT"),
    ])  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


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
