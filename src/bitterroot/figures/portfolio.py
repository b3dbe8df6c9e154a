"""The portfolio: every program by stage, and what it has led to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bitterroot.figures.period import Period
from bitterroot.figures.scope import Scope
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.programs.enums import Kind, ProgramState
from bitterroot.programs.models import Program


@dataclass(frozen=True, slots=True)
class Entry:
    """A program as the portfolio lists it."""

    title: str
    slug: str
    unit: str
    kind: str
    lead: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, how many programs stand there, and these by title (on the page the first)."""

    key: str
    label: str
    count: int
    programs: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Awards of one program (or of all): numbers of badges. Each is part of the one before."""

    title: str
    issued: int
    claimed: int
    shown: int  # public, or open to those who have the link
    revoked: int
    suspended: int  # for now

    @property
    def steps(self) -> list[tuple[str, int]]:
        """The funnel from its wide end."""
        return [("Issued", self.issued), ("Claimed", self.claimed), ("Shown", self.shown)]


def programs_in(scope: Scope) -> QuerySet[Program]:
    """The programs of a scope, by title."""
    found = Program.objects.order_by("title")
    return found if scope.units is None else found.filter(owner_unit__in=scope.units)


def stages(scope: Scope) -> list[Stage]:
    """Programs by stage, in the order of a program's life; stages without any are left out."""
    by_state: dict[str, list[Entry]] = {}
    rows = programs_in(scope).values_list(
        "state", "title", "slug", "owner_unit__name", "kind", "lead__display_name"
    )
    for state, title, slug, unit, kind, lead in rows:
        entry = Entry(title, slug, unit, str(Kind(kind).label), lead)
        by_state.setdefault(state, []).append(entry)
    return [
        Stage(state, ProgramState(state).label, len(by_state[state]), tuple(by_state[state]))
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
            suspended=Count(
                "pk", filter=Q(suspended_at__isnull=False) & ~Q(state=AwardState.REVOKED)
            ),
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
            row["suspended"],
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
        sum(f.suspended for f in found),
    )
