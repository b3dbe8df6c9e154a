"""Was anything changed behind the record's back? Reads everything, changes nothing.

Found are: an event changed, removed or slipped in (its chain breaks); a protected row that no
longer matches its last event, has none, or is gone; a cut tail, a whole case removed or a chain written anew
(a signed tail names what is not there any more); events added without a signed tail; a forged tail (its signature does not fit).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Max, QuerySet
from nacl.exceptions import BadSignatureError

from bitterroot.record.domain.events import GENESIS, event_hash
from bitterroot.record.domain.heads import Tail, tails_file, tails_of
from bitterroot.record.models import Event, PendingTail


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
TRIES = 5  # to read a row and its seal with nothing in between
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


def _lines() -> Iterator[tuple[str, str]]:
    """Signed lines and their names: those of the file, then those that wait to be appended.

    The waiting ones are read first: an act that ends meanwhile is then seen in one place or both.
    """
    waiting = [(str(row), row.line) for row in PendingTail.objects.order_by("pk")]
    path = tails_file()
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                yield f"tails line {number}", line
    yield from waiting


def _signed_tails(report: Report) -> Iterator[Tail]:
    for name, line in _lines():
        try:
            tails = tails_of(line)
        except (ValueError, KeyError, TypeError, BadSignatureError):
            report.add(name, "its signature does not fit")
            continue
        yield from tails


def _checked(report: Report) -> Iterator[Tail]:
    """All signed tails, in order; each event that one names is compared with its hash there."""
    tails = _signed_tails(report)
    while batch := list(islice(tails, TAILS)):
        hashes = {
            (stream, seq): hash_
            for stream, seq, hash_ in Event.objects.filter(
                stream__in={tail[0] for tail in batch}, seq__in={tail[1] for tail in batch}
            ).values_list("stream", "seq", "hash")
        }
        for stream, seq, digest, *_ in batch:
            if hashes.get((stream, seq), digest) != digest:
                report.add(f"{stream}#{seq}", "is not the event that was signed for")
        yield from batch


@dataclass(slots=True)
class _Vouched:
    """Which events of a stream are signed for: all up to `end`, and ranges beyond a gap."""

    end: int = 0
    beyond: list[tuple[int, int]] = field(default_factory=list)

    def add(self, first: int, last: int) -> None:
        """Lines of two processes may stand in either order."""
        self.beyond.append((first, last))
        if first > self.end + 1:
            return
        rest = []
        for start, stop in sorted(self.beyond):
            if start <= self.end + 1:
                self.end = max(self.end, stop)
            else:
                rest.append((start, stop))
        self.beyond = rest

    def gaps(self) -> Iterator[tuple[int, int]]:
        """First and last of each run of events that no line vouches for, before the newest tail."""
        end = self.end
        for start, stop in sorted(self.beyond):
            if start > end + 1:
                yield end + 1, start - 1
            end = max(end, stop)

    @property
    def newest(self) -> int:
        return max([self.end, *(stop for _, stop in self.beyond)])


def _tails(report: Report, ends: dict[str, int]) -> None:
    vouched: dict[str, _Vouched] = {}
    for stream, seq, _, *first in _checked(report):
        vouched.setdefault(stream, _Vouched()).add(first[0] if first else 1, seq)
    newest = {stream: each.newest for stream, each in vouched.items()}
    if not newest and ends:
        report.add("tails", "there are events but no signed tails")
    for stream, seq in newest.items():
        have = ends.get(stream, 0)
        if have < seq and _is_there(stream, seq):
            continue  # it was written while this was read; its hash is compared above
        if not have:
            report.add(stream, f"the whole case is gone; {seq} events were signed for")
        elif have < seq:
            report.add(stream, f"its end was cut: {seq} events were signed for, {have} are there")
        elif have > seq:
            report.add(stream, f"events {seq + 1} to {have} were never signed for")
        for start, stop in vouched[stream].gaps():
            report.add(stream, f"events {start} to {stop} were never signed for")
    for stream in ends.keys() - newest.keys():
        report.add(stream, "no signed tail names this case")


def _is_there(stream: str, seq: int) -> bool:
    return Event.objects.filter(stream=stream, seq=seq).exists()


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
        if seal is not None and sealed.seal(row) == seal:
            continue
        seal, row = _anew(sealed, about, row)  # it may have changed since one of them was read
        if seal is None:
            report.add(about, "no event speaks of it")
        elif sealed.seal(row) != seal:
            report.add(about, "does not match its last event")
    for about in said:
        report.add(about, "its row is gone")


def _anew(sealed: Sealed, about: str, row: Any) -> tuple[str | None, Any]:
    """The newest seal of a row, and the row as it is with that seal: read till nothing comes between."""
    seals = Event.objects.filter(about=about).exclude(seal="").order_by("-id")
    for _ in range(TRIES):
        seal = seals.values_list("seal", flat=True).first()
        row = sealed.rows().filter(pk=row.pk).first() or row
        if seal is not None and sealed.seal(row) == seal:
            return seal, row
    return seal, row
