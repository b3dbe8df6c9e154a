"""Reads of proposals and consultations that more than one screen uses."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import SignatureRequest, Snapshot, StepRun
from bitterroot.governance.posted_rules import may_read_posted
from bitterroot.governance.rules import OFFICES, asked_of
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.proposals.enums import ConsultationState, ProposalState
from bitterroot.proposals.models import Consultation, Proposal
from bitterroot.proposals.queries import concurrence
from bitterroot.proposals.queries.standing import standings
from bitterroot.proposals.rules import LATE_READERS, asked_about
from bitterroot.record import clock

MOST = 100  # of each sort; more than anyone does in a day
#: Columns of a proposal that hold its text, which no list shows.
LONG = ("values", "field_revisions", "field_writers", "consultation_waiver")


def visible_to(person: Person) -> QuerySet[Proposal]:
    """The proposals that `rules.may_see` allows, as one query."""
    found = Proposal.objects.select_related("case", "lead", "owner_unit", "program")
    roles = roles_of(person)
    if roles & {Role.PROGRAM_OFFICER, Role.AUDITOR}:
        return found
    mine = Q(pk__in=_known_to(person)) | asked_about(person)
    if roles & LATE_READERS:
        mine |= ~Q(state__in=[ProposalState.DRAFT, ProposalState.SIGNING])
    return found.filter(mine)


def is_posted_to(person: Person, pk: str) -> bool:
    """Whether the person, who may not open the proposal, reads it while it is posted."""
    row = Proposal.objects.select_related("case").filter(pk=pk).first()
    return row is not None and bool(may_read_posted(person, row.case))


def _known_to(person: Person) -> QuerySet[Any, Any]:
    """Keys of what the person wrote, was asked to sign, or froze. Indexed reads put together."""
    of_case = Proposal.objects.values("pk")
    asked = SignatureRequest.objects.filter(asked_of(person)).values("case")
    froze = Snapshot.objects.filter(created_by=person).values("case")
    return _written(person).union(of_case.filter(case__in=asked), of_case.filter(case__in=froze))


def _written(person: Person) -> QuerySet[Any, Any]:
    co_written = Proposal.co_authors.through.objects.filter(person=person).values("proposal_id")
    return Proposal.objects.filter(lead=person).values("pk").union(co_written)


def written_by(person: Person) -> QuerySet[Proposal]:
    """The proposals that the person leads or is a co-author of."""
    found = Proposal.objects.select_related("case", "lead", "owner_unit", "program")
    return found.filter(pk__in=_written(person))


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
    )
    runs = runs.filter(_at_steps_of(offices, runs)).exclude(case__proposal__lead=person)
    rows = runs.select_related("case__proposal").defer(*(f"case__proposal__{f}" for f in LONG))
    return [
        Duty(
            run.case.title,
            f"{policies.later_asked(run.case.process)}Waits for your decision: {step_of(run).title}",
            "office:proposal",
            (run.case.proposal.pk,),
            run.opened_at,
            "Read and decide",
            run.due_on,
        )
        for run in rows.order_by("due_on", "pk")[:MOST]
    ]


def _at_steps_of(offices: set[str], runs: QuerySet[StepRun]) -> Q:
    """Those of these runs whose step belongs to one of the offices, by the policy of each case."""
    found = Q(pk__in=[])
    steps = runs.order_by().values_list("case__policy_id", "case__process", "path").distinct()
    for policy, process, path in steps:
        step = policies.kept(policy).processes[process].step(path)
        if getattr(step, "by", "") in offices:
            found |= Q(case__policy=policy, case__process=process, path=path)
    return found


#: It waits for what it is bound with; nobody can decide on it yet.
_waits_for_others = Exists(StepRun.objects.filter(case=OuterRef("case"), state=RunState.WAITING))


def waiting_for(person: Person) -> list[Duty]:
    """Drafts and returns of one's own; for an office, what waits for it. The oldest of each sort."""
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
        )
        .select_related("case")
        .defer(*LONG)
        .order_by("case__step_since")[:MOST]
    ]
    duties += concurrence.waiting_for(person)
    roles = roles_of(person)
    duties += _decisions_of(person, roles - {Role.PROGRAM_OFFICER})
    if Role.PROGRAM_OFFICER not in roles:
        return duties
    why = {
        ProposalState.SUBMITTED: "Check that it is complete",
        ProposalState.IN_REVIEW: "Waits for a decision",
        ProposalState.CONDITIONS: "Has open conditions",
    }
    waiting = list(
        Proposal.objects.filter(state__in=list(why))
        .exclude(lead=person)
        .exclude(_waits_for_others, state=ProposalState.IN_REVIEW)
        .select_related("case")
        .defer(*LONG)
        .order_by("case__step_since")[:MOST]
    )
    stands = standings(waiting)
    duties += [
        Duty(
            p.title,
            policies.later_asked(p.process) + why[ProposalState(p.state)],
            "faculty:proposal",
            (p.pk,),
            stands[p.pk].since,
            "Open",
            stands[p.pk].due,
        )
        for p in waiting
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
        for c in Consultation.objects.filter(state__in=list(asked)).order_by("requested_at")[:MOST]
    ]
    return duties
