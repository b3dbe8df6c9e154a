"""A pilot as it stands: what is due in it and how that stands, for its page, board and calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from bitterroot.policy import OutsideCalendar
from bitterroot.programs.domain.dates import clock_of, known
from bitterroot.programs.domain.intent import LIVE
from bitterroot.programs.enums import (
    REVIEW_GIVEN,
    RUNNING,
    IntentState,
    ProgramState,
    Rating,
    ReviewState,
)
from bitterroot.programs.models import Intent, Pilot, Program, ProgramReview
from bitterroot.record import clock

_SHORT = {
    "intent-target": "Notice hoped for",
    "intent-due": "Notice due",
    "pilot-ends": "Pilot ends",
}
GIVEN = (IntentState.SUBMITTED, IntentState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day: `key` is stable; `state` is done, late, now (can be done) or ahead."""

    key: str
    label: str
    on: date
    state: str
    note: str = ""

    @property
    def short(self) -> str:
        """The label where there is little room."""
        return _SHORT.get(self.key, self.label.replace("Yearly review of pilot year", "Review"))


@dataclass(frozen=True, slots=True)
class Year:
    """An academic year of the pilot, with what its review came to."""

    number: int
    label: str
    first: date
    last: date
    review: ProgramReview | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A pilot with its years and its days. Everything is read from the rows that came with it."""

    pilot: Pilot
    years: tuple[Year, ...]
    dues: tuple[Due, ...]
    intent: Intent | None
    runs: bool

    @property
    def year(self) -> int:
        """The number of the pilot year today; 0 when it is over or has not begun."""
        today = clock.today()
        return next((y.number for y in self.years if y.first <= today <= y.last), 0)

    @property
    def next_due(self) -> Due | None:
        """What is due next, late things first; None when nothing is."""
        return next((due for due in self.dues if due.state in ("late", "now", "ahead")), None)

    @property
    def late(self) -> list[Due]:
        return [due for due in self.dues if due.state == "late"]

    @property
    def rating(self) -> str:
        """What the office made of the last year that it rated."""
        rated = [y.review for y in self.years if y.review is not None and y.review.rating]
        return Rating(rated[-1].rating).label if rated else ""

    @property
    def at_risk(self) -> str:
        """Why someone should look at it, in a few words; empty when nothing is wrong."""
        if self.pilot.program.state == ProgramState.PILOT_LAPSED:
            return "lapsed"
        if self.late:
            return f"{len(self.late)} overdue"
        return self.rating.lower() if self.rating in ("Watch", "At risk") else ""


def with_all(pilots: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """The pilots with the rows that `standing` reads: three more queries, however many there are."""
    return pilots.select_related("program__owner_unit", "program__lead").prefetch_related(
        "extensions", "reviews", "intents"
    )


def pilot_of(program: Program) -> Pilot | None:
    """The pilot of a program with what `standing` reads, or None."""
    return with_all(Pilot.objects.filter(program=program)).first()


def standing(pilot: Pilot) -> Standing:
    """How the pilot stands today."""
    reviews = {row.year: row for row in pilot.reviews.all()}
    intents = sorted(pilot.intents.all(), key=lambda row: row.n)
    intent = next((row for row in reversed(intents) if row.state in LIVE), None) or next(
        reversed(intents), None
    )
    runs = pilot.program.state in RUNNING
    dues = sorted(_dues(pilot, reviews.values(), intent, runs), key=lambda due: due.on)
    return Standing(pilot, tuple(_years(pilot, reviews)), tuple(dues), intent, runs)


def _years(pilot: Pilot, reviews: dict[int, ProgramReview]) -> Iterable[Year]:
    ticking = clock_of(pilot)
    for number in range(1, ticking.length + 1 if ticking else 1):
        try:
            year = ticking.year(number)  # type: ignore[union-attr]
        except OutsideCalendar:
            return
        yield Year(number, year.label, year.start, year.end, reviews.get(number))


def _dues(
    pilot: Pilot, reviews: Iterable[ProgramReview], intent: Intent | None, runs: bool
) -> Iterable[Due]:
    for row in reviews:
        if row.due_on is not None:
            yield _review(row, row.due_on, runs)
    ticking = clock_of(pilot)
    if ticking is None:
        return
    given = intent is not None and intent.state in GIVEN
    note = "" if intent is None else intent.get_state_display()
    opened = intent is not None
    for key, label, day in (
        ("intent-target", "Notice to continue, target", known(lambda: ticking.intent_target)),
        ("intent-due", "Notice to continue, last day", known(lambda: ticking.intent_due)),
    ):
        if day is not None and (key == "intent-due" or not given):
            stands = _state(day, given, opened, runs, key)
            yield Due(key, label, day, stands, note if stands != "gone" or not runs else "")
    state = pilot.program.state
    full = known(lambda: ticking.full_due)
    if full is not None and state != ProgramState.INTENT_REMOVE and intent_continues(intent):
        proposed = state in (ProgramState.FULL_PROPOSED, ProgramState.ESTABLISHED)
        open_ = state == ProgramState.INTENT_CONTINUE
        yield Due("full-due", "Full proposal", full, _state(full, proposed, open_, runs))
    if pilot.ends_on is not None:
        over = pilot.ends_on < clock.today()
        yield Due("pilot-ends", "End of the pilot", pilot.ends_on, "done" if over else "ahead")


def intent_continues(intent: Intent | None) -> bool:
    """Whether nothing says yet that the program is to be removed."""
    return intent is None or intent.choice != "remove" or intent.state not in GIVEN


def _review(row: ProgramReview, due: date, runs: bool) -> Due:
    open_ = row.state in (ReviewState.OPEN, ReviewState.DRAFT, ReviewState.RETURNED)
    state = _state(due, row.state in REVIEW_GIVEN, open_, runs)
    note = ReviewState(row.state).label if state != "gone" else "Not given"
    if row.rating:
        note = f"{note}, {Rating(row.rating).label.lower()}"
    return Due(f"review-{row.year}", f"Yearly review of pilot year {row.year}", due, state, note)


def _state(day: date, done: bool, open_: bool, runs: bool, key: str = "") -> str:
    if done or not runs:
        return "done" if done else "gone"
    if day < clock.today():
        return "gone" if key == "intent-target" else "late"
    return "now" if open_ else "ahead"
