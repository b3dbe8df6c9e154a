"""Programs that look like a proposal, by the words of titles and by skills.

Of thousands a few are like it. The words of each are rows of their own: those that share one are
read from its index, and no answers are.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bitterroot.programs.domain.likeness import terms_of
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program, ProgramTerm
from bitterroot.proposals.enums import UNDER_WAY, ProposalState
from bitterroot.proposals.models import Proposal

SENT = [state for state in UNDER_WAY if state not in (ProposalState.DRAFT, ProposalState.SIGNING)]


@dataclass(frozen=True, slots=True)
class Similar:
    """A program that looks like this one; `slug` where it is offered, else it is proposed."""

    title: str
    where: str
    why: str
    unit: str
    slug: str = ""
    state: str = ""


def similar_to(proposal: Proposal, limit: int = 5) -> list[Similar]:
    """Programs, offered or proposed to the office, sharing words of title or skills. Of one that is
    only proposed, what was sent counts, not what its author writes now. Four queries."""
    words = terms_of(proposal.title, proposal.values.get("skills"))
    shared = _sharing(words, proposal, limit)
    terms: dict[UUID, list[str]] = defaultdict(list)
    for pk, term in ProgramTerm.objects.filter(program__in=shared, term__in=words).values_list(
        "program", "term"
    ):
        terms[pk].append(term)
    programs = Program.objects.select_related("owner_unit").in_bulk(shared)
    sent = dict(_sent().filter(program__in=shared).values_list("program", "state"))
    return [_told(programs[pk], sorted(terms[pk]), sent.get(pk, "")) for pk in shared]


def _sharing(words: frozenset[str], proposal: Proposal, limit: int) -> list[UUID]:
    """Keys of those that share most, then by title."""
    over = [ProgramState.PROPOSED, ProgramState.DECLINED]
    asked = Q(program__state=ProgramState.PROPOSED) & Exists(
        _sent().filter(program=OuterRef("program"))
    )
    found = ProgramTerm.objects.filter(~Q(program__state__in=over) | asked, term__in=words)
    if proposal.program_id is not None:
        found = found.exclude(program=proposal.program_id)
    ranked = found.values("program").annotate(shared=Count("*"))
    ranked = ranked.order_by("-shared", "program__title", "program")
    return list(ranked.values_list("program", flat=True)[:limit])


def _sent() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state__in=SENT)


def _told(program: Program, shared: list[str], sent: str) -> Similar:
    unit, why = program.owner_unit, ", ".join(shared)
    if program.state == ProgramState.PROPOSED:
        label = str(ProposalState(sent).label) if sent else ""
        return Similar(program.title, unit.name, why, unit.key, "", label)
    label = program.get_state_display()
    return Similar(program.title, unit.name, why, unit.key, program.slug, label)
