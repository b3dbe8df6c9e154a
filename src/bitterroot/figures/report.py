"""The yearly report: one set of figures that the page, the PDF and the workbook all show."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count

from bitterroot.figures.overdue import Late, late_items
from bitterroot.figures.period import Period
from bitterroot.figures.pilots import Risk, at_risk, standings
from bitterroot.figures.portfolio import Funnel, Stage, funnels, stages, together
from bitterroot.figures.scope import Scope, may_read_figures
from bitterroot.figures.steps import StepTime, bottlenecks, in_scope, step_times
from bitterroot.figures.tracks import (
    AgreementFigures,
    TrackFigures,
    agreement_figures,
    track_figures,
)
from bitterroot.governance.enums import Outcome
from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a scope and an academic year, as they stood on `made_on`."""

    scope: Scope
    period: Period
    made_on: date
    stages: list[Stage]
    tracks: list[TrackFigures]
    agreements: AgreementFigures
    funnels: list[Funnel]
    total: Funnel
    steps: list[StepTime]
    bottlenecks: list[StepTime]
    late: list[Late]
    at_risk: list[Risk]
    decisions: list[tuple[str, str, int]]  # (who decided, outcome in words, how many)

    @property
    def title(self) -> str:
        return f"Micro-credentials {self.period.label}"

    @property
    def programs(self) -> int:
        return sum(stage.count for stage in self.stages)


def make_report(scope: Scope, period: Period) -> Report:
    """Gather the figures. About twenty queries, whatever the number of programs and awards."""
    by_program = funnels(scope, period)
    steps = step_times(scope, period)
    pilots = standings(scope)
    return Report(
        scope=scope,
        period=period,
        made_on=clock.today(),
        stages=stages(scope),
        tracks=track_figures(scope, period),
        agreements=agreement_figures(scope),
        funnels=by_program,
        total=together(by_program),
        steps=steps,
        bottlenecks=bottlenecks(steps),
        late=late_items(scope, pilots),
        at_risk=at_risk(pilots),
        decisions=decisions(scope, period),
    )


def decisions(scope: Scope, period: Period) -> list[tuple[str, str, int]]:
    """How often each office or body decided what in the period."""
    found = Decision.objects.filter(
        decided_on__gte=period.start.date(), decided_on__lte=period.last_day
    )
    if scope.units is not None:
        found = in_scope(found, scope)
    rows = found.values("body", "outcome").annotate(n=Count("pk")).order_by("body", "outcome")
    return [(row["body"], Outcome(row["outcome"]).label, row["n"]) for row in rows]


@transaction.atomic
def note_export(*, by: Actor, scope: Scope, period: Period, kind: str) -> None:
    """Keep in the record who took a report out of the house; it names no learner."""
    answer = may_read_figures(by).require()
    record_event(
        by=by,
        stream="figures",
        verb="report exported",
        about="figures",
        capacity=answer.capacity,
        data={"kind": kind, "period": period.label, "scope": scope.title},
        tell=False,
    )
