"""Figures by track (micro-credential, stand-alone badge, non-credit), and of agreements."""

from dataclasses import dataclass

from django.db.models import Count, Q

from bitterroot.figures.period import Period
from bitterroot.figures.scope import Scope
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award
from bitterroot.learning.models import Offering
from bitterroot.programs.enums import ProgramState, Track
from bitterroot.programs.models import Program
from bitterroot.proposals.enums import IN_FORCE, UNSIGNED, MouState
from bitterroot.proposals.models import Mou

_OF = "template__program_version__program__"


@dataclass(frozen=True, slots=True)
class TrackFigures:
    """One track: programs as they stand now, offerings begun and badges of the period."""

    label: str
    programs: int
    established: int
    offerings: int
    issued: int
    claimed: int


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """Agreements (MOUs) as they stand now; `ends_soon` are among those in force.

    `expired` are those that no signed renewal has taken the place of.
    """

    preparing: int = 0
    in_force: int = 0
    ends_soon: int = 0
    expired: int = 0

    @property
    def rows(self) -> list[tuple[str, int]]:
        return [
            ("In preparation", self.preparing),
            ("In force", self.in_force),
            ("Of these, end soon", self.ends_soon),
            ("Expired and not renewed", self.expired),
        ]


def track_figures(scope: Scope, period: Period) -> list[TrackFigures]:
    """Every track in the order of the policy's forms, also those without programs. Three queries."""
    programs, offered = Program.objects.all(), Offering.objects.filter(
        starts_on__gte=period.start.date(), starts_on__lte=period.last_day
    )  # fmt: skip
    awards = Award.objects.filter(valid_from__gte=period.start, valid_from__lt=period.end)
    if scope.units is not None:
        programs = programs.filter(owner_unit__in=scope.units)
        offered = offered.filter(program__owner_unit__in=scope.units)
        awards = awards.filter(**{f"{_OF}owner_unit__in": scope.units})
    established = Count("pk", filter=Q(state=ProgramState.ESTABLISHED))
    by_program = {
        track: (n, done)
        for track, n, done in programs.values_list("track").annotate(
            n=Count("pk"), done=established
        )
    }
    by_offering = dict(offered.values_list("program__track").annotate(n=Count("pk")))
    claimed = Count("pk", filter=Q(state=AwardState.CLAIMED))
    by_award = {
        track: (n, taken)
        for track, n, taken in awards.values_list(f"{_OF}track").annotate(
            n=Count("pk"), taken=claimed
        )
    }
    return [
        TrackFigures(
            track.label,
            *by_program.get(track, (0, 0)),
            by_offering.get(track, 0),
            *by_award.get(track, (0, 0)),
        )
        for track in Track
    ]


def agreement_figures(scope: Scope) -> AgreementFigures:
    """How many agreements stand where. One query."""
    found = Mou.objects.all()
    if scope.units is not None:
        found = found.filter(proposal__owner_unit__in=scope.units)
    return AgreementFigures(
        **found.aggregate(
            preparing=Count("pk", filter=Q(state__in=UNSIGNED)),
            in_force=Count("pk", filter=Q(state__in=IN_FORCE)),
            ends_soon=Count("pk", filter=Q(state=MouState.EXPIRING)),
            expired=Count("pk", filter=Q(state=MouState.EXPIRED)),
        )
    )
