"""What of the catalog fits: every program by the few facts that it is searched by.

The facts of an approved version never change; each process works them out once. What may change
(title, unit, state, listing) is read anew each time, in one query.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import QueryDict

from bitterroot.programs import queries as programs
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.queries.versions import holds_on
from bitterroot.record import clock
from bitterroot.web.public.listing import Listing, listing_of

FILTERS = ("q", "track", "kind", "unit", "format", "length", "price", "skill")
MOST_KEPT = 20_000  # versions whose facts a process keeps


@dataclass(frozen=True, slots=True)
class _Facts:
    format: str
    length: str
    price: str
    skills: tuple[str, ...]
    text: str


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
        return f"{self.title} {self.unit_name} {self.facts.text}".casefold()

    def fits(self, wanted: Mapping[str, str]) -> bool:
        """Whether it has all that is asked for."""
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
        if "skill" in wanted and wanted["skill"] not in self.facts.skills:
            return False
        words = wanted.get("q", "")[:200].casefold().split()
        if not words:
            return True
        text = self.text
        return all(word in text for word in words)


def fitting(everything: list[Entry], asked: QueryDict) -> list[Entry]:
    """Those that have all that is asked for."""
    wanted = {key: str(asked[key]) for key in FILTERS if asked.get(key)}
    return [entry for entry in everything if entry.fits(wanted)] if wanted else everything


_known: dict[tuple[UUID, int], _Facts] = {}


def entries() -> list[Entry]:
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
        text=" ".join([listing.description, *listing.skills, *outcomes]),
    )


def shown(keys: list[UUID]) -> list[Listing]:
    """The programs with these keys as cards show them, in this order."""
    found = {program.pk: program for program in programs.catalog().filter(pk__in=keys)}
    return [listing_of(found[key]) for key in keys if key in found]
