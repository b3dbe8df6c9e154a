"""What the demo's chapters share: the people and programs made so far, and the day they are at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from bitterroot.messages.domain import dispatch
from bitterroot.people.actor import Actor, person, system
from bitterroot.people.models import Person
from bitterroot.programs.models import Program
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock

MISSOULA = ZoneInfo("America/Denver")
START = datetime(2026, 11, 18, 9, 0, tzinfo=MISSOULA)
SET_UP = system("set-up of the demo university")


@dataclass
class World:
    """Everything by the keys of the content files."""

    people: dict[str, Person] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    senators: dict[str, Person] = field(default_factory=dict)  # by name; they have no account
    earned: dict[str, set[UUID]] = field(default_factory=dict)  # learners by program

    def by(self, key: str) -> Actor:
        """The person `key` as the one who acts."""
        return person(self.people[key])

    @property
    def ids(self) -> dict[str, str]:
        """Each person's id, as forms hold it."""
        return {key: str(who.pk) for key, who in self.people.items()}


@contextmanager
def at(moment: str) -> Iterator[datetime]:
    """Let the block happen at a moment of the institution, `2026-04-13 10:30`; mails go out."""
    when = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    if when > START:
        raise ValueError(f"{moment} is after the demo's present")
    with clock.standing_at(when):
        yield when
        tell()


def tell() -> None:
    """Write and send the mails of what happened until now."""
    while dispatch.run_once(500):
        pass
    dispatch.send_waiting()
