"""What is late in pilots, and which pilots someone should look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bitterroot.figures.scope import Scope
from bitterroot.programs.enums import RUNNING, IntentState, ProgramState
from bitterroot.programs.models import Pilot
from bitterroot.programs.queries.pilots import Due, Standing, standing, with_all


@dataclass(frozen=True, slots=True)
class Risk:
    """A pilot that needs a look: it has lapsed, something is overdue, or its last rating says so."""

    title: str
    unit: str
    lead: str
    why: str
    url_name: str
    url_args: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LateInPilot:
    """A review, a notice or a full proposal whose day has passed, with whom it is, and its page."""

    what: str
    title: str
    who: str
    due: date
    url_name: str
    url_args: tuple[object, ...]


def standings(scope: Scope) -> list[Standing]:
    """The pilots of a scope that run or have lapsed, by title. Four queries."""
    rows = Pilot.objects.filter(program__state__in=(*RUNNING, ProgramState.PILOT_LAPSED))
    if scope.units is not None:
        rows = rows.filter(program__owner_unit__in=scope.units)
    return [standing(row) for row in with_all(rows).order_by("program__title", "pk")]


def late_in_pilots(found: Iterable[Standing]) -> list[LateInPilot]:
    """Everything overdue in these pilots."""
    return [_late(each, due) for each in found for due in each.late]


def at_risk(found: Iterable[Standing]) -> list[Risk]:
    """The pilots that need a look."""
    return [
        Risk(
            each.pilot.program.title,
            each.pilot.program.owner_unit.name,
            each.pilot.program.lead.display_name,
            each.at_risk,
            "faculty:pilot",
            (each.pilot.program.slug,),
        )
        for each in found
        if each.at_risk
    ]


def _late(each: Standing, due: Due) -> LateInPilot:
    program = each.pilot.program
    who, url_name, args = program.lead.display_name, "faculty:pilot", (program.slug,)
    if due.key.startswith("review-"):
        year = int(due.key.removeprefix("review-"))
        return LateInPilot(
            due.label, program.title, who, due.on, "faculty:review", (program.slug, year)
        )
    if due.key == "intent-due" and each.intent is not None:
        url_name = "faculty:notice"
        if each.intent.state == IntentState.SIGNED_BY_LEAD:
            who = f"Head, {program.owner_unit.name}"
    return LateInPilot(due.label, program.title, who, due.on, url_name, args)
