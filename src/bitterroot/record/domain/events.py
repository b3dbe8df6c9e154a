"""`record_event` writes what happened, in the transaction of the act. Everything that acts calls it.

Hash of an event = SHA-256 of the canonical JSON of its columns (seal and previous hash among
them), so that none can change, vanish or be slipped in without breaking its stream's chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from bitterroot.record import clock
from bitterroot.record.bulk import insert_rows
from bitterroot.record.canonical import canonical, digest
from bitterroot.record.domain.heads import note_tail
from bitterroot.record.models import Event, Outbox

GENESIS = "0" * 64


class ActorLike(Protocol):
    @property
    def ref(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Act:
    """One act that is to be recorded; see the columns of `Event` for the meaning."""

    verb: str
    about: str
    seal: str = ""
    data: dict[str, Any] = field(default_factory=dict)
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
    act = Act(verb=verb, about=about, seal=seal, data=data or {}, tell=tell)
    return record_events(by=by, stream=stream, capacity=capacity, acts=[act])[0]


def record_events(
    *, by: ActorLike, stream: str, acts: Sequence[Act], capacity: str = ""
) -> list[Event]:
    """Record many acts of one actor on one stream, in order, with their outbox rows.

    Two writers on one stream meet in the unique key (stream, seq): the second one's
    transaction fails and can be repeated. Callers that may meet lock the case's row first.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its act")
    last = Event.objects.filter(stream=stream).order_by("-seq").values_list("seq", "hash").first()
    seq, previous = last or (0, GENESIS)
    at = clock.now()
    events: list[Event] = []
    for act in acts:
        seq += 1
        event = Event(
            stream=stream,
            seq=seq,
            at=at,
            verb=act.verb,
            about=act.about,
            actor=by.ref,
            actor_name=by.name,
            capacity=capacity,
            data=canonical(act.data).decode(),
            seal=act.seal,
            previous=previous,
        )
        event.hash = previous = event_hash(event)
        events.append(event)
    _insert(events)
    _queue(events, acts, at)
    note_tail(stream, seq, previous)
    return events


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


def _insert(events: list[Event]) -> None:
    if len(events) < 20:
        for event in events:
            event.save(force_insert=True)
        return
    insert_rows(Event, events)
    ids = dict(
        Event.objects.filter(
            stream=events[0].stream, seq__gte=events[0].seq, seq__lte=events[-1].seq
        ).values_list("seq", "id")
    )
    for event in events:
        event.id = ids[event.seq]


def _queue(events: list[Event], acts: Sequence[Act], at: datetime) -> None:
    rows = [
        Outbox(event_id=event.id, run_after=at)
        for event, act in zip(events, acts, strict=True)
        if act.tell
    ]
    insert_rows(Outbox, rows)
