"""A time line of years with the days that matter on it: coordinates for a drawing, rows for its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

WIDTH = 1000
EDGE = 14
LANE = 26  # height of a line of labels
TOP = 40
LETTER = 7.6  # width of a letter of a label


class Span(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


class Day(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on the line; its label stands in a lane below, turned left near the right end."""

    x: int
    label: str
    short: str
    state: str
    on: date
    text_x: int
    text_y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a template draws. `now` is None where today is not on the line."""

    width: int
    height: int
    bands: tuple[tuple[int, int, str], ...]  # x, width, label
    marks: tuple[Mark, ...]
    now: int | None


def timeline(spans: Sequence[Span], days: Sequence[Day], today: date) -> Line | None:
    """Years as bands, days as marks whose labels do not cover each other; None without years."""
    if not spans:
        return None
    first = min(span.first for span in spans)
    last = max([*(span.last for span in spans), *(day.on for day in days)])
    total = max(1, (last - first).days)

    def x(day: date) -> int:
        return EDGE + round((WIDTH - 2 * EDGE) * min(max((day - first).days, 0), total) / total)

    bands = tuple((x(s.first), x(s.last) - x(s.first), s.label) for s in spans)
    ends: list[int] = []  # right end of each lane
    marks = []
    for day in days:
        at = x(day.on)
        room = 16 + round(LETTER * len(day.short))
        turned = at > WIDTH - room
        left = at - room if turned else at
        lane = next((n for n, end in enumerate(ends) if end <= left), len(ends))
        ends[lane : lane + 1] = [left + room]
        text_y = TOP + 34 + LANE * lane
        marks.append(
            Mark(
                at,
                day.label,
                day.short,
                day.state,
                day.on,
                at,
                text_y,
                "end" if turned else "start",
            )
        )
    height = TOP + 34 + LANE * max(1, len(ends))
    return Line(WIDTH, height, bands, tuple(marks), x(today) if first <= today <= last else None)
