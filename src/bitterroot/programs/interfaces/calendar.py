"""Deadlines as an iCalendar file (RFC 5545): titles of programs and days, never a person's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from bitterroot.programs.models import Program
from bitterroot.programs.queries.pilots import Due
from bitterroot.record import clock

if TYPE_CHECKING:
    import icalendar


def deadlines_file(name: str, dues: Iterable[tuple[Program, Due]]) -> bytes:
    """A calendar called `name` with an all-day entry for each day that is still ahead or late.

    The UID of an entry stays the same when its day moves, so that a subscribed calendar moves it.
    """
    import icalendar  # here, so that a process starts without it

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Bitterroot//pilot deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for program, due in dues:
        if due.state in ("ahead", "now", "late"):
            calendar.add_component(_entry(program, due))
    return bytes(calendar.to_ical())


def _entry(program: Program, due: Due) -> icalendar.Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{due.key}-{program.pk}@bitterroot")
    event.add("dtstamp", clock.now())
    event.add("dtstart", due.on)
    event.add("dtend", _next(due.on))
    event.add("summary", f"{due.label}: {program.title}")
    event.add("url", f"{settings.BASE_URL.rstrip('/')}/work/programs/{program.slug}")
    event.add("transp", "TRANSPARENT")
    return event


def _next(day: date) -> date:
    return day + timedelta(days=1)
