"""What a pilot is reminded of, and when. Each reminder is a row, written once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bitterroot.people.actor import Actor
from bitterroot.policy import PilotClock
from bitterroot.policy.models.rules import PilotRules
from bitterroot.programs.domain.dates import known
from bitterroot.programs.enums import (
    REVIEW_OWED,
    IntentState,
    ProgramState,
)
from bitterroot.programs.enums import (
    ReminderKind as Is,
)
from bitterroot.programs.models import Intent, Pilot, Program, ProgramReview, Reminder, TeachOut
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

WITHOUT_NOTICE = (IntentState.OPEN, IntentState.SIGNED_BY_LEAD)


@dataclass(frozen=True, slots=True)
class Planned:
    """A series of reminders of one kind: the day that something is due, and the days around it."""

    kind: Is
    due_on: date
    days: tuple[int, ...]  # from the due day, earliest first
    year: int = 0

    def on(self, day: int) -> date:
        return self.due_on + timedelta(days=day)


def planned_for(pilot: Pilot, ticking: PilotClock) -> Iterator[Planned]:
    """Every series that still holds for the pilot as it stands."""
    rules = ticking.rules
    for review in pilot.reviews.all():
        yield from _review(review, rules)
    intent = pilot.intents.order_by("-n").first()
    if intent is not None and intent.state in WITHOUT_NOTICE:
        yield from _notice(ticking, rules)
    if pilot.program.state == ProgramState.INTENT_CONTINUE:
        due = known(lambda: ticking.full_due)
        if due is not None:
            yield Planned(Is.FULL_DUE, due, _before(rules.full_reminder_days_before))


def _before(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(-n for n in days))


def _review(review: ProgramReview, rules: PilotRules) -> Iterator[Planned]:
    if review.due_on is None or review.state not in REVIEW_OWED:
        return
    soon = _before(rules.review_reminder_days_before)
    head, dean = (
        rules.review_escalates_to_head_days_after,
        rules.review_escalates_to_dean_days_after,
    )
    for kind, days in (
        (Is.REVIEW_DUE, soon),
        (Is.REVIEW_OVERDUE, (1,)),
        (Is.REVIEW_TO_HEAD, (head,)),
        (Is.REVIEW_TO_DEAN, (dean,)),
    ):
        yield Planned(kind, review.due_on, days, review.year)


def _notice(ticking: PilotClock, rules: PilotRules) -> Iterator[Planned]:
    target, due = known(lambda: ticking.intent_target), known(lambda: ticking.intent_due)
    if target is not None:
        yield Planned(Is.NOTICE_TARGET, target, (0,))
    if due is not None:
        yield Planned(Is.NOTICE_DUE, due, _before(rules.intent_reminder_days_before))
        yield Planned(Is.NOTICE_OVERDUE, due, (1,))


def teach_out_series(teach_out: TeachOut, rules: PilotRules) -> Planned:
    """The reminders of a teach-out's end."""
    days = _before(rules.teach_out_reminder_days_before)
    return Planned(Is.TEACH_OUT_END, teach_out.ends_on, days)


def remind(by: Actor, program: Program, series: Planned) -> int:
    """Write the latest reminder of the series whose day has come; 1, or 0 if it is there already.

    Those missed before it are passed over: nobody gets three at once after a pause. Nothing is
    "due soon" once it is overdue.
    """
    today = clock.today()
    come = [day for day in series.days if series.on(day) <= today]
    if not come or (come[-1] <= 0 and today > series.due_on):
        return 0
    day = come[-1]
    key = f"{series.kind}:{program.pk}:{series.year}:{series.due_on.isoformat()}:{day}"
    row, made = Reminder.objects.get_or_create(
        key=key,
        defaults={
            "program": program,
            "kind": series.kind,
            "year": series.year,
            "due_on": series.due_on,
            "days": day,
            "made_at": clock.now(),
        },
    )
    if made:
        record_event(
            by=by,
            stream=f"program:{program.pk}",
            verb=f"reminded: {series.kind}",
            about=f"reminder:{row.pk}",
            data={"due": series.due_on.isoformat(), "days": day, "year": series.year},
        )
    return int(made)


def still_wanted(reminder: Reminder) -> bool:
    """Whether what it reminds of is still owed (asked again just before the mail is written)."""
    program = reminder.program
    if reminder.kind == Is.TEACH_OUT_END:
        return program.state == ProgramState.TEACH_OUT
    if reminder.kind == Is.FULL_DUE:
        return program.state == ProgramState.INTENT_CONTINUE
    if reminder.year:
        return ProgramReview.objects.filter(
            pilot__program=program, year=reminder.year, state__in=REVIEW_OWED
        ).exists()
    return Intent.objects.filter(pilot__program=program, state__in=WITHOUT_NOTICE).exists()
