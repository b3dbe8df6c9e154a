"""Reads of proposals and consultations that more than one screen uses."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from bitterroot.governance import policies
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import ANSWERED, CaseState, RunState, SignatureState
from bitterroot.governance.models import Decision, SignatureRequest, Snapshot, StepRun
from bitterroot.governance.posted_rules import may_read_posted
from bitterroot.governance.queries.body_duties import kept_by_nobody, settled_by_nobody
from bitterroot.governance.rules import OFFICES, ways_asked
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.proposals.enums import ConsultationState, ProposalState
from bitterroot.proposals.models import Concurrence, Consultation, Proposal
from bitterroot.proposals.queries import agreement_duties, concurrence
from bitterroot.proposals.queries.standing import standings
from bitterroot.proposals.rules import LATE_READERS, ways_asked_about
from bitterroot.record import clock

EARLY = (ProposalState.DRAFT, ProposalState.SIGNING)  # it is not with the office yet
SHOWN = ("case", "lead", "owner_unit", "program")  # what lists and pages tell of each
MOST = 100  # of each sort; more than anyone does in a day
#: Columns of a proposal that hold its text, which no list shows.
LONG = ("values", "field_revisions", "field_writers", "consultation_waiver")


def visible_to(person: Person) -> QuerySet[Proposal]:
    """The proposals that `rules.may_see` allows. One query, and one at once for who reads all that
    the office has: which of the others they may see."""
    found = Proposal.objects.select_related(*SHOWN)
    roles = roles_of(person)
    if roles & {Role.PROGRAM_OFFICER, Role.AUDITOR}:
        return found
    if roles & LATE_READERS:
        early = [pk for (pk,) in _known_to(person, EARLY)]  # within the condition, it would be slow
        return found.filter(~Q(state__in=EARLY) | Q(pk__in=early))
    return found.filter(pk__in=_known_to(person))


def is_posted_to(person: Person, pk: str) -> bool:
    """Whether the person, who may not open the proposal, reads it while it is posted."""
    row = Proposal.objects.select_related("case").filter(pk=pk).first()
    return row is not None and bool(may_read_posted(person, row.case))


def _known_to(person: Person, states: Collection[str] = ()) -> QuerySet[Any, Any]:
    """Keys of what the person wrote, was asked to sign or about, or froze; of proposals in these
    states alone, where some are given. Indexed reads put together: one condition with "or" would
    read every signature."""
    of_case = Proposal.objects.values_list("pk")
    asked = [SignatureRequest.objects.filter(way).values("case") for way in ways_asked(person)]
    froze = Snapshot.objects.filter(created_by=person).values("case")
    about = [Concurrence.objects.order_by().filter(way) for way in ways_asked_about(person)]
    named: list[QuerySet[Any, Any]] = _ways_written(person)
    named += [rows.values_list("proposal_id") for rows in about]
    if states:
        of_case = of_case.filter(state__in=states)
        named = [of_case.filter(pk__in=rows) for rows in named]
    named += [of_case.filter(case__in=cases) for cases in (froze, *asked)]
    return named[0].union(*named[1:])


def _ways_written(person: Person) -> list[QuerySet[Any, Any]]:
    co_written = Proposal.co_authors.through.objects.filter(person=person)
    return [
        Proposal.objects.filter(lead=person).values_list("pk"),
        co_written.values_list("proposal_id"),
    ]


def written_by(person: Person) -> QuerySet[Proposal]:
    """The proposals that the person leads or is a co-author of."""
    found = Proposal.objects.select_related(*SHOWN)
    led, co_written = _ways_written(person)
    return found.filter(pk__in=led.union(co_written))


def _decisions_of(person: Person, roles: frozenset[str]) -> list[Duty]:
    """What waits for a decision of an office that the person holds; not what is checked before it,
    or has conditions open."""
    offices = {office for office, role in OFFICES.items() if role in roles}
    if not offices:
        return []
    runs = StepRun.objects.filter(
        state=RunState.OPEN,
        kind__in=["decide", "record"],
        case__state=CaseState.OPEN,
        case__proposal__isnull=False,
    )
    runs = runs.exclude(
        case__proposal__state__in=[ProposalState.SUBMITTED, ProposalState.CONDITIONS]
    )
    runs = runs.filter(_at_steps_of(offices, runs)).exclude(case__proposal__lead=person)
    rows = runs.select_related("case__proposal").defer(
        "case__facts", *(f"case__proposal__{f}" for f in LONG)
    )
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


#: Of those that were answered after the last decision, which else is why it is back.
_LAST_ANSWER = (
    SignatureRequest.objects.filter(
        case=OuterRef("case"), state__in=ANSWERED, acted_at__isnull=False
    )
    .exclude(
        Exists(Decision.objects.filter(case=OuterRef("case"), recorded_at__gt=OuterRef("acted_at")))
    )
    .order_by("-acted_at")
    .values("state")[:1]
)


def _why_it_is_here(proposal: Proposal) -> str:
    """Why a proposal lies with its lead; `answered` is the state of the signature answered last."""
    if proposal.state == ProposalState.SIGNING:
        return agreement_duties.WRITE
    if proposal.state != ProposalState.RETURNED:
        return "Your draft is not sent yet"
    if proposal.answered == SignatureState.EXPIRED:  # type: ignore[attr-defined]
        return "Nobody signed in time: send it again to ask anew"
    return "Returned to you with reasons"


def waiting_for(person: Person) -> list[Duty]:
    """Drafts, returns and missing memoranda of one's own; for an office, what waits for it. The oldest
    of each sort."""
    duties = [
        Duty(
            p.title or "Untitled proposal",
            _why_it_is_here(p),
            "faculty:agreement" if p.state == ProposalState.SIGNING else "faculty:proposal",
            (p.pk,),
            p.case.step_since,
            "Continue",
        )
        for p in agreement_duties.not_sent(
            Proposal.objects.filter(
                agreement_duties.SIGNED_BY_ALL
                | Q(state__in=[ProposalState.DRAFT, ProposalState.RETURNED]),
                lead=person,
            )
        )
        .select_related("case")
        .only("title", "state", "case__step_since")
        .annotate(answered=Subquery(_LAST_ANSWER))
        .order_by("case__step_since")[:MOST]
    ]
    duties += concurrence.waiting_for(person)
    roles = roles_of(person)
    duties += _decisions_of(person, roles)
    if Role.PROGRAM_OFFICER not in roles:
        return duties
    duties += kept_by_nobody()
    duties += settled_by_nobody()
    duties += agreement_duties.waiting_for_office(person)
    why = {
        ProposalState.SUBMITTED: "Check that it is complete",
        ProposalState.CONDITIONS: "Has open conditions",
    }
    waiting = list(
        Proposal.objects.filter(state__in=list(why), case__state=CaseState.OPEN)  # by an index
        .exclude(lead=person)
        .only("title", "process", "state", "case_id")
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
        for c in Consultation.objects.filter(state__in=list(asked))
        .only("title", "state", "requested_at", "scheduled_for")
        .order_by("requested_at")[:MOST]
    ]
    return duties
