"""Which pilots someone should look at, found by the database.

It says of many at once what `Standing.at_risk` says of one. Days that follow from the calendar are
the same for all pilots that began in one term under one policy: they are computed once for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from bitterroot.policy import OutsideCalendar, PilotClock
from bitterroot.programs.domain.dates import clock_for, known
from bitterroot.programs.domain.intent import LIVE
from bitterroot.programs.enums import REVIEW_GIVEN, RUNNING, ProgramState, Rating
from bitterroot.programs.models import Intent, Pilot, PilotExtension, ProgramReview
from bitterroot.programs.queries.pilots import GIVEN
from bitterroot.record import clock

FACTS = ("policy", "first_term", "rule", "extra")


@dataclass(frozen=True, slots=True)
class _Alike:
    """Pilots whose days are the same: how many of their years the calendar knows, what is past."""

    those: Q
    years: int
    notice_past: bool
    full_past: bool


def those_at_risk(pilots: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Those that have lapsed, in which something is overdue, or whose last rating says so.

    One query at once (the terms and policies under which they began), and one when it is read.
    """
    extensions = PilotExtension.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    extra = Subquery(extensions.annotate(n=Sum("years")).values("n"))
    found = pilots.annotate(extra=Coalesce(extra, 0))
    alike = [_alike(*row) for row in found.order_by().values_list(*FACTS).distinct()]
    live = Intent.objects.filter(pilot=OuterRef("pk"), state__in=LIVE).order_by("-n")
    choice = live.annotate(chosen=KT("values__choice")).values("chosen")
    years = [When(each.those, then=Value(each.years)) for each in alike]
    return (
        found.annotate(
            notice=Coalesce(Subquery(live.values("state")[:1]), Value("")),
            choice=Coalesce(Subquery(choice[:1], TextField()), Value(""), output_field=TextField()),
            years=Case(*years, default=Value(0), output_field=IntegerField()),
        )
        .annotate(rated=Subquery(_last_rating()))
        .filter(_lapsed() | _overdue(alike) | Q(rated__in=[Rating.WATCH, Rating.AT_RISK]))
    )


def _alike(policy: str, first_term: str, rule: str, extra: int) -> _Alike:
    those = Q(policy=policy, first_term=first_term, rule=rule, extra=extra)
    ticking = clock_for(policy, first_term, rule, extra)
    if ticking is None:
        return _Alike(those, 0, notice_past=False, full_past=False)
    return _Alike(
        those,
        _years(ticking),
        notice_past=_past(known(lambda: ticking.intent_due)),
        full_past=_past(known(lambda: ticking.full_due)),
    )


def _years(ticking: PilotClock) -> int:
    for number in range(1, ticking.length + 1):
        try:
            ticking.year(number)
        except OutsideCalendar:
            return number - 1
    return ticking.length


def _past(day: date | None) -> bool:
    return day is not None and day < clock.today()


def _lapsed() -> Q:
    return Q(program__state=ProgramState.PILOT_LAPSED)


def _overdue(alike: Iterable[_Alike]) -> Q:
    given = Q(notice__in=GIVEN)
    review: Any = ProgramReview.objects.filter(pilot=OuterRef("pk"), due_on__lt=clock.today())
    late = Q(Exists(review.exclude(state__in=REVIEW_GIVEN)))
    late |= _any(each.those for each in alike if each.notice_past) & ~given
    late |= (
        _any(each.those for each in alike if each.full_past)
        & ~Q(program__state__in=[ProgramState.INTENT_REMOVE, ProgramState.FULL_PROPOSED])
        & ~(given & Q(choice="remove"))
    )
    return Q(program__state__in=RUNNING) & late


def _last_rating() -> QuerySet[Any, Any]:
    found = ProgramReview.objects.filter(pilot=OuterRef("pk"), year__lte=OuterRef("years"))
    return found.exclude(rating="").order_by("-year").values("rating")[:1]


def _any(those: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for each in those:
        found |= each
    return found
