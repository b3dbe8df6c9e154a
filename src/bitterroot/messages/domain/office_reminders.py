"""What the office and the provost are told when a day comes: holds to look at, the portfolio."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from bitterroot.governance.enums import CaseState
from bitterroot.governance.models import Case, Hold
from bitterroot.issuing.models import Award
from bitterroot.messages.domain.letter import Reminder, address, to_people
from bitterroot.people.enums import Role
from bitterroot.people.queries import holders
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program
from bitterroot.record import clock

MORNING = 7
#: The portfolio is still written so many days into a month, after a pause of the worker.
LAST_DAY = 7


def holds_to_review() -> Iterator[Reminder]:
    """Proposals on hold whose day to look at them again has come."""
    rows = Hold.objects.filter(until=None, review_on__lte=clock.today())
    for row in rows.select_related("case__proposal__lead").order_by("review_on", "pk"):
        proposal = getattr(row.case, "proposal", None)
        if proposal is None:
            continue
        link = address("office:proposal", proposal.pk, otherwise="/office")
        yield Reminder(
            f"{row.pk}:{row.review_on:%Y%m%d}",
            to_people(
                holders(Role.PROGRAM_OFFICER), "hold_review", hold=row, proposal=proposal, link=link
            ),
        )


def monthly_portfolio() -> Iterator[Reminder]:
    """On the first of a month from seven in the morning: what the university offers, in numbers."""
    now = timezone.localtime(clock.now())
    if now.day > LAST_DAY or (now.day == 1 and now.hour < MORNING):
        return
    provosts = holders(Role.PROVOST)
    if not provosts:
        return
    counts = dict(Program.objects.order_by().values_list("state").annotate(n=Count("*")))
    month_ends = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = month_ends - timedelta(days=1)
    begins = datetime(last.year, last.month, 1, tzinfo=month_ends.tzinfo)
    words = {
        "month": last,
        "stages": [(ProgramState(s).label, counts[s]) for s in ProgramState.values if s in counts],
        "in_flight": Case.objects.filter(state=CaseState.OPEN, proposal__isnull=False).count(),
        "issued": Award.objects.filter(valid_from__gte=begins, valid_from__lt=month_ends).count(),
        "link": address("office:figures", otherwise="/figures"),
    }
    yield Reminder(f"{now:%Y-%m}", to_people(provosts, "monthly_portfolio", **words))
