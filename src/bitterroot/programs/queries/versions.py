"""Versions of a program: which holds on a day, and which badge a version awards."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.record import clock


def holds_on(day: date, of: str = "") -> Q:
    """The versions that hold on that day or held before it; of these the newest counts.

    `of` is the way to the version from the rows that are asked, such as `program_version__`.
    """
    return Q(**{f"{of}effective_on": None}) | Q(**{f"{of}effective_on__lte": day})


def version_on(program: Program, day: date | None = None) -> ProgramVersion | None:
    """The version in force on that day (today where none is given), with its decision.

    Where the first one takes effect later than that, it is the first.
    """
    found = program.versions.select_related("decision")
    in_force = found.filter(holds_on(day or clock.today())).order_by("-n").first()
    return in_force or found.order_by("n").first()


def expected_of_year(program: Program, year: int, begun: date | None) -> dict[str, Any]:
    """What the version in force then expected of a pilot year that began on that day, where it says so.

    Learners in whole numbers, what delivery costs a year and what a learner pays, in dollars as text.
    """
    version = version_on(program, begun)
    said = version.content if version else {}
    asked = {"learners": f"enrollment_year_{year}", "cost": "delivery_cost", "price": "price"}
    return {name: said[key] for name, key in asked.items() if said.get(key) not in (None, "")}


def newest_version(program: Program) -> ProgramVersion | None:
    """The version that was approved last, in effect or not yet: what a change starts from."""
    return program.versions.select_related("decision").order_by("-n").first()


def coming_versions(program: Program) -> list[ProgramVersion]:
    """Versions that are approved and take effect on a later day, soonest first."""
    return list(program.versions.filter(effective_on__gt=clock.today()).order_by("n"))


def newest_in_force(versions: list[ProgramVersion]) -> ProgramVersion:
    """As `version_on` for today, of versions that were read already; there must be one."""
    today = clock.today()
    held = [v for v in versions if v.effective_on is None or v.effective_on <= today]
    return max(held, key=lambda v: v.n) if held else min(versions, key=lambda v: v.n)


def badge_of(version: ProgramVersion) -> BadgeTemplate | None:
    """The badge that the version awards: its own, or that of the version whose badge it kept."""
    found = _badges(version.program_id).filter(program_version__n__lte=version.n)
    return found.first()


def newest_badge(program: Program, until: ProgramVersion | None = None) -> BadgeTemplate | None:
    """The badge of the version that was approved last; with `until`, of none after that version."""
    found = _badges(program.pk)
    return (found if until is None else found.filter(program_version__n__lte=until.n)).first()


def _badges(program: UUID) -> QuerySet[BadgeTemplate]:
    found = BadgeTemplate.objects.filter(program_version__program=program)
    related = found.select_related("program_version__decision", "image_png", "image_svg")
    return related.order_by("-program_version__n", "-n")
