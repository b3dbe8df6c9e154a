"""Reads of proposals and consultations that more than one screen uses."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import StepRun
from bitterroot.governance.rules import OFFICES
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.programs.models import Program
from bitterroot.proposals.enums import ConsultationState, MouState, ProposalState
from bitterroot.proposals.models import Consultation, Mou, Proposal
from bitterroot.proposals.rules import LATE_READERS
from bitterroot.record import clock


def visible_to(person: Person) -> QuerySet[Proposal]:
    """The proposals that `rules.may_see` allows, as one query."""
    found = Proposal.objects.select_related("case", "lead", "owner_unit", "program")
    roles = roles_of(person)
    if roles & {Role.PROGRAM_OFFICER, Role.AUDITOR}:
        return found
    mine = Q(lead=person) | Q(co_authors=person) | Q(case__signatures__person=person)
    mine |= Q(case__snapshots__created_by=person)
    if roles & LATE_READERS:
        mine |= ~Q(state__in=[ProposalState.DRAFT, ProposalState.SIGNING])
    return found.filter(mine).distinct()


@dataclass(frozen=True, slots=True)
class Similar:
    """A program or proposal that looks like this one."""

    title: str
    where: str
    why: str


def similar_programs(proposal: Proposal, limit: int = 5) -> list[Similar]:
    """Programs and open proposals that share words of the title or skills, most alike first."""
    words = _words(proposal.title) | {s.lower() for s in proposal.values.get("skills") or []}
    found: list[tuple[int, Similar]] = []
    others = Program.objects.select_related("owner_unit").prefetch_related("versions")
    for program in others:
        if program.pk == proposal.program_id:
            continue
        latest = max(program.versions.all(), key=lambda v: v.n, default=None)
        theirs = _words(program.title) | {
            s.lower() for s in (latest.content.get("skills") or [] if latest else [])
        }
        if shared := words & theirs:
            found.append(
                (
                    len(shared),
                    Similar(program.title, program.owner_unit.name, ", ".join(sorted(shared))),
                )
            )
    return [similar for _, similar in sorted(found, key=lambda pair: -pair[0])[:limit]]


SMALL = {"and", "for", "the", "with", "of", "in", "to", "a", "an", "on", "from"}


def _words(text: str) -> set[str]:
    return {w for w in text.lower().replace("-", " ").split() if len(w) > 2 and w not in SMALL}


def _decisions_of(person: Person, roles: frozenset[str]) -> list[Duty]:
    """What waits for a decision of an office that the person holds, the program office's aside."""
    offices = {office for office, role in OFFICES.items() if role in roles}
    if not offices:
        return []
    runs = StepRun.objects.filter(
        state=RunState.OPEN,
        kind__in=["decide", "record"],
        case__state=CaseState.OPEN,
        case__proposal__isnull=False,
    ).select_related("case__proposal")
    return [
        Duty(
            run.case.title,
            f"Waits for your decision: {step_of(run).title}",
            "office:proposal",
            (run.case.proposal.pk,),
            run.opened_at,
            "Read and decide",
            run.due_on,
        )
        for run in runs.exclude(case__proposal__lead=person).order_by("due_on", "pk")[:200]
        if getattr(step_of(run), "by", "") in offices
    ]


def waiting_for(person: Person) -> list[Duty]:
    """Drafts and returns of one's own; for the office, what waits for it."""
    duties = [
        Duty(
            p.title or "Untitled proposal",
            "Returned to you with reasons"
            if p.state == ProposalState.RETURNED
            else "Your draft is not sent yet",
            "faculty:proposal",
            (p.pk,),
            p.case.step_since,
            "Continue",
        )
        for p in Proposal.objects.filter(
            lead=person, state__in=[ProposalState.DRAFT, ProposalState.RETURNED]
        ).select_related("case")
    ]
    roles = roles_of(person)
    duties += _decisions_of(person, roles - {Role.PROGRAM_OFFICER})
    if Role.PROGRAM_OFFICER not in roles:
        return duties
    why = {
        ProposalState.SUBMITTED: "Check that it is complete",
        ProposalState.IN_REVIEW: "Waits for a decision",
        ProposalState.CONDITIONS: "Has open conditions",
    }
    duties += [
        Duty(
            p.title,
            why[ProposalState(p.state)],
            "faculty:proposal",
            (p.pk,),
            p.case.step_since,
            "Open",
            p.case.step_due,
        )
        for p in Proposal.objects.filter(state__in=list(why))
        .exclude(lead=person)
        .select_related("case")
    ]
    asked = {
        ConsultationState.REQUESTED: "Find a time",
        ConsultationState.SCHEDULED: "Record what came of it",
    }
    duties += [
        Duty(
            f"Consultation: {c.title}",
            asked[ConsultationState(c.state)],
            "faculty:consultation",
            (c.pk,),
            c.requested_at,
            "Open",
            clock.day_of(c.scheduled_for) if c.scheduled_for else None,
        )
        for c in Consultation.objects.filter(state__in=list(asked))
    ]
    return duties


def agreement_ends(program: Program) -> date | None:
    """The last day of the program's agreements with others; None without one that ends."""
    executed = Mou.objects.filter(proposal__program=program, state=MouState.EXECUTED)
    ends = list(executed.values_list("expires_on", flat=True))
    return max(ends) if ends and None not in ends else None  # type: ignore[type-var]
