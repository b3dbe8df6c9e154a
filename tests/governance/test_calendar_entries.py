"""What calendar programs read of our lines is what was said, whatever letters it has."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.governance.interfaces.calendar import calendar, day_entry, meeting_entries
from bitterroot.record import clock

NOW = datetime(2026, 11, 3, 16, 30, tzinfo=UTC)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200
)


def test_a_meeting_and_the_day_on_which_its_agenda_closes() -> None:
    meeting = SimpleNamespace(
        pk="7f1", starts_at=datetime(2026, 11, 20, 22, tzinfo=UTC), place="Main Hall; room 2, east",
        cut_off=date(2026, 11, 13),
    )  # fmt: skip
    with clock.standing_at(NOW):
        made = calendar("Senate", meeting_entries("Faculty Senate", [meeting]))  # type: ignore[list-item]
    assert made.decode().splitlines() == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bitterroot//calendar//EN", "X-WR-CALNAME:Senate",
        "BEGIN:VEVENT", "UID:meeting-7f1@bitterroot", "DTSTAMP:20261103T163000Z",
        "SUMMARY:Faculty Senate", "DTSTART:20261120T220000Z", "DTEND:20261121T000000Z",
        "LOCATION:Main Hall\\; room 2\\, east", "END:VEVENT",
        "BEGIN:VEVENT", "UID:cut-off-7f1@bitterroot", "DTSTAMP:20261103T163000Z",
        "SUMMARY:Faculty Senate: the agenda closes", "DTSTART;VALUE=DATE:20261113",
        "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    assert made.count(b"\r\n") == made.count(b"\n") == 20


@given(WORDS)
def test_every_title_comes_back_as_it_was_and_no_line_is_too_long(title: str) -> None:
    with clock.standing_at(NOW):
        made = calendar(
            "Days", [day_entry("x", title, date(2026, 11, 4), "https://a.example/b,c;d")]
        )
    assert max(map(len, made.split(b"\r\n"))) <= 75
    [entry] = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(entry["summary"]) == title
    assert (entry["dtstart"].dt, entry["dtstamp"].dt) == (date(2026, 11, 4), NOW)
    assert str(entry["url"]) == "https://a.example/b,c;d"


def test_lines_of_a_text_stay_lines_and_end_nothing() -> None:
    with clock.standing_at(NOW):
        made = calendar("Days", [day_entry("x", "One\r\nEND:VEVENT\nTwo\\n", date(2026, 11, 4))])
    [entry] = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(entry["summary"]) == "One\nEND:VEVENT\nTwo\\n"


def test_control_characters_are_left_out() -> None:
    """RFC 5545 has none of them in a text but the tab; some calendar programs refuse the whole file."""
    said = "".join(map(chr, range(32))) + "\x7fend"
    with clock.standing_at(NOW):
        made = calendar(said, [day_entry("x", said, date(2026, 11, 4))])
    assert not {code for code in made if code < 32} - {9, 10, 13}
    assert 127 not in made
    [entry] = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(entry["summary"]) == "\t\nend"
