"""`record_event` writes what happened, in the transaction of the act. Everything that acts calls it.

Hash of an event = SHA-256 of the canonical JSON of its columns (seal and previous hash among
them), so that none can change, vanish or be slipped in without breaking its stream's chain.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.db.models import Value

from bitterroot.record import clock
from bitterroot.record.bulk import insert_selected, insert_values
from bitterroot.record.canonical import canonical, digest
from bitterroot.record.domain.heads import note_tail
from bitterroot.record.models import Event, Outbox

GENESIS = "0" * 64
COLUMNS = (
    "stream", "seq", "at", "verb", "about", "actor", "actor_name", "capacity", "data", "seal",
    "previous", "hash",
)  # fmt: skip


class ActorLike(Protocol):
    @property
    def ref(self) -> str: ...
    @property
    def name(self) -> str: ...


class Act(NamedTuple):
    """One act that is to be recorded; see the columns of `Event` for the meaning."""

    verb: str
    about: str
    seal: str = ""
    data: dict[str, Any] | None = None
    tell: bool = True  # write an outbox row: someone is told


def record_event(
    *,
    by: ActorLike,
    stream: str,
    verb: str,
    about: str,
    capacity: str = "",
    seal: str = "",
    data: dict[str, Any] | None = None,
    tell: bool = True,
) -> Event:
    """Record one act. Must run inside the transaction that changes the rows."""
    act = Act(verb=verb, about=about, seal=seal, data=data, tell=tell)
    number = record_events(by=by, stream=stream, capacity=capacity, acts=[act])
    return Event.objects.get(stream=stream, seq=number)


def record_events(*, by: ActorLike, stream: str, acts: Sequence[Act], capacity: str = "") -> int:
    """Record many acts of one actor on one stream, in order, with their outbox rows.

    Gives the first one's number in the stream; the others follow.

    Two writers on one stream meet in the unique key (stream, seq): the second one's
    transaction fails and can be repeated. Callers that may meet lock the case's row first.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its act")
    last = Event.objects.filter(stream=stream).order_by("-seq").values_list("seq", "hash").first()
    first, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    at = clock.now()
    moment = at.isoformat()
    who = (by.ref, by.name, capacity[:120])
    rows = []
    for seq, act in enumerate(acts, first):
        data = canonical(act.data or {}).decode()
        body = [stream, seq, moment, act.verb, act.about, *who, data, act.seal, previous]
        hash_ = digest(body)
        rows.append((stream, seq, at, act.verb, act.about, *who, data, act.seal, previous, hash_))
        previous = hash_
    insert_values(Event, COLUMNS, rows)
    _tell(stream, first, acts)
    note_tail(stream, first, first + len(acts) - 1, previous)
    return first


def _tell(stream: str, first: int, acts: Sequence[Act]) -> None:
    """An outbox row for each event that someone is told about."""
    events = Event.objects.filter(stream=stream, seq__gte=first).order_by("seq")
    told = [seq for seq, act in enumerate(acts, first) if act.tell]
    if len(told) < len(acts):
        events = events.filter(seq__in=told)
    if told:
        insert_selected(
            Outbox,
            ("event_id", "state", "tries", "run_after", "last_error"),
            events.values_list("pk", Value("waiting"), Value(0), "at", Value("")),
        )


def event_hash(event: Event) -> str:
    """The hash that `event` should carry, from its other columns."""
    return digest(
        [
            event.stream,
            event.seq,
            event.at.isoformat(),
            event.verb,
            event.about,
            event.actor,
            event.actor_name,
            event.capacity,
            event.data,
            event.seal,
            event.previous,
        ]
    )
