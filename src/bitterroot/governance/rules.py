"""Who may sign and who may decide."""

from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, SeatOffice, SignatureState
from bitterroot.governance.models import Case, Seat, SignatureRequest, StepRun
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.rules import as_role
from bitterroot.policy.models.process import SignStep
from bitterroot.record import clock

OFFICES = {
    "program office": Role.PROGRAM_OFFICER,
    "registrar": Role.REGISTRAR,
    "issuing officer": Role.ISSUING_OFFICER,
    "graduate dean": Role.GRADUATE_DEAN,
    "provost": Role.PROVOST,
}


def may_sign(by: Actor, signature: SignatureRequest) -> Answer:
    """Only the person who was asked, for the capacity that they were asked in."""
    if by.person is None or signature.person != by.person:
        return Answer(False, "Only the person who is asked may sign.")
    if why := why_not_asked(signature):
        return Answer(False, why)
    if by.person.pk in authors_of(signature.case):
        return Answer(False, "Nobody signs their own proposal.")
    return Answer(True, capacity=signature.capacity_title)


def why_not_asked(signature: SignatureRequest) -> str:
    """Why it is not its turn: not asked, or its case does not stand at the signatures now."""
    if signature.state not in (SignatureState.REQUESTED, SignatureState.VIEWED):
        return f"This signature is not asked for now ({signature.get_state_display().lower()})."
    case = signature.case
    if case.state != CaseState.OPEN:
        return f"This signature is not asked for now: it is {case.get_state_display().lower()}."
    if not isinstance(policies.of(case).processes[case.process].step(case.step), SignStep):
        return "This signature is not asked for now: the proposal is back with its authors."
    return ""


def may_decide(by: Actor, case: Case, office: str) -> Answer:
    """The holder of the deciding office who is no author of the case."""
    answer = as_role(by, OFFICES[office])
    if answer and by.person and by.person.pk in authors_of(case):
        return Answer(False, "Nobody decides on their own proposal.")
    return answer


def may_act_on(by: Actor, run: StepRun) -> Answer:
    """Who may decide, or confirm a fact, at a step of an office: the holder, if no author."""
    step = policies.of(run.case).processes[run.case.process].step(run.path)
    office = getattr(step, "by", None)
    if not isinstance(office, str):
        return Answer(False, "No office decides on this step.")
    return may_decide(by, run.case, office)


def may_speak_for(by: Actor, run: StepRun) -> Answer:
    """Chair or secretary of the body before which a step is, or the program office; no author."""
    if by.person is not None and by.person.pk in authors_of(run.case):
        return Answer(False, "Nobody decides on their own proposal.")
    day = clock.today()
    seat = (
        Seat.objects.filter(body=run.body, office__in=[SeatOffice.CHAIR, SeatOffice.SECRETARY])
        .filter(starts_on__lte=day)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .filter(Q(person=by.person) | Q(delegate=by.person, delegate_until__gte=day))
        .exclude(body="")
        .first()
        if by.person is not None
        else None
    )
    if seat is not None:
        title = policies.of(run.case).bodies[run.body].title
        return Answer(True, capacity=f"{seat.get_office_display()}, {title}")
    return as_role(by, Role.PROGRAM_OFFICER)


def may_close_condition(by: Actor, run: StepRun) -> Answer:
    """The office that set it, or who speaks for the body that did."""
    return may_speak_for(by, run) if run.body else may_act_on(by, run)


def may_override(by: Actor, run: StepRun) -> Answer:
    """The office that the process lets act in another's place, if it names one."""
    process = policies.of(run.case).processes[run.case.process]
    if process.override_by is None:
        return Answer(False, "The policy lets nobody act in another's place here.")
    return may_decide(by, run.case, process.override_by)


def authors_of(case: Case) -> frozenset[object]:
    """Ids of the persons who wrote what is decided, also of those who write no longer.

    They neither sign nor decide it. What they may open is asked of `writing_now`.
    """
    ids: set[object] = set(case.snapshots.values_list("created_by_id", flat=True))
    proposal = getattr(case, "proposal", None)
    if proposal is not None:
        ids.update(proposal.written_by.values_list("pk", flat=True))
    return frozenset(ids) | writing_now(case)


def writing_now(case: Case) -> frozenset[object]:
    """Ids of the lead and the co-authors of this day; without a proposal, of who froze what is decided."""
    proposal = getattr(case, "proposal", None)
    if proposal is None:
        return frozenset(case.snapshots.values_list("created_by_id", flat=True))
    return frozenset([proposal.lead_id, *proposal.co_authors.values_list("pk", flat=True)])
