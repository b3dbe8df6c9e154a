"""What whoever runs the system must see of signing: keys, status lists, canaries, last runs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from bitterroot.issuing.domain.canaries import is_well
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.models import Canary, SigningKey, StatusList
from bitterroot.issuing.queries.keys import KeyStanding, standings
from bitterroot.openbadges import status
from bitterroot.record import clock
from bitterroot.record.models import Event

LISTS = 50  # that are shown, the newest first
FAILURES = 5


@dataclass(frozen=True, slots=True)
class ListStanding:
    """A status list: how full it is, and among how many badges whoever asks about one hides it."""

    n: int
    purpose: str
    used: int
    marked: int
    published_at: datetime | None

    @property
    def percent(self) -> float:
        return 100 * self.used / status.SIZE

    @property
    def hidden_among(self) -> int:
        """Fetching the list tells its server that one of so many badges is being checked."""
        return self.used


@dataclass(frozen=True, slots=True)
class CanaryStanding:
    """A canary of one key: what was found, and whether it is as it must be."""

    name: str
    key: str
    found: str
    ok: bool | None  # None: not checked yet


@dataclass(frozen=True, slots=True)
class Operation:
    """Everything of the page."""

    keys: list[KeyStanding]
    rotated_at: datetime | None  # when the key that signs began to
    lists: list[ListStanding]
    more_lists: int
    canaries: list[CanaryStanding]
    checked_at: datetime | None  # of the canaries, the last time
    published_at: datetime | None  # of a status list, the last time
    failures: list[Event]  # nights on which a canary was not as it must be, the last first

    @property
    def failing(self) -> int:
        return sum(each.ok is False for each in self.canaries)


def operation() -> Operation:
    """The state of signing now. Queries: five for each key, and six."""
    found = StatusList.objects.defer("document", "seed").order_by("-n")
    rows = list(found[:LISTS])
    canaries = Canary.objects.select_related("key").defer("body").order_by("-key", "pk")
    begun = SigningKey.objects.filter(use=KeyUse.BADGES, active_from__lte=clock.now()).exclude(
        fragment="key-1"
    )
    return Operation(
        keys=standings(),
        rotated_at=begun.aggregate(at=Max("active_from"))["at"],
        lists=[_list(row) for row in rows],
        more_lists=max(0, found.count() - len(rows)),
        canaries=[_canary(row) for row in canaries],
        checked_at=Canary.objects.aggregate(at=Max("checked_at"))["at"],
        published_at=StatusList.objects.aggregate(at=Max("published_at"))["at"],
        failures=list(_failures()),
    )


def _failures() -> QuerySet[Event]:
    """By what they are about, of which there is an index; all events have a verb."""
    found = Event.objects.filter(about="canaries", verb="canaries failed")
    return found.order_by("-at")[:FAILURES]


def _list(row: StatusList) -> ListStanding:
    marked = int.from_bytes(bytes(row.bits), "big").bit_count()
    return ListStanding(row.n, row.purpose, row.used, marked, row.published_at)


def _canary(row: Canary) -> CanaryStanding:
    ok = is_well(row) if row.checked_at else None
    return CanaryStanding(row.name, row.key_id, row.found, ok)
