"""Figures of a program's year for its review, counted from offerings, lists and awards."""

from datetime import date

from django.db.models import Count, Q

from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.learning.enums import ListState
from bitterroot.learning.models import ListLine, Offering
from bitterroot.programs.figures import YearFigures
from bitterroot.programs.models import Program


def count_year(program: Program, first: date, last: date) -> YearFigures:
    """Counts over the offerings that begin from `first` to `last`. Three queries.

    Completed are the lines of submitted lists. Enrolled and withdrawn are not kept here.
    """
    offerings = Offering.objects.filter(
        program=program, starts_on__gte=first, starts_on__lte=last
    ).values("pk")
    lines = ListLine.objects.filter(
        tracking_list__offering__in=offerings, tracking_list__state=ListState.SUBMITTED
    )
    living = ~Q(state=AwardState.REVOKED)
    claimed = Q(state=AwardState.CLAIMED)
    awards = Award.objects.filter(request__offering__in=offerings).aggregate(
        issued=Count("pk", filter=living),
        claimed=Count("pk", filter=claimed),
        public=Count("pk", filter=claimed & Q(visibility=Visibility.PUBLIC)),
    )
    return YearFigures(offerings=offerings.count(), completed=lines.count(), **awards)
