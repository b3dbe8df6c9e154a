"""What of the catalog fits: every program by the few facts that it is searched by.

The facts of an approved version never change; each process works them out once. What may change
(title, unit, state, listing) is read anew, in one query, when something was recorded since: the
record has an event for each change. The cards of a page are always asked for anew.
"""

import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import QueryDict

from bitterroot.programs import queries as programs
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.queries.versions import holds_on
from bitterroot.record import clock
from bitterroot.record.models import Event
from bitterroot.web.public.listing import Listing, listing_of

FILTERS = ("q", "track", "kind", "unit", "format", "length", "price", "skill")
MOST_KEPT = 20_000  # versions whose facts a process keeps
EVENTS = (
    100  # the last ones tell whether something was recorded; those of slow acts come in between
)
LONGEST = 60.0  # seconds until all is read anew whatever the record says


@dataclass(frozen=True, slots=True)
class _Facts:
    format: str
    length: str
    price: str
    skills: tuple[str, ...]
    text: str  # folded


@dataclass(frozen=True, slots=True)
class Entry:
    """One program of the catalog as it is searched."""

    pk: UUID
    title: str
    track: str
    kind: str
    unit: str
    unit_name: str
    facts: _Facts

    @property
    def text(self) -> str:
        """Everything that a word may occur in."""
        return f"{self.title} {self.unit_name} ".casefold() + self.facts.text

    def fits(self, wanted: Mapping[str, str]) -> bool:
        """Whether it has all that is asked for; the words apart."""
        said = {
            "track": self.track,
            "kind": self.kind,
            "unit": self.unit,
            "format": self.facts.format,
            "length": self.facts.length,
            "price": self.facts.price,
        }
        if any(key in wanted and value != wanted[key] for key, value in said.items()):
            return False
        return "skill" not in wanted or wanted["skill"] in self.facts.skills


@dataclass
class Catalog:
    """Every program of the catalog by title, and what can be chosen from."""

    entries: list[Entry]
    recorded: tuple[date, tuple[str, ...]] = field(repr=False)  # see `_recorded`
    until: float = field(repr=False)  # on the monotonic clock

    @cached_property
    def _texts(self) -> tuple[str, list[int]]:
        """Every entry's text in one, and where each begins: searched much faster than one by one."""
        texts = [f"{entry.text}\n" for entry in self.entries]
        return "".join(texts), list(accumulate(map(len, texts), initial=0))

    def fitting(self, asked: QueryDict) -> list[Entry]:
        """Those that have all that is asked for."""
        wanted = {key: str(asked[key]) for key in FILTERS if asked.get(key)}
        words = wanted.pop("q", "")[:200].casefold().split()
        found = self._with_words(words) if words else self.entries
        return [entry for entry in found if entry.fits(wanted)] if wanted else found

    def _with_words(self, words: list[str]) -> list[Entry]:
        """Entries in whose text every word occurs: the longest is looked for in all of them."""
        (text, starts), longest = self._texts, max(words, key=len)
        others, found = [word for word in words if word != longest], []
        at = text.find(longest)
        while at >= 0:
            n = bisect_right(starts, at) - 1
            if all(text.find(word, starts[n], starts[n + 1]) >= 0 for word in others):
                found.append(self.entries[n])
            at = text.find(longest, starts[n + 1])
        return found

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """Keys and names of the units that offer something, by name."""
        units = {entry.unit: entry.unit_name for entry in self.entries}
        return sorted(units.items(), key=lambda pair: pair[1])

    @cached_property
    def products(self) -> list[str]:
        """What kinds of products there are."""
        return sorted({entry.track for entry in self.entries})

    @cached_property
    def skills(self) -> list[str]:
        """Every skill, whatever its case, in order."""
        return sorted({s for entry in self.entries for s in entry.facts.skills}, key=str.casefold)


_known: dict[tuple[UUID, int], _Facts] = {}
_last: list[Catalog] = []  # the one that this process read last


def current() -> Catalog:
    """The catalog as it is now. One query, and one or more after something was recorded."""
    recorded, now = _recorded(), time.monotonic()
    if not _last or _last[0].recorded != recorded or _last[0].until < now:
        _last[:] = [Catalog(_read(), recorded, now + LONGEST)]
    return _last[0]


def forget() -> None:
    """Read all anew next time: for what changes rows without a word in the record."""
    _last.clear()


def _recorded() -> tuple[date, tuple[str, ...]]:
    """Another value whenever something was recorded, and each day: versions take effect on days."""
    hashes = Event.objects.order_by("-pk").values_list("hash", flat=True)[:EVENTS]
    return clock.today(), tuple(hashes)


def _read() -> list[Entry]:
    """Every program whose gate is open and that wishes to be found, by title."""
    today = clock.today()
    versions = ProgramVersion.objects.filter(program=OuterRef("pk"))
    newest = versions.filter(holds_on(today)).order_by("-n")  # one that is approved may come later
    badges = BadgeTemplate.objects.filter(
        holds_on(today, of="program_version__"), program_version__program=OuterRef("pk")
    )
    template = badges.order_by("-program_version__n", "-n")
    rows = list(
        programs.listed()
        .order_by("title")
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .annotate(assessed=Subquery(template.values("assessed")[:1]))
        .values_list(
            "pk", "title", "track", "kind", "owner_unit", "owner_unit__name", "newest", "assessed"
        )
    )
    _learn({(row[0], row[6]) for row in rows} - _known.keys())
    return list(_entries(rows))


def _entries(rows: list[tuple[Any, ...]]) -> Iterator[Entry]:
    for pk, title, track, kind, unit, name, newest, assessed in rows:
        shown_as = _product(track, assessed is not False)
        yield Entry(pk, title, shown_as, kind, unit, name, _known[pk, newest])


@lru_cache(maxsize=100)
def _product(track: str, assessed: bool) -> str:
    """What a program of this track is called; there are thousands of programs, and few tracks."""
    program, badge = Program(track=track), BadgeTemplate(assessed=assessed)
    return Listing(program, ProgramVersion(), badge, {}).track


def _learn(missing: set[tuple[UUID, int]]) -> None:
    if len(_known) + len(missing) > MOST_KEPT:
        _known.clear()
    keys = sorted(version for _, version in missing)
    for start in range(0, len(keys), 500):
        found = ProgramVersion.objects.filter(pk__in=keys[start : start + 500])
        for version in found.iterator():
            _known[version.program_id, version.pk] = _facts_of(version.content)


def _facts_of(said: Mapping[str, Any]) -> _Facts:
    listing = Listing(Program(), ProgramVersion(), None, said)
    hours, number = listing.hours, listing.price_number
    outcomes = [str(row.get("outcome", "")) for row in said.get("outcomes") or []]
    return _Facts(
        format=str(said.get("modality")),
        length="short" if hours <= 20 else "middle" if hours <= 60 else "long",
        price="tuition" if number is None else "paid" if number else "free",
        skills=tuple(listing.skills),
        text=" ".join([listing.description, *listing.skills, *outcomes]).casefold(),
    )


def shown(keys: list[UUID]) -> list[Listing]:
    """The programs with these keys as cards show them, in this order."""
    found = {program.pk: program for program in programs.catalog().filter(pk__in=keys)}
    return [listing_of(found[key]) for key in keys if key in found]
