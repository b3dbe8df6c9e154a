"""The portfolio: every program by stage, and what it has led to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bitterroot.figures.period import Period
from bitterroot.figures.scope import Scope
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage and the programs that stand there, by title."""

    key: str
    label: str
    programs: tuple[Program, ...]

    @property
    def count(self) -> int:
        return len(self.programs)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Awards of one program (or of all): numbers of badges. Each is part of the one before."""

    title: str
    issued: int
    claimed: int
    shown: int  # public, or open to those who have the link
    revoked: int

    @property
    def steps(self) -> list[tuple[str, int]]:
        """The funnel from its wide end."""
        return [("Issued", self.issued), ("Claimed", self.claimed), ("Shown", self.shown)]


def programs_in(scope: Scope) -> QuerySet[Program]:
    """The programs of a scope, by title."""
    found = Program.objects.select_related("owner_unit", "lead").order_by("title")
    return found if scope.units is None else found.filter(owner_unit__in=scope.units)


def stages(scope: Scope) -> list[Stage]:
    """Programs by stage, in the order of a program's life; stages without any are left out."""
    by_state: dict[str, list[Program]] = {}
    for program in programs_in(scope):
        by_state.setdefault(program.state, []).append(program)
    return [
        Stage(state, ProgramState(state).label, tuple(by_state[state]))
        for state in ProgramState.values
        if state in by_state
    ]


def funnels(scope: Scope, period: Period) -> list[Funnel]:
    """Badges issued within the period, by program, most first. Revoked ones are counted apart."""
    found = Award.objects.filter(valid_from__gte=period.start, valid_from__lt=period.end)
    if scope.units is not None:
        found = found.filter(template__program_version__program__owner_unit__in=scope.units)
    claimed = Q(state=AwardState.CLAIMED)
    rows = (
        found.values("template__program_version__program__title")
        .annotate(
            issued=Count("pk"),
            claimed=Count("pk", filter=claimed),
            shown=Count("pk", filter=claimed & ~Q(visibility=Visibility.PRIVATE)),
            revoked=Count("pk", filter=Q(state=AwardState.REVOKED)),
        )
        .order_by("-issued", "template__program_version__program__title")
    )
    return [
        Funnel(
            row["template__program_version__program__title"],
            row["issued"],
            row["claimed"],
            row["shown"],
            row["revoked"],
        )
        for row in rows
    ]


def together(funnels: Iterable[Funnel]) -> Funnel:
    """The sum of several funnels."""
    found = list(funnels)
    return Funnel(
        "All programs",
        sum(f.issued for f in found),
        sum(f.claimed for f in found),
        sum(f.shown for f in found),
        sum(f.revoked for f in found),
    )
