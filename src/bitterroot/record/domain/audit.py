"""Was anything changed behind the record's back? Reads everything, changes nothing.

Found are: an event changed, removed or slipped in (its chain breaks); a protected row that no
longer matches its last event, has none, or is gone; a cut tail, a whole case removed or a chain written anew
(a signed tail names what is not there any more); events added without a signed tail; a forged tail (its signature does not fit).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Max, QuerySet
from nacl.exceptions import BadSignatureError

from bitterroot.record.canonical import canonical
from bitterroot.record.domain.events import GENESIS, event_hash
from bitterroot.record.domain.heads import tails_file, verify_key
from bitterroot.record.models import Event


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that does not fit: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """How many events were read, and what is broken."""

    events: int = 0
    broken: list[Broken] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        self.broken.append(Broken(where, what))


@dataclass(frozen=True, slots=True)
class Sealed:
    """Rows whose protected columns the record vouches for."""

    prefix: str  # of `about`, as in "award:<id>"
    rows: Callable[[], QuerySet[Any]]
    seal: Callable[[Any], str]


_sealed: dict[str, Sealed] = {}
CHUNK = 1000
TAILS = 400  # of them are looked up at once


def register(prefix: str, rows: Callable[[], QuerySet[Any]], seal: Callable[[Any], str]) -> None:
    """Let `audit verify` compare rows, by primary key, with the last event about them."""
    _sealed[prefix] = Sealed(prefix, rows, seal)


def verify_record() -> Report:
    """Check the whole record. Memory stays bounded by the number of streams, not of events."""
    report = Report()
    ends = _chains(report)
    _tails(report, ends)
    for sealed in _sealed.values():
        _rows(report, sealed)
    return report


def _chains(report: Report) -> dict[str, int]:
    ends: dict[str, int] = {}
    stream, seq, previous = "", 0, GENESIS
    for event in Event.objects.order_by("stream", "seq").iterator(chunk_size=CHUNK):
        report.events += 1
        if event.stream != stream:
            stream, seq, previous = event.stream, 0, GENESIS
        here = f"{event.stream}#{event.seq}"
        if event.seq != seq + 1:
            report.add(here, f"events {seq + 1} to {event.seq - 1} are missing")
        elif event.previous != previous:
            report.add(here, "does not follow the event before it")
        if event_hash(event) != event.hash:
            report.add(here, "was changed")
        seq, previous = event.seq, event.hash
        ends[stream] = seq
    return ends


def _signed_tails(report: Report) -> Iterator[tuple[str, int, str]]:
    path = tails_file()
    if not path.exists():
        return
    key = verify_key()
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
                signature = bytes.fromhex(said.pop("signature"))
                key.verify(canonical(said), signature)
            except (ValueError, KeyError, BadSignatureError):
                report.add(f"tails line {number}", "its signature does not fit")
                continue
            yield from ((stream, seq, digest) for stream, seq, digest in said["tails"])


def _checked(report: Report) -> Iterator[tuple[str, int, str]]:
    """All signed tails, in order; each event that one names is compared with its hash there."""
    tails = _signed_tails(report)
    while batch := list(islice(tails, TAILS)):
        hashes = {
            (stream, seq): hash_
            for stream, seq, hash_ in Event.objects.filter(
                stream__in={stream for stream, _, _ in batch}, seq__in={seq for _, seq, _ in batch}
            ).values_list("stream", "seq", "hash")
        }
        for stream, seq, digest in batch:
            if hashes.get((stream, seq), digest) != digest:
                report.add(f"{stream}#{seq}", "is not the event that was signed for")
        yield from batch


def _tails(report: Report, ends: dict[str, int]) -> None:
    newest: dict[str, int] = {}
    for stream, seq, _ in _checked(report):
        newest[stream] = max(seq, newest.get(stream, 0))
    if not newest and ends:
        report.add("tails", "there are events but no signed tails")
    for stream, seq in newest.items():
        have = ends.get(stream, 0)
        if not have:
            report.add(stream, f"the whole case is gone; {seq} events were signed for")
        elif have < seq:
            report.add(stream, f"its end was cut: {seq} events were signed for, {have} are there")
        elif have > seq:
            report.add(stream, f"events {seq + 1} to {have} were never signed for")
    for stream in ends.keys() - newest.keys():
        report.add(stream, "no signed tail names this case")


def _rows(report: Report, sealed: Sealed) -> None:
    pattern = f"{sealed.prefix}:"
    newest = (
        Event.objects.filter(about__startswith=pattern)
        .exclude(seal="")
        .values("about")
        .annotate(last=Max("id"))
        .values("last")
    )
    said = dict(Event.objects.filter(pk__in=newest).values_list("about", "seal"))
    for row in sealed.rows().iterator(chunk_size=CHUNK):
        about = f"{pattern}{row.pk}"
        seal = said.pop(about, None)
        if seal is None:
            report.add(about, "no event speaks of it")
        elif sealed.seal(row) != seal:
            report.add(about, "does not match its last event")
    for about in said:
        report.add(about, "its row is gone")
