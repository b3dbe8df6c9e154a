"""What a crash between a commit and its tail line left undone, done by the worker.

Only lines that the application signed in the act's own transaction are appended, and only where
the event that they name stands in the chain and the chain goes on from the known tail. Nothing is
signed here: an event that someone added behind the application's back has no line, and stays
reported by `bitterroot audit verify`. See docs/decisions/0008-healing-tails.md.
"""

import logging
from collections.abc import Collection
from datetime import timedelta

from nacl.exceptions import BadSignatureError

from bitterroot.record import clock
from bitterroot.record.domain.events import GENESIS, event_hash
from bitterroot.record.domain.heads import Tail, append_line, tails_file, tails_of
from bitterroot.record.models import Event, PendingTail

#: A younger row belongs to an act that is just being committed.
SETTLED = timedelta(seconds=30)
MOST = 200

log = logging.getLogger(__name__)


def heal_tails() -> int:
    """Append the lines that wait since a crash; how many. One query where there is none.

    A row that vouches for nothing is left where it is, for `audit verify` to tell of.
    """
    rows = PendingTail.objects.filter(at__lte=clock.now() - SETTLED).order_by("pk")[:MOST]
    waiting = [(row, tail) for row in rows if (tail := _tail_of(row)) is not None]
    known = _known({tail[0] for _, tail in waiting}) if waiting else {}
    healed = 0
    for row, (stream, seq, digest, *_) in waiting:
        if not Event.objects.filter(stream=stream, seq=seq, hash=digest).exists():
            continue
        newest = known.get(stream, (0, GENESIS))
        if seq > newest[0]:
            if not _extends(stream, newest, seq, digest):
                continue
            known[stream] = (seq, digest)
        append_line(row.line)
        row.delete()
        healed += 1
    return healed


def _tail_of(row: PendingTail) -> Tail | None:
    """The one tail that the row vouches for; None for a line that is not ours."""
    try:
        (tail,) = tails_of(row.line)
    except (ValueError, KeyError, TypeError, BadSignatureError):
        return None
    return tail


def _known(streams: Collection[str]) -> dict[str, tuple[int, str]]:
    """The newest signed tail of each of these streams: number and hash of its event."""
    found: dict[str, tuple[int, str]] = {}
    path = tails_file()
    if not path.exists():
        return found
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not any(stream in line for stream in streams):
                continue
            try:
                tails = tails_of(line)
            except (ValueError, KeyError, TypeError, BadSignatureError):
                continue  # `audit verify` tells of it
            for stream, seq, digest, *_ in tails:
                if stream in streams and seq > found.get(stream, (0, ""))[0]:
                    found[stream] = (seq, digest)
    return found


def _extends(stream: str, known: tuple[int, str], seq: int, digest: str) -> bool:
    """Whether the chain of `stream` leads, event by event, from the known tail to this one."""
    at, previous = known
    if at and not Event.objects.filter(stream=stream, seq=at, hash=previous).exists():
        return False
    events = Event.objects.filter(stream=stream, seq__gt=at, seq__lte=seq).order_by("seq")
    for event in events.iterator():
        at += 1
        if (event.seq, event.previous, event.hash) != (at, previous, event_hash(event)):
            return False
        previous = event.hash
    return (at, previous) == (seq, digest)
