"""Programs and proposals that look like a proposal, by the words of titles and by skills.

Of thousands a few are like it. Skills stand within long answers; each process reads those of an
approved version, and of one revision of a proposal, once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from typing import Any

from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.proposals.enums import UNDER_WAY, ProposalState
from bitterroot.proposals.models import Proposal

SMALL = {"and", "for", "the", "with", "of", "in", "to", "a", "an", "on", "from"}
MOST_KEPT = 50_000
Words = frozenset[str]
Key = tuple[Any, ...]  # of a version: its program, number and moment; a proposal and its revision


@dataclass(frozen=True, slots=True)
class Similar:
    """A program or an open proposal that looks like this one; `slug` of a program."""

    title: str
    where: str
    why: str
    unit: str
    slug: str = ""
    state: str = ""


def similar_to(proposal: Proposal, limit: int = 5) -> list[Similar]:
    """Programs, and proposals that the office has, sharing words of title or skills. Three queries,
    and one for each 500 whose skills this process has not read."""
    words = _in_title(proposal.title) | _folded(proposal.values.get("skills"))
    found = [*_programs(proposal, words), *_proposals(proposal, words)]
    return [similar for _, similar in nlargest(limit, found, key=lambda pair: pair[0])]


def _programs(proposal: Proposal, words: Words) -> Iterator[tuple[int, Similar]]:
    offered = Program.objects.exclude(state__in=[ProgramState.PROPOSED, ProgramState.DECLINED])
    if proposal.program_id is not None:
        offered = offered.exclude(pk=proposal.program_id)
    rows = offered.order_by("versions__n").values_list(
        "slug", "versions", "versions__approved_at", "title", "owner_unit", "owner_unit__name", "state"
    )  # fmt: skip
    newest = {row[0]: row for row in rows}
    skills = _skills_of([row[:3] for row in newest.values()], _known_versions, _read_versions)
    for slug, version, at, title, unit, name, state in newest.values():
        if shared := words & (_in_title(title) | skills[slug, version, at]):
            label, why = str(ProgramState(state).label), ", ".join(sorted(shared))
            yield len(shared), Similar(title, name, why, unit, slug, label)


def _proposals(proposal: Proposal, words: Words) -> Iterator[tuple[int, Similar]]:
    sent = set(UNDER_WAY) - {ProposalState.DRAFT, ProposalState.SIGNING}
    asked = Proposal.objects.filter(state__in=sent, program__state=ProgramState.PROPOSED)
    rows = list(asked.exclude(pk=proposal.pk).exclude(owner_unit=None).values_list(
        "pk", "revision", "title", "owner_unit", "owner_unit__name", "state"
    ))  # fmt: skip
    skills = _skills_of([(row[0], row[1]) for row in rows], _known_proposals, _read_proposals)
    for pk, revision, title, unit, name, state in rows:
        if shared := words & (_in_title(title) | skills[pk, revision]):
            label = str(ProposalState(state).label)
            yield len(shared), Similar(title, name, ", ".join(sorted(shared)), unit, "", label)


_known_versions: dict[Key, Words] = {}
_known_proposals: dict[Key, Words] = {}


def _skills_of(wanted: Iterable[Key], known: dict[Key, Words], read: Any) -> dict[Key, Words]:
    """The skills of these, read where the process does not know them yet."""
    missing = [key for key in wanted if key not in known]
    if len(known) + len(missing) > MOST_KEPT:
        known.clear()
        missing = list(wanted)
    for start in range(0, len(missing), 500):
        known.update(read(missing[start : start + 500]))
    return known


def _read_versions(keys: list[Key]) -> dict[Key, Words]:
    rows = ProgramVersion.objects.filter(pk__in=[key[1] for key in keys])
    read = dict(rows.values_list("pk", "content__skills"))
    return {key: _folded(read.get(key[1])) for key in keys}


def _read_proposals(keys: list[Key]) -> dict[Key, Words]:
    rows = Proposal.objects.filter(pk__in=[pk for pk, _ in keys])
    found = rows.values_list("pk", "revision", "values__skills")
    read = {(pk, revision): _folded(skills) for pk, revision, skills in found}
    return {key: read.get(key, frozenset()) for key in keys}  # one that changed meanwhile: none


@lru_cache(maxsize=MOST_KEPT)
def _in_title(title: str) -> Words:
    words = title.lower().replace("-", " ").split()
    return frozenset(word for word in words if len(word) > 2 and word not in SMALL)


def _folded(skills: Any) -> Words:
    return frozenset(str(skill).lower() for skill in skills or [])
