"""Growing the demo university: its rows are written again, with other ids, until there are enough.

What the verbs made once is copied on three levels. A campus has its own units, heads, bodies with
their meetings over five years, and members. Each copy on a campus has its own programs, proposals,
proposers and all that was recorded on them; some have learners with lists and awards. The central
offices are there once. What is over in a copy was over some years ago.

The chains of events are whole. Seals and signed tails are not made anew: `audit verify` would
report every copy.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from bitterroot.cli.scale.campuses import Campuses, on_campus
from bitterroot.cli.scale.levels import LAST, Level, Levels
from bitterroot.cli.scale.rows import Copy, Pattern, Patterns, reset_sequences
from bitterroot.cli.scale.special import EventPattern, own_changes
from bitterroot.governance.models import Attendance, Meeting, Minutes
from bitterroot.people.models import Person
from bitterroot.proposals.enums import UNDER_WAY
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event

YEAR = timedelta(days=364)  # a multiple of seven: days of the week stay
PAST_MEETINGS, COMING_MEETINGS = 45, 6  # of one body: nine a year for five years; one a week
AT_ONCE = 20  # copies in one transaction
_MEETING_ROWS: tuple[type[models.Model], ...] = (Meeting, Attendance, Minutes)


@dataclass(slots=True)
class Grown:
    """What there is now."""

    campuses: int
    copies: int
    rows: int


class Growth:
    """One growing of the database that holds the demo."""

    def __init__(self, campuses: Campuses) -> None:
        self.campuses = campuses
        self.levels = Levels()
        tables = [m for m in apps.get_models(include_auto_created=True) if self.levels.copies(m)]
        kept = set(apps.get_models(include_auto_created=True)) - set(tables)
        self.patterns = Patterns(kept, own_changes(campuses))
        self.by_level: dict[Level, list[Pattern]] = defaultdict(list)
        self.ids: dict[Level, list[UUID]] = defaultdict(list)
        ordered: list[type[models.Model]] = [m for m in tables if m not in LAST]
        for model in [*ordered, *LAST]:
            self._take(model)
        self.meetings = list(Meeting.objects.all())
        self.rows = 0

    def _take(self, model: type[models.Model]) -> None:
        made: dict[Level, Pattern] = {}
        order = ("stream", "seq") if model is Event else ("pk",)
        for row in model._base_manager.order_by(*order):
            level = self.levels.of(row)
            if level is Level.CENTRAL:
                continue
            kind = EventPattern if model is Event else Pattern
            pattern = made.setdefault(level, kind(model))
            over = level is Level.CAMPUS_MEETING or self.levels.is_over(row)
            self.patterns.add(pattern, row, over=over)
            if isinstance(row.pk, UUID):
                self.ids[level].append(row.pk)
        for level, pattern in made.items():
            self.by_level[level].append(pattern)

    def grow(self, proposals: int, people: int) -> Grown:
        """Write copies until so many proposals are under way and so many people known."""
        first = Proposal.objects.filter(state__in=UNDER_WAY).count()
        copies = max(-(-(proposals - first) // first), 0)
        campuses = len(self.campuses.versions)
        number = copies
        by_campus = []
        for campus in range(campuses):
            number += 1
            by_campus.append(self._campus(number, campus))
        meetings: list[dict[str, list[UUID]]] = []
        for campus in range(campuses):
            found, number = self._meetings(number, campus, by_campus[campus])
            meetings.append(found)
        learners = self._copies_with_learners(copies, people)
        for start in range(0, copies, AT_ONCE):
            those = range(start, min(start + AT_ONCE, copies))
            made = [self._copy(n, campuses, by_campus, meetings) for n in those]
            with transaction.atomic():
                for pattern in self.by_level[Level.COPY]:
                    self.rows += pattern.write(made)
                for pattern in self.by_level[Level.LEARNING]:
                    self.rows += pattern.write([c for c in made if c.n <= learners])
        self._settle()
        return Grown(campuses, copies, self.rows)

    def _copies_with_learners(self, copies: int, people: int) -> int:
        """In how many copies there are learners too, so that there are so many people in the end."""
        each = {level: self._persons(level) for level in (Level.COPY, Level.LEARNING)}
        missing = people - Person.objects.count() - copies * each[Level.COPY]
        return min(max(-(-missing // max(each[Level.LEARNING], 1)), 0), copies)

    def _persons(self, level: Level) -> int:
        return sum(len(p.rows) for p in self.by_level[level] if p.model is Person)

    def _campus(self, number: int, campus: int) -> Copy:
        """The people and seats of one campus. Those of the first are the demo's own."""
        keys = {body: on_campus(body, campus) for body in self.campuses.bodies}
        if not campus:
            return Copy(number, campus, {}, keys, timedelta(0))
        copy = Copy(number, campus, self._fresh(Level.CAMPUS, number), keys, timedelta(0))
        with transaction.atomic():
            for pattern in self.by_level[Level.CAMPUS]:
                self.rows += pattern.write([copy])
        return copy

    def _fresh(self, level: Level, number: int) -> dict[str, UUID]:
        return {str(old): fresh(old, number) for old in self.ids[level]}

    def _meetings(self, number: int, campus: int, here: Copy) -> tuple[dict[str, list[UUID]], int]:
        """Each body's meetings: gives, for each of the demo's, those that stand for it."""
        found: dict[str, list[UUID]] = {}
        made: list[Copy] = []
        today = clock.now()
        for meeting in self.meetings:
            past = meeting.starts_at < today
            days = [-30 * n for n in range(PAST_MEETINGS)] if past else \
                [7 * n for n in range(COMING_MEETINGS)]  # fmt: skip
            bodies = sorted(self.campuses.bodies) if past else [meeting.body]
            for body in bodies:
                for shift in days:
                    own = body == meeting.body
                    if own and shift == 0 and campus == 0:
                        found.setdefault(str(meeting.pk), []).append(meeting.pk)
                        continue
                    number += 1
                    ids = {**here.ids, str(meeting.pk): fresh(meeting.pk, number)}
                    keys = {meeting.body: on_campus(body, campus)}
                    made.append(Copy(number, campus, ids, keys, timedelta(days=-shift)))
                    if own:
                        found.setdefault(str(meeting.pk), []).append(ids[str(meeting.pk)])
        with transaction.atomic():
            for pattern in self.by_level[Level.CAMPUS_MEETING]:
                self.rows += self._write_meetings(pattern, made)
        return found, number

    def _write_meetings(self, pattern: Pattern, made: list[Copy]) -> int:
        """The rows of each meeting, in the copies of that meeting alone."""
        rows = 0
        for meeting in self.meetings:
            those = [c for c in made if c.ids.get(str(meeting.pk)) and self._is_of(c, meeting)]
            part = type(pattern)(pattern.model, [
                row for row, key in zip(pattern.rows, self.levels.meeting_keys[pattern.model],
                                        strict=True) if key == meeting.pk
            ])  # fmt: skip
            rows += part.write(those)
        return rows

    @staticmethod
    def _is_of(copy: Copy, meeting: Meeting) -> bool:
        return copy.ids[str(meeting.pk)] == fresh(meeting.pk, copy.n)

    def _copy(
        self, n: int, campuses: int, by_campus: list[Copy], meetings: list[dict[str, list[UUID]]]
    ) -> Copy:
        number, campus, turn = n + 1, n % campuses, n // campuses
        here = by_campus[campus]
        ids = {**here.ids, **self._fresh(Level.COPY, number), **self._fresh(Level.LEARNING, number)}
        for old, those in meetings[campus].items():
            ids[old] = those[turn % len(those)]
        return Copy(number, campus, ids, here.bodies, YEAR * (turn % 5))

    def _settle(self) -> None:
        """What a database server does by itself at night."""
        touched = {p.model for those in self.by_level.values() for p in those}
        reset_sequences(sorted(touched, key=lambda m: m.__name__))
        analyze()


def analyze() -> None:
    """Let the database look at its tables, as a server does by itself; without it, it guesses."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def fresh(old: UUID, number: int) -> UUID:
    """The id that stands for `old` in a copy; the same each time."""
    return UUID(int=old.int ^ (number * 0x9E3779B97F4A7C15 & 0x3FFFFFFFFFFFFFFF))
