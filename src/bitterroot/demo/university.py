"""The demo university from its first day to the morning of 18 November 2026."""

from collections.abc import Callable
from typing import Any

from bitterroot.demo import programs, proposals
from bitterroot.demo.people import make_people
from bitterroot.demo.road import publish_pages
from bitterroot.demo.world import START, World
from bitterroot.record import clock

CHAPTERS: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("people", make_people),
    ("pages", publish_pages),
    ("programs from before", programs.record_earlier),
    ("Rural Behavioral Health Support", programs.walk_rural),
    ("Wilderness Stewardship Field Skills", programs.walk_wilderness),
    ("Outdoor Recreation Business Start-up", programs.walk_outdoor),
    ("GIS for Community Planning", programs.walk_gis),
    ("a draft", proposals.draft_with_gaps),
    ("with the office", proposals.with_the_office),
    ("decided", proposals.decided),
    ("consultations", proposals.consultations_in_each_state),
)


def make_university(report: Callable[[str], None]) -> dict[str, Any]:
    """Call every verb that it takes; gives what the demo tells of itself."""
    world = World()
    for name, chapter in CHAPTERS:
        report(name)
        chapter(world)
    clock.start_at(START)
    return {"people": {}, "awards": {}}
