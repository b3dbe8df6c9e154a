"""An academic year as a span of time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`; both moments in the institution's time."""

    label: str
    start: datetime
    end: datetime

    @property
    def last_day(self) -> date:
        return (timezone.localtime(self.end) - timedelta(days=1)).date()


def years() -> list[Period]:
    """The academic years of the calendar that have begun, newest first."""
    return [
        Period(year.label, _morning(year.start), _morning(year.end + timedelta(days=1)))
        for year in reversed(policies.current().calendar.academic_years)
        if year.start <= clock.today()
    ]


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
