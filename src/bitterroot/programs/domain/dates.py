"""The days of a pilot, from the calendar in force and the rules that the pilot began under."""

from collections.abc import Callable
from datetime import date, timedelta

from bitterroot.governance import policies
from bitterroot.policy import Calendar, OutsideCalendar, PilotClock, Policy
from bitterroot.programs.enums import ReviewState
from bitterroot.programs.models import Pilot, ProgramReview
from bitterroot.record import clock

#: Days that moved by their key: from, to (None where the calendar does not reach that far).
Days = dict[str, tuple[date, date | None]]


def policy_of(pilot: Pilot) -> Policy:
    """The policy that the pilot began under: its forms and the lengths of its times."""
    return policies.kept(pilot.policy_id)


def clock_of(pilot: Pilot, calendar: Calendar | None = None) -> PilotClock | None:
    """The pilot's clock by the calendar in force, or by another one.

    None where that calendar does not know the pilot's first term.
    """
    extra = sum(each.years for each in pilot.extensions.all())
    return clock_for(str(pilot.policy_id), pilot.first_term, pilot.rule, extra, calendar)


def clock_for(
    policy: str, first_term: str, rule: str, extra: int, calendar: Calendar | None = None
) -> PilotClock | None:
    """`clock_of` a pilot with these facts: the key of its policy, and years granted on top."""
    calendar = calendar or policies.current().calendar
    try:
        term = calendar.term(first_term)
    except OutsideCalendar:
        return None
    rules = policies.kept(policy).pilot.model_copy(update={"rule": rule})
    return PilotClock(calendar, rules, term, extra)


def looks_back_on(review: ProgramReview) -> tuple[date, date] | None:
    """First and last day of the academic year that a review is about, the first year's from its
    first term on. None where the calendar in force does not know the pilot's first term."""
    ticking = clock_of(review.pilot)
    if ticking is None:
        return None
    year = ticking.year(review.year)
    first = min(year.start, ticking.first_term.start) if review.year == 1 else year.start
    return first, year.end


def known(day: Callable[[], date]) -> date | None:
    """The day, or None where the calendar does not reach that far yet."""
    try:
        return day()
    except OutsideCalendar:
        return None


def set_dates(pilot: Pilot) -> Days:
    """Compute the pilot's days again, with a review for each year. What moved: from, to.

    A review that was due before the pilot came to be here is not asked for.
    """
    ticking = clock_of(pilot)
    moved: Days = {}
    if ticking is not None:
        _moved(moved, "pilot-ends", pilot.ends_on, ends := known(lambda: ticking.ends))
        pilot.ends_on = ends
        have = {row.year: row for row in pilot.reviews.all()}
        for year in range(1, ticking.length + 1):
            _set_review(pilot, have.get(year), year, ticking, moved)
    pilot.calendar = policies.calendar_digest()
    pilot.next_on = clock.today()
    pilot.save()
    return moved


def _set_review(
    pilot: Pilot,
    row: ProgramReview | None,
    year: int,
    ticking: PilotClock,
    moved: Days,
) -> None:
    due = known(lambda: ticking.review_due(year))
    opens = known(lambda: ticking.review_opens(year))
    if row is None:
        row = ProgramReview(pilot=pilot, year=year)
        if due is not None and due < clock.today():
            row.state, row.comments = ReviewState.WAIVED, "Its day was before the pilot began here."
    else:
        _moved(moved, f"review-{year}", row.due_on, due)
    row.opens_on, row.due_on = opens, due
    row.save()


def _moved(moved: Days, key: str, old: date | None, new: date | None) -> None:
    if old != new and old is not None:
        moved[key] = (old, new)


def in_iso(moved: Days) -> dict[str, list[str]]:
    """What moved as the record keeps it."""
    return {key: [a.isoformat(), b.isoformat() if b else ""] for key, (a, b) in moved.items()}


def wake(pilot: Pilot) -> None:
    """Let the sweep look at the pilot again: what is owed in it has changed."""
    Pilot.objects.filter(pk=pilot.pk).update(next_on=clock.today())


def days_until(day: date) -> int:
    """Whole days from today; negative when it is past."""
    return (day - clock.today()) // timedelta(days=1)
