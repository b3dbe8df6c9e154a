"""Which rows of the demo are written again: once for each campus, or once for each copy."""

from collections import defaultdict
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models

from bitterroot.cli.scale.rows import IDS
from bitterroot.governance.enums import CaseState
from bitterroot.governance.models import (
    Attendance,
    CalendarChange,
    Case,
    Meeting,
    Minutes,
    PolicyVersion,
    Seat,
)
from bitterroot.issuing.models import SigningKey, StatusList
from bitterroot.messages.models import Mail
from bitterroot.people.enums import Role
from bitterroot.people.models import Person, RoleAssignment, Unit
from bitterroot.proposals.models import Page
from bitterroot.record.models import Event, Outbox

#: Rows that are there once however large the university is, or of which a copy would mean nothing.
ONCE: set[type[models.Model]] = {
    CalendarChange, Page, PolicyVersion, SigningKey, StatusList, Unit,
}  # fmt: skip
_ONCE_NAMED = {
    "figures.keptfigures", "files.storedfile", "issuing.canary", "issuing.keptfile",
    "issuing.pastdocument", "learning.studentrecord", "messages.letterrule", "messages.lettertext",
    "mail.letterrule", "mail.lettertext", "record.pendingtail",
}  # fmt: skip
_OF_DJANGO = {"admin", "auth", "contenttypes", "sessions", "web"}
_LEARNING = {"learning", "issuing"}
LAST: tuple[type[models.Model], ...] = (Event, Outbox, Mail)
_OF_CAMPUS = {Role.HEAD, Role.DEAN, Role.SUPERVISOR}


class Level(Enum):
    """How often a row is written again."""

    CENTRAL = "never"
    CAMPUS = "for each campus"
    CAMPUS_MEETING = "for each meeting of a campus"
    COPY = "for each copy"
    LEARNING = "for copies with learners"


class Levels:
    """Reads the demo and says of each row on which level it stands."""

    def __init__(self) -> None:
        #: The meeting of each row that belongs to one, in the order in which rows were asked for.
        self.meeting_keys: dict[type[models.Model], list[UUID]] = defaultdict(list)
        self._owner: dict[tuple[type[models.Model], Any], Any] = {}
        self._of_event: dict[int, Level] = {}
        self._of_id: dict[str, Level] = {}

    def copies(self, model: type[models.Model]) -> bool:
        """Whether the model has rows that are written again."""
        label = model._meta.label_lower
        return model not in ONCE and label not in _ONCE_NAMED and \
            model._meta.app_label not in _OF_DJANGO  # fmt: skip

    def of(self, row: models.Model) -> Level:
        """The level of one row. Ask for events after all else, for what follows from them last."""
        if isinstance(row, Person):
            return self.persons[row.pk]
        if isinstance(row, Meeting | Attendance | Minutes):
            key = row.pk if isinstance(row, Meeting) else row.meeting_id
            self.meeting_keys[type(row)].append(key)
            return Level.CAMPUS_MEETING
        if isinstance(row, Seat):
            return Level.CAMPUS
        if isinstance(row, Event):
            level = self._of_event[row.pk] = self._stream(row.stream)
            return level
        if isinstance(row, Outbox | Mail):
            return self._told(row)
        level = self._plain(row)
        if isinstance(row.pk, UUID):
            self._of_id[str(row.pk)] = level
        return level

    def _plain(self, row: models.Model) -> Level:
        if row._meta.app_label in _LEARNING:
            return Level.LEARNING
        if row._meta.app_label in {"people", "messages", "mail"} and hasattr(row, "person_id"):
            return self.persons[row.person_id]
        return Level.COPY

    @cached_property
    def persons(self) -> dict[UUID, Level]:
        """Each person's level, by what they do."""
        found: dict[UUID, Level] = {}
        roles: dict[UUID, list[RoleAssignment]] = defaultdict(list)
        for each in RoleAssignment.objects.all():
            roles[each.person_id].append(each)
        seated = set(Seat.objects.values_list("person_id", flat=True))
        for pk in Person.objects.values_list("pk", flat=True):
            if any(each.unit_id is None for each in roles[pk]):
                found[pk] = Level.CENTRAL
            elif pk in seated or any(each.role in _OF_CAMPUS for each in roles[pk]):
                found[pk] = Level.CAMPUS
            else:
                found[pk] = Level.COPY if roles[pk] else Level.LEARNING
        return found

    def _stream(self, stream: str) -> Level:
        """That of the thing which the chain is about; meetings' chains are not written again."""
        level = self._of_id.get(stream.partition(":")[2], Level.CENTRAL)
        return Level.CENTRAL if level is Level.CAMPUS_MEETING else level

    def _told(self, row: Outbox | Mail) -> Level:
        if row.event_id is not None:
            return self._of_event[row.event_id]
        if isinstance(row, Mail) and row.person_id is not None:
            level = self.persons[row.person_id]
            if level is Level.LEARNING:
                return level
        return Level.COPY if IDS.search(row.key) else Level.CENTRAL

    def is_over(self, row: models.Model) -> bool:
        """Whether the row belongs to a case that is closed."""
        return self._case(row) in self._closed

    @cached_property
    def _closed(self) -> set[UUID]:
        return set(Case.objects.filter(state=CaseState.CLOSED).values_list("pk", flat=True))

    def _case(self, row: models.Model) -> UUID | None:
        """The case that a row belongs to, by its stream or up its relations."""
        if isinstance(row, Case):
            return row.pk
        if isinstance(row, Event):
            kind, _, rest = row.stream.partition(":")
            return UUID(rest) if kind == "case" else None
        for name in ("case", "run", "motion", "ballot", "decision"):
            if getattr(row, f"{name}_id", None) is not None:
                return self._case_of_parent(getattr(row, name), name)
        return None

    def _case_of_parent(self, parent: models.Model, name: str) -> UUID | None:
        key = (type(parent), parent.pk)
        if key not in self._owner:
            self._owner[key] = self._case(parent)
        found: UUID | None = self._owner[key]
        return found
