"""The demo university from its first day to the morning of 18 November 2026."""

from collections.abc import Callable
from typing import Any

from bitterroot.demo.people import make_people
from bitterroot.demo.world import START, World
from bitterroot.record import clock

CHAPTERS: tuple[tuple[str, Callable[[World], None]], ...] = (("people", make_people),)


def make_university(report: Callable[[str], None]) -> dict[str, Any]:
    """Call every verb that it takes; gives what the demo tells of itself."""
    world = World()
    for name, chapter in CHAPTERS:
        report(name)
        chapter(world)
    clock.start_at(START)
    return {"people": {}, "awards": {}}
