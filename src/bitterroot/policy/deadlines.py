"""Deadlines, computed from the academic calendar and never typed. Pure functions of dates.

The meaning of rules A and B and of every anchor is that of the policy's `pilot` part:

- Rule A: pilot year 1 is the academic year of the first offering, however late in it.
- Rule B: a pilot that does not begin with its academic year's first term has the next academic
  year as year 1; what remains of the year it began in comes on top.

"The last day of a term" is the last day of its finals. All of it raises OutsideCalendar where
the calendar does not reach that far.
"""

import calendar as months
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bitterroot.policy.models.calendar import AcademicYear, Calendar, OutsideCalendar, Term
from bitterroot.policy.models.rules import PilotRules, SigningRules
from bitterroot.policy.models.words import Sits

_DAY = dt.timedelta(days=1)
#: The day on which a clock was stopped, and the day on which it went on.
Stood = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something is due; `key` is stable, `label` is for people."""

    key: str
    label: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class PilotClock:
    """The clock of one pilot: its academic years, and what is due when.

    `first_term` is the term of the first offering. `extension` counts years granted beyond
    the policy's.
    """

    calendar: Calendar
    rules: PilotRules
    first_term: Term
    extension: int = 0

    @property
    def length(self) -> int:
        """How many academic years the pilot may last."""
        return self.rules.years + self.extension

    def year(self, number: int) -> AcademicYear:
        """The academic year that is pilot year `number`, counted from 1."""
        if not 1 <= number <= self.length:
            raise ValueError(f"a pilot of {self.length} years has no year {number}")
        began = self.calendar.year_of(self.first_term)
        late = self.rules.rule == "B" and self.first_term != began.terms[0]
        return self.calendar.year_after(began, number - 1 + (1 if late else 0))

    @property
    def years(self) -> tuple[AcademicYear, ...]:
        """Every pilot year in order."""
        return tuple(self.year(number) for number in range(1, self.length + 1))

    @property
    def last_year(self) -> AcademicYear:
        return self.year(self.length)

    def year_on(self, date: dt.date) -> int | None:
        """The number of the pilot year on that day; None before the first and after the last.

        Under rule B the part year in which a pilot began counts as year 1.
        """
        if date < self.first_term.start:
            return None
        for number, year in enumerate(self.years, start=1):
            if date <= year.end:
                return number
        return None

    def review_due(self, number: int) -> dt.date:
        """The last day of the review's term (spring) in that pilot year."""
        return self._term(self.year(number), self.rules.review_season).finals_end

    def review_opens(self, number: int) -> dt.date:
        return self.review_due(number) - self.rules.review_opens_days_before * _DAY

    def review_told_to_head(self, number: int) -> dt.date:
        """The day on which a review that is still missing is told to the head."""
        return self.review_due(number) + self.rules.review_escalates_to_head_days_after * _DAY

    def review_told_to_dean(self, number: int) -> dt.date:
        """The day on which a review that is still missing is told to the dean."""
        return self.review_due(number) + self.rules.review_escalates_to_dean_days_after * _DAY

    @property
    def intent_target(self) -> dt.date:
        """The first day of fall of the last pilot year: when notice is hoped for."""
        return self._term(self.last_year, self.rules.intent_season).start

    @property
    def intent_due(self) -> dt.date:
        """The last day of fall of the last pilot year: when notice must be there."""
        return self._term(self.last_year, self.rules.intent_season).finals_end

    @property
    def intent_opens(self) -> dt.date:
        """The last day of spring of the year before, when the first reminder goes out."""
        before = self.calendar.year_after(self.last_year, -1)
        return self._term(before, self.rules.review_season).finals_end

    @property
    def intent_reminders(self) -> tuple[dt.date, ...]:
        """Every day on which notice is reminded of, earliest first."""
        counted = (self.intent_due - n * _DAY for n in self.rules.intent_reminder_days_before)
        return tuple(sorted({self.intent_opens, *counted}))

    @property
    def full_due(self) -> dt.date:
        """The senate's curriculum cut-off in spring of the last pilot year."""
        spring = self._term(self.last_year, self.rules.review_season)
        for cut_off in self.calendar.curriculum_deadlines:
            if cut_off.term == spring.key:
                return cut_off.on
        raise OutsideCalendar(f"no curriculum deadline for {spring.label} in the calendar")

    @property
    def college_sign_off(self) -> dt.date:
        return self.full_due + self.rules.college_sign_off_days_after * _DAY

    @property
    def subcommittee_by(self) -> dt.date:
        return self.full_due + self.rules.subcommittee_days_after * _DAY

    @property
    def ends(self) -> dt.date:
        """The last day of the last pilot year: the day before the next one begins."""
        return self.last_year.end

    def deadlines(self) -> tuple[Deadline, ...]:
        """Everything that is due in this pilot, earliest first."""
        reviews = [
            Deadline(f"review-{n}", f"Yearly review of pilot year {n}", self.review_due(n))
            for n in range(1, self.length + 1)
        ]
        others = [
            Deadline("intent-target", "Notice to continue, target", self.intent_target),
            Deadline("intent-due", "Notice to continue, last day", self.intent_due),
            Deadline("full-due", "Full proposal", self.full_due),
            Deadline("college-sign-off", "Sign-off by the college", self.college_sign_off),
            Deadline("subcommittee-by", "Interdisciplinary subcommittee", self.subcommittee_by),
            Deadline("pilot-ends", "End of the pilot", self.ends),
        ]
        return tuple(sorted(reviews + others, key=lambda deadline: deadline.on))

    def _term(self, year: AcademicYear, season: str) -> Term:
        term = year.term(season)
        if term is None:
            raise OutsideCalendar(f"no {season} term in {year.label}")
        return term


def step_due(
    calendar: Calendar,
    asked_on: dt.date,
    business_days: int,
    *,
    sits: Sits = "always",
    stood: Sequence[Stood] = (),
) -> dt.date:
    """When a step asked for on that day is due.

    `sits` is when its body meets: days on which it does not are not counted, so that the last
    one is a day on which it can decide. `stood` are the times in which the clock stood.
    """

    def counts(day: dt.date) -> bool:
        return calendar.sits_on(sits, day) and not any(a < day <= b for a, b in stood)

    return calendar.count_days(asked_on, business_days, counts)


def signature_reminders(
    rules: SigningRules, asked_on: dt.date, *, by_link: bool = False
) -> tuple[dt.date, ...]:
    """The days on which an unanswered request to sign is reminded of."""
    days = rules.link_reminder_days if by_link else rules.reminder_days
    return tuple(asked_on + n * _DAY for n in days)


def signature_escalates(rules: SigningRules, asked_on: dt.date) -> dt.date:
    """The day on which an unanswered request is told to the signer's head."""
    return asked_on + rules.escalate_days * _DAY


def add_months(date: dt.date, count: int) -> dt.date:
    """The same day `count` months later, or that month's last day where it has no such day."""
    month = date.year * 12 + date.month - 1 + count
    year, month = divmod(month, 12)
    day = min(date.day, months.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day)


def still_recent(happened_on: dt.date, today: dt.date, within_months: int) -> bool:
    """Whether something that happened (a consultation) is within so many months of today."""
    return happened_on <= today <= add_months(happened_on, within_months)
