"""The academic calendar: years, terms, closures. Every deadline is computed from it."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cached_property

from pydantic import model_validator

from bitterroot.policy.models.base import Keyed, Ordered, Part
from bitterroot.policy.models.words import MONTHS, Sits

_DAY = dt.timedelta(days=1)
DayTest = Callable[[dt.date], bool]


class Term(Keyed):
    """A term. `end` is the last day of instruction; `finals_end` the last day of the term."""

    label: str
    season: str
    start: dt.date
    end: dt.date
    finals_end: dt.date
    grades_due: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> "Term":
        if not self.start < self.end <= self.finals_end <= self.grades_due:
            raise ValueError("start, end, finals end and grades due are not in this order")
        return self


class AcademicYear(Keyed):
    """A year of terms; its key and label are such as `2026-27`."""

    start: dt.date
    end: dt.date
    terms: Ordered[Term]

    @property
    def label(self) -> str:
        return self.key

    def term(self, season: str) -> Term | None:
        """The year's term of that season, such as `fall`."""
        return next((term for term in self.terms if term.season == season), None)


class Closure(Part):
    """Days on which the offices are closed, first and last included."""

    name: str
    start: dt.date
    end: dt.date

    @model_validator(mode="before")
    @classmethod
    def _one_day(cls, value: object) -> object:
        if isinstance(value, dict) and "on" in value and not {"start", "end"} & value.keys():
            value = dict(value)
            value["start"] = value["end"] = value.pop("on")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> "Closure":
        if self.end < self.start:
            raise ValueError("end is before start")
        return self


class Recess(Closure):
    """Days without classes on which the offices work; bodies do not meet."""


class CurriculumDeadline(Part):
    """The day by which the senate's office takes curriculum items of a term."""

    term: str
    on: dt.date


class OutsideCalendar(LookupError):
    """A day or a term that the calendar does not cover."""


class Calendar(Part):
    """The years that the institution has laid down, and day arithmetic over them.

    Functions raise OutsideCalendar where the calendar does not reach.
    """

    note: str = ""
    working_days: tuple[str, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    bodies_sit_in: tuple[str, ...] = ("fall", "spring")
    season_words: dict[str, tuple[str, ...]] = {}
    years: Ordered[AcademicYear]
    closures: tuple[Closure, ...] = ()
    recesses: tuple[Recess, ...] = ()
    curriculum_deadlines: tuple[CurriculumDeadline, ...] = ()

    @property
    def academic_years(self) -> tuple[AcademicYear, ...]:
        return self.years

    @property
    def holidays(self) -> tuple[Closure, ...]:
        return self.closures

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term, earliest first."""
        return tuple(sorted((t for year in self.years for t in year.terms), key=lambda t: t.start))

    @cached_property
    def _closed(self) -> frozenset[dt.date]:
        return frozenset(
            closure.start + n * _DAY
            for closure in self.closures
            for n in range((closure.end - closure.start).days + 1)
        )

    @cached_property
    def _working(self) -> frozenset[int]:
        return frozenset(WEEKDAYS.index(name) for name in self.working_days)

    def term(self, key: str) -> Term:
        """The term with that key, such as `fall-2026`."""
        for term in self.terms:
            if term.key == key:
                return term
        raise OutsideCalendar(f"no term '{key}' in the calendar")

    def term_named(self, text: str) -> Term | None:
        """The term that someone means who writes `Fall 2026`, `FA26`, `2026 autumn semester`."""
        words = re.findall(r"[^\W\d]+|\d+", text.casefold())
        seasons = {
            season
            for word in words
            for season, known in self._season_words.items()
            if word in known
        }
        years = {int(word) % 100 for word in words if len(word) in {2, 4} and word.isdecimal()}
        if len(seasons) != 1 or len(years) != 1:
            return None
        [season], [year] = seasons, years
        return next(
            (t for t in self.terms if t.season == season and t.start.year % 100 == year), None
        )

    @cached_property
    def _season_words(self) -> dict[str, frozenset[str]]:
        seasons = {term.season for term in self.terms}
        return {s: frozenset({s, *self.season_words.get(s, ())}) for s in seasons}

    def term_on(self, date: dt.date) -> Term | None:
        """The term running on that day, finals included, or None between terms."""
        return next((term for term in self.terms if term.start <= date <= term.finals_end), None)

    def next_term(self, date: dt.date) -> Term:
        """The first term that starts after that day."""
        for term in self.terms:
            if term.start > date:
                return term
        raise OutsideCalendar(f"no term after {date} in the calendar")

    def academic_year_on(self, date: dt.date) -> AcademicYear:
        """The academic year that the day lies in."""
        for year in self.years:
            if year.start <= date <= year.end:
                return year
        raise OutsideCalendar(f"{date} is in no academic year of the calendar")

    def year_of(self, term: Term | str) -> AcademicYear:
        """The academic year that a term belongs to."""
        key = term if isinstance(term, str) else term.key
        for year in self.years:
            if any(candidate.key == key for candidate in year.terms):
                return year
        raise OutsideCalendar(f"no term '{key}' in the calendar")

    def year_after(self, year: AcademicYear, count: int = 1) -> AcademicYear:
        """The academic year `count` years later."""
        at = self.years.index(year) + count
        if not 0 <= at < len(self.years):
            raise OutsideCalendar(f"no academic year {count} after {year.label} in the calendar")
        return self.years[at]

    def covers(self, date: dt.date) -> bool:
        """Whether the day is inside the years laid down."""
        return bool(self.years) and self.years[0].start <= date <= self.years[-1].end

    def is_business_day(self, date: dt.date) -> bool:
        """Whether the offices work on that day (outside the calendar no closure is known)."""
        return date.weekday() in self._working and date not in self._closed

    def is_session_day(self, date: dt.date) -> bool:
        """Whether bodies that sit only in some seasons may meet (and days count for them)."""
        return (
            self.is_business_day(date)
            and (term := self.term_on(date)) is not None
            and term.season in self.bodies_sit_in
            and not any(recess.start <= date <= recess.end for recess in self.recesses)
        )

    def sits_on(self, sits: Sits, date: dt.date) -> bool:
        """Whether a body that meets in these months, or `always`, may meet on that day.

        One that names its months keeps to the terms and recesses too, as far as they are known.
        """
        if isinstance(sits, str):
            return self.is_business_day(date)
        open_ = self.is_session_day if self.covers(date) else self.is_business_day
        return MONTHS[date.month - 1] in sits and open_(date)

    def add_business_days(self, date: dt.date, days: int) -> dt.date:
        """The business day `days` after `date`; 0 gives the day itself or the next one open.

        Negative counts go back.
        """
        return self.count_days(date, days, self.is_business_day)

    def count_days(self, date: dt.date, days: int, counts: DayTest) -> dt.date:
        """As `add_business_days`, where only days count of which `counts` says so.

        Raises OutsideCalendar where none comes within ten years.
        """
        if days == 0:
            return date if counts(date) else self._step(date, 1, counts)
        for _ in range(abs(days)):
            date = self._step(date, 1 if days > 0 else -1, counts)
        return date

    def _step(self, date: dt.date, direction: int, counts: DayTest) -> dt.date:
        for _ in range(3660):
            date += direction * _DAY
            if counts(date):
                return date
        raise OutsideCalendar(f"no working day within ten years of {date}")

    def business_days_between(self, start: dt.date, end: dt.date) -> int:
        """How many business days lie after `start` up to and including `end` (negative back)."""
        if end < start:
            return -self.business_days_between(end, start)
        span = (end - start).days
        return sum(self.is_business_day(start + n * _DAY) for n in range(1, span + 1))


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
