"""The demo university from its first day to the morning of 18 November 2026."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

from bitterroot.demo import (
    agreements,
    awards,
    bodies,
    changes,
    full,
    lists,
    pilots,
    programs,
    proposals,
    senate,
    together,
    tracks,
)
from bitterroot.demo.elsewhere import hudson, lakeland
from bitterroot.demo.elsewhere.campus import Campus
from bitterroot.demo.people import make_people
from bitterroot.demo.road import publish_pages
from bitterroot.demo.telling import summary
from bitterroot.demo.world import SET_UP, START, World, at, tell
from bitterroot.issuing.domain import status
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.enums import KeyUse
from bitterroot.record import clock


def make_key(world: World) -> None:
    """The key that signs every badge; a file of its own."""
    with at("2025-02-03 10:30"):
        for use in KeyUse:
            ensure_signing_key(by=SET_UP, use=use)


def live_through_pilots(world: World) -> None:
    """Every pilot over its years, those that are proposed for good among them."""
    pilots.live_through_pilots(world, full.before_the_proposals(world))


CHAPTERS: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("people", make_people),
    ("pages", publish_pages),
    ("a signing key", make_key),
    ("programs from before", programs.record_earlier),
    ("Rural Behavioral Health Support", programs.walk_rural),
    ("Wilderness Stewardship Field Skills", programs.walk_wilderness),
    ("Outdoor Recreation Business Start-up", programs.walk_outdoor),
    ("GIS for Community Planning", programs.walk_gis),
    ("Wildlife Track Photography Walk", tracks.walk_photography),
    ("Meetings That Decide", tracks.meetings_with_budget),
    ("a draft", proposals.draft_with_gaps),
    ("with the office", proposals.with_the_office),
    ("with a partner", proposals.waits_for_a_partner),
    ("decided", proposals.decided),
    ("consultations", proposals.consultations_in_each_state),
    ("seats in bodies", bodies.seat_everyone),
    ("senators", senate.seat_senators),
    ("badges", lists.issue_lists),
    ("a badge for taking part", tracks.issue_to_walkers),
    ("pilots", live_through_pilots),
    ("Supply-Chain Analytics", bodies.supply_chain_walks),
    ("Snowpack and Avalanche Field Methods", senate.snow_walks),
    ("the senate's vote", senate.senate_decides),
    ("the senate today", senate.senate_meets_today),
    ("Tribal Data Sovereignty", bodies.tribal_data_waits),
    ("what learners did", awards.live_with_awards),
    ("revocations", awards.revoke_some),
    ("one suspended, one corrected", awards.suspend_and_correct),
    ("lists that wait", lists.lists_that_wait),
    ("agreements", agreements.agree_and_go_on),
    ("one who is away", together.curtis_is_away),
    ("units that are asked", together.units_are_asked),
    ("two that are bound", together.two_are_bound),
    ("changes and endings", changes.change_and_end),
)
#: The other institutions that ship, each with a smaller demonstration of its own.
ELSEWHERE = {"hudson-valley": hudson.CHAPTERS, "lakeland-state": lakeland.CHAPTERS}


def make_university(report: Callable[[str], None]) -> dict[str, Any]:
    """Call every verb that it takes; gives what the demo tells of itself."""
    world = World()
    elsewhere = ELSEWHERE.get(settings.POLICY_DIR)
    if elsewhere is None:
        for name, chapter in CHAPTERS:
            report(name)
            chapter(world)
    else:
        campus = Campus(settings.POLICY_DIR, world)
        for name, its_chapter in elsewhere:
            report(name)
            its_chapter(campus)
    with clock.standing_at(START - timedelta(minutes=1)):
        status.keep_fresh()
        tell()
    clock.start_at(START)
    return summary(world)
