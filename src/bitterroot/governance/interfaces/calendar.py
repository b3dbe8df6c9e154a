"""Meetings of bodies as entries of a calendar (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import icalendar

from bitterroot.governance.models import Meeting
from bitterroot.record import clock

LENGTH = timedelta(hours=2)  # that a meeting takes in calendars


def new_calendar(name: str) -> icalendar.Calendar:
    """An empty calendar that calls itself `name` where it is subscribed to."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Bitterroot//calendar//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    return made


def meeting_entries(title: str, meetings: Iterable[Meeting]) -> Iterator[icalendar.Event]:
    """Each meeting of the body called `title`, and the day on which its agenda closes."""
    for meeting in meetings:
        event = icalendar.Event()
        event.add("uid", f"meeting-{meeting.pk}@bitterroot")
        event.add("dtstamp", clock.now())
        event.add("dtstart", meeting.starts_at)
        event.add("dtend", meeting.starts_at + LENGTH)
        event.add("summary", title)
        event.add("location", meeting.place)
        yield event
        yield day_entry(f"cut-off-{meeting.pk}", f"{title}: the agenda closes", meeting.cut_off)


def day_entry(uid: str, summary: str, day: date, url: str = "") -> icalendar.Event:
    """Something that is due on a day; `uid` stays the same as long as it is the same thing."""
    event = icalendar.Event()
    event.add("uid", f"{uid}@bitterroot")
    event.add("dtstamp", clock.now())
    event.add("dtstart", day)
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    if url:
        event.add("url", url)
    return event
