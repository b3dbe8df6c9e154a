"""Figures of a program's year for its review, counted from offerings, lists and awards."""

from datetime import date

from django.db.models import Count, Q

from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.learning.enums import EnrollmentState, ListState
from bitterroot.learning.models import Enrollment, ListLine, Offering
from bitterroot.programs.figures import YearFigures
from bitterroot.programs.models import Program


def count_year(program: Program, first: date, last: date) -> YearFigures:
    """Counts over the offerings that begin from `first` to `last`. Four queries.

    Completed are the lines of submitted lists. Enrolled and withdrawn are counted where every one
    of these offerings has a roster: half of the learners would be no figure of the year.
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
    number = offerings.count()
    rosters = Enrollment.objects.filter(offering__in=offerings).aggregate(
        offerings=Count("offering", distinct=True),
        enrolled=Count("pk"),
        withdrawn=Count("pk", filter=Q(state=EnrollmentState.WITHDRAWN)),
    )
    begun = rosters if rosters.pop("offerings") == number > 0 else {}
    return YearFigures(offerings=number, completed=lines.count(), **awards, **begun)
