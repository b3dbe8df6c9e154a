"""Figures are counted once a day, at night for the whole university, and kept with their files.

Counting reads every open case. Who opens the page reads what was kept, with its moment, and may have
it counted again.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from bitterroot.figures.interfaces.pdf import pdf
from bitterroot.figures.interfaces.workbook import workbook
from bitterroot.figures.models import KeptFigures
from bitterroot.figures.overdue import Late
from bitterroot.figures.period import Period, years
from bitterroot.figures.pilots import Risk
from bitterroot.figures.portfolio import Entry, Funnel, Stage
from bitterroot.figures.report import Report, make_report
from bitterroot.figures.scope import Scope, may_read_figures
from bitterroot.figures.steps import StepTime
from bitterroot.figures.tracks import AgreementFigures, TrackFigures
from bitterroot.people.actor import Actor
from bitterroot.record import clock
from bitterroot.record.canonical import digest

NIGHT = 3  # the hour from which the night's figures are counted
MOST = 100  # rows of one table on the page; the files have all
WHOLE = Scope("All units")
FILES = {"pdf": pdf, "workbook": workbook}


@dataclass(frozen=True, slots=True)
class Kept:
    """A report whose long tables are cut for the page, and how long each of them is."""

    report: Report
    made_at: datetime
    numbers: dict[str, int]  # rows of "programs", "funnels", "late" and "at_risk"


def kept(scope: Scope, period: Period) -> Kept:
    """The figures of today, counted now where nobody has yet. One query where they are kept."""
    row = KeptFigures.objects.filter(scope=_key(scope), year=period.label)
    found = row.defer("pdf", "workbook").first()
    if found is None or clock.day_of(found.made_at) != clock.today():
        found = count(scope, period)
    return _read(found, scope, period)


def file_of(scope: Scope, period: Period, kind: str) -> bytes:
    """The kept file, `pdf` or `workbook`, of the figures that `kept` gives."""
    row = KeptFigures.objects.filter(scope=_key(scope), year=period.label).only("made_at", kind)
    found = row.first()
    if found is None or clock.day_of(found.made_at) != clock.today():
        found = count(scope, period)
    return bytes(getattr(found, kind))


@transaction.atomic
def count(scope: Scope, period: Period) -> KeptFigures:
    """Count the figures and keep them in place of those before."""
    report = make_report(scope, period)
    files = {name: write(report) for name, write in FILES.items()}
    row, _ = KeptFigures.objects.update_or_create(
        scope=_key(scope),
        year=period.label,
        defaults={"made_at": clock.now(), "shown": _written(report), **files},
    )
    return row


def count_again(*, by: Actor, scope: Scope, period: Period) -> None:
    """Bring the kept figures up to now. Raises Refused for those who may not read them."""
    may_read_figures(by).require()
    count(scope, period)


def run_due() -> int:
    """The worker's step: each night the figures of the whole university for this academic year."""
    now = timezone.localtime(clock.now())
    known = years()
    if now.hour < NIGHT or not known:
        return 0
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = KeptFigures.objects.filter(scope=_key(WHOLE), year=known[0].label)
    if rows.filter(made_at__gte=midnight, made_at__lte=now).exists():
        return 0
    count(WHOLE, known[0])
    return 1


def last_at_risk() -> tuple[int, datetime] | None:
    """How many pilots of the university need a look, and when they were counted. One query."""
    row = (
        KeptFigures.objects.filter(scope=_key(WHOLE)).order_by("-made_at").only("shown", "made_at")
    )
    found = row.first()
    return (orjson.loads(found.shown)["numbers"]["at_risk"], found.made_at) if found else None


def _key(scope: Scope) -> str:
    return "all" if scope.units is None else digest(sorted(scope.units))


def _written(report: Report) -> str:
    cut = {
        "stages": _cut(report.stages),
        "funnels": report.funnels[:MOST],
        "total": report.total,
        "steps": report.steps,
        "bottlenecks": report.bottlenecks[:1],
        "late": report.late[:MOST],
        "at_risk": report.at_risk[:MOST],
        "decisions": report.decisions,
        "tracks": report.tracks,
        "agreements": report.agreements,
        "made_on": report.made_on,
        "numbers": {
            "programs": report.programs,
            "funnels": len(report.funnels),
            "late": len(report.late),
            "at_risk": len(report.at_risk),
        },
    }
    return orjson.dumps(cut).decode()


def _cut(stages: list[Stage]) -> list[Stage]:
    """The stages with their first programs, so many in all; each still says how many it has."""
    left, found = MOST, []
    for stage in stages:
        found.append(replace(stage, programs=stage.programs[:left]))
        left -= len(found[-1].programs)
    return found


def _read(row: KeptFigures, scope: Scope, period: Period) -> Kept:
    said: dict[str, Any] = orjson.loads(row.shown)
    report = Report(
        scope=scope,
        period=period,
        made_on=date.fromisoformat(said["made_on"]),
        stages=[
            Stage(s["key"], s["label"], s["count"], tuple(Entry(**each) for each in s["programs"]))
            for s in said["stages"]
        ],
        funnels=[Funnel(**each) for each in said["funnels"]],
        total=Funnel(**said["total"]),
        steps=[StepTime(**each) for each in said["steps"]],
        bottlenecks=[StepTime(**each) for each in said["bottlenecks"]],
        late=[Late(**{**each, "due": date.fromisoformat(each["due"])}) for each in said["late"]],
        at_risk=[Risk(**each) for each in said["at_risk"]],
        tracks=[TrackFigures(**each) for each in said["tracks"]],
        agreements=AgreementFigures(**said["agreements"]),
        decisions=[(who, outcome, n) for who, outcome, n in said["decisions"]],
    )
    return Kept(report, row.made_at, said["numbers"])
