"""How people work together: one is away, units are asked whether they concur, two are bound."""

from datetime import date

from bitterroot.demo.world import World, at
from bitterroot.governance.domain.away import go_away
from bitterroot.governance.domain.bundle import bind
from bitterroot.people.models import Unit
from bitterroot.proposals.domain.concurrence import answer_concurrence, ask_concurrence


def curtis_is_away(world: World) -> None:
    """The dean of Missoula College is away until Thanksgiving is over; Margit acts for him."""
    with at("2026-11-13 16:20"):
        go_away(
            by=world.by("curtis"),
            person=world.people["curtis"],
            deputy=world.people["margit"],
            starts_on=date(2026, 11, 16),
            ends_on=date(2026, 11, 30),
            note="The accreditation visit; I read mail in the evenings.",
        )


def units_are_asked(world: World) -> None:
    """The Wilderness Institute has answered about map reading; Society & Conservation is asked."""
    with at("2026-10-20 09:30"):
        asked = ask_concurrence(
            by=world.by("peter"),
            proposal=world.proposals["search"],
            unit=Unit.objects.get(key="wilderness-institute"),
            how="Your field skills badge teaches to read maps too; ours is for searching at night.",
        )
    with at("2026-10-26 15:10"):
        answer_concurrence(
            by=world.by("ingrid"),
            concurrence=asked,
            answer="comments",
            text="Send those who want the basics to us first.",
        )
    with at("2026-11-16 10:20"):
        ask_concurrence(
            by=world.by("tomas"),
            proposal=world.proposals["trails"],
            unit=Unit.objects.get(key="society-conservation"),
            how="It takes in volunteers whom your visitor program trains today.",
        )


def two_are_bound(world: World) -> None:
    """Trail crews and map reading are for the same volunteers; the office binds them."""
    with at("2026-11-16 11:45"):
        both = [world.proposals[key].case for key in ("trails", "search")]
        bind(by=world.by("dana"), cases_=both, title="Skills for volunteers in the field")
