"""What the calendar brings about by itself. `run_due` may run at any moment, as often as it likes.

Every pilot and teach-out knows the next day on which something happens (`next_on`); a round in
which none has come costs three indexed reads. What happens, happens under the lock of the program's
row and is told by states and by reminders' unique keys, so that it happens once.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.policy import PilotClock
from bitterroot.programs import figures
from bitterroot.programs.domain.calendar import follow_pilot, follow_term
from bitterroot.programs.domain.change import take_up_due
from bitterroot.programs.domain.dates import clock_of, known
from bitterroot.programs.domain.ending import close_program, look_again_tomorrow, plan_teach_out
from bitterroot.programs.domain.intent import LIVE, open_intent
from bitterroot.programs.domain.pilot import lapse_pilot
from bitterroot.programs.domain.reminders import planned_for, remind, teach_out_series
from bitterroot.programs.domain.review import open_review
from bitterroot.programs.domain.state import locked
from bitterroot.programs.enums import RUNNING, IntentState, ProgramState, ReviewState
from bitterroot.programs.models import Pilot, Program, TeachOut
from bitterroot.record import clock

BY: Actor = system("pilot clock")
MOST = 200  # pilots in one round
_DAY = timedelta(days=1)


def run_due() -> int:
    """Open, remind, lapse and close whatever has come due; how much was done."""
    today = clock.today()
    come = Q(next_on__lte=today) | ~Q(calendar=policies.calendar_digest())
    keys = list(Pilot.objects.filter(come).order_by("pk").values_list("pk", flat=True)[:MOST])
    done = sum(_pilot(key) for key in keys)
    ending = TeachOut.objects.filter(next_on__lte=today).values_list("pk", flat=True)[:MOST]
    return done + sum(_teach_out(key) for key in list(ending)) + take_up_due()


@transaction.atomic
def _pilot(key: UUID) -> int:
    """Bring one pilot up to today."""
    program = locked(Program.objects.get(pilot=key))
    pilot = (
        Pilot.objects.select_related("program__owner_unit")
        .prefetch_related("extensions", "reviews")
        .get(pk=key)
    )
    done = len(follow_pilot(BY, pilot))
    ticking = clock_of(pilot)
    if ticking is None or program.state not in RUNNING:
        pilot.next_on = None  # nothing more comes of itself; a verb that changes this says when
    else:
        done += _bring_up(pilot, ticking)
        pilot.next_on = _next_day(pilot, ticking)
    pilot.save(update_fields=["next_on"])
    return done


def _bring_up(pilot: Pilot, ticking: PilotClock) -> int:
    today, done = clock.today(), 0
    for review in pilot.reviews.filter(state=ReviewState.SCHEDULED, opens_on__lte=today):
        open_review(by=BY, review=review)
        done += 1
    opens = known(lambda: ticking.intent_opens)
    if opens is not None and opens <= today and not pilot.intents.filter(state__in=LIVE).exists():
        open_intent(by=BY, pilot=pilot)
        done += 1
    if pilot.ends_on is not None and pilot.ends_on < today:
        return done + _end(pilot)
    fresh = Pilot.objects.select_related("program").get(pk=pilot.pk)
    return done + sum(remind(BY, pilot.program, each) for each in planned_for(fresh, ticking))


def _end(pilot: Pilot) -> int:
    """The pilot's time is over: one that gave notice to be removed is taught out, others lapse."""
    intent = pilot.intents.filter(state__in=[IntentState.SUBMITTED]).order_by("-n").first()
    if pilot.program.state == ProgramState.INTENT_REMOVE and intent is not None:
        try:
            term = str(intent.values.get("teach_out_term") or "")
            plan_teach_out(BY, pilot.program, term, str(intent.values.get("reason") or ""), "")
            return 1
        except NotPossible:
            pass  # the term that was named is over as well
    lapse_pilot(by=BY, pilot=pilot)
    return 1


def _next_day(pilot: Pilot, ticking: PilotClock) -> date | None:
    """The first day after today on which something may happen."""
    fresh = Pilot.objects.select_related("program").get(pk=pilot.pk)
    if fresh.program.state not in RUNNING:
        return None
    today = clock.today()
    return min((day for day in _days(fresh, ticking) if day > today), default=None)


def _days(pilot: Pilot, ticking: PilotClock) -> Iterator[date]:
    if pilot.ends_on is not None:
        yield pilot.ends_on + _DAY
    if (opens := known(lambda: ticking.intent_opens)) is not None:
        yield opens
    for review in pilot.reviews.all():
        if review.opens_on is not None and review.state == ReviewState.SCHEDULED:
            yield review.opens_on
    for series in planned_for(pilot, ticking):
        yield from (series.on(day) for day in series.days)


@transaction.atomic
def _teach_out(key: UUID) -> int:
    """Remind of the end of a teach-out; close the program when it is over and nothing is open."""
    program = locked(Program.objects.get(teach_out=key))
    row = TeachOut.objects.get(pk=key)
    if program.state != ProgramState.TEACH_OUT:
        TeachOut.objects.filter(pk=key).update(next_on=None)
        return 0
    done = len(follow_term(BY, row))
    series = teach_out_series(row, policies.current().pilot)
    done += remind(BY, program, series)
    today = clock.today()
    if today <= row.ends_on:
        days = [*(series.on(day) for day in series.days), row.ends_on + _DAY]
        row.next_on = min(day for day in days if day > today)
        row.save(update_fields=["next_on"])
        return done
    if figures.open_work(program):
        look_again_tomorrow(row)
        return done
    close_program(by=BY, program=program)
    return done + 1
