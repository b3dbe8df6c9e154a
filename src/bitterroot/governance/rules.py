"""Who may sign and who may decide."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.covers import acting, taken_by, with_covers
from bitterroot.governance.enums import CaseState, ConflictState, SeatOffice, SignatureState
from bitterroot.governance.models import Case, Seat, SignatureRequest, StepRun
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries.absences import running, stood_for
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
    """The person who was asked, for the capacity that they were asked in, or who acts for them
    while they are away."""
    asked = signature.person
    if by.person is None or asked is None:
        return Answer(False, "Only the person who is asked may sign.")
    deputy = asked != by.person
    if deputy and asked.pk not in stood_for(by.person):
        return Answer(False, "Only the person who is asked may sign.")
    if why := why_not_asked(signature):
        return Answer(False, why)
    if by.person.pk in authors_of(signature.case):
        return Answer(False, "Nobody signs their own proposal.")
    whose = f", as deputy of {asked.display_name}" if deputy else ""
    return Answer(True, capacity=f"{signature.capacity_title}{whose}", deputy=deputy)


def may_correct_officer(by: Actor, signature: SignatureRequest) -> Answer:
    """Whom a partner's officer is asked as, and by which link: who leads the proposal, and the
    office, without those who wrote it."""
    if signature.person_id is not None:
        return Answer(False, "Whoever has an account here is not corrected; they let another sign.")
    lead = getattr(getattr(signature.case, "proposal", None), "lead_id", None)
    if by.person is not None and by.person.pk == lead:
        return Answer(True, capacity="lead")
    return unless_author(by, signature.case, Role.PROGRAM_OFFICER)


def may_end_link(by: Actor, signature: SignatureRequest) -> Answer:
    """The program office takes back the link with which an officer outside reads what they signed."""
    if signature.person_id is not None:
        return Answer(False, "Whoever has an account here has no link.")
    return as_role(by, Role.PROGRAM_OFFICER)


def asked_of(person: Person) -> Q:
    """Signature requests that are or were `person`'s to answer; see `ways_asked`."""
    return reduce(or_, ways_asked(person))


def ways_asked(person: Person) -> tuple[Q, ...]:
    """How a signature request is or was `person`'s to answer: asked of them, passed on from them,
    or open now while they act for who was asked. Each way is found by an index, all at once not."""
    away = running().filter(deputy=person).values("person")
    return (
        Q(person=person),
        Q(delegated_from=person),
        Q(person__in=away, state__in=[SignatureState.REQUESTED, SignatureState.VIEWED]),
    )


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
    """The holder of the deciding office who is no author of the case, nor acts for one."""
    return unless_author(by, case, OFFICES[office])


def unless_author(by: Actor, case: Case, role: Role) -> Answer:
    """As `as_role`, for those who wrote none of the case and do not act for one who did."""
    answer = as_role(by, role)
    if not answer or by.person is None:
        return answer
    authors = authors_of(case)
    if by.person.pk in authors:
        return Answer(False, "Nobody decides on their own proposal.")
    if answer.deputy:
        answer = as_role(by, role, not_for=authors)
    if not answer:
        return Answer(False, "You stand in for an author: nobody decides on their own proposal.")
    return answer


def may_act_on(by: Actor, run: StepRun) -> Answer:
    """Who may decide, or confirm a fact, at a step of an office: the holder, if no author."""
    step = policies.of(run.case).processes[run.case.process].step(run.path)
    office = getattr(step, "by", None)
    if not isinstance(office, str):
        return Answer(False, "No office decides on this step.")
    return may_decide(by, run.case, office)


def may_speak_for(by: Actor, run: StepRun) -> Answer:
    """Who acts as chair or secretary of the body before which a step is, or the program office.

    No author, nobody who is recused from the matter, and nobody in the place of one.
    """
    authors, recused = authors_of(run.case), recused_from(run)
    if by.person is not None and by.person.pk in authors:
        return Answer(False, "Nobody decides on their own proposal.")
    if by.person is not None and by.person.pk in recused:
        return Answer(False, "You are recused from this matter.")
    for seat, who in _keeping(by.person, run.body) if by.person and run.body else ():
        if who != by.person or seat.person_id in authors | recused:
            continue
        title = policies.of(run.case).bodies[run.body].title
        lent = "for" if who.pk == seat.delegate_id else "as deputy of"
        whose = "" if who == seat.person else f", {lent} {seat.person}"
        return Answer(True, capacity=f"{seat.get_office_display()}, {title}{whose}")
    return unless_author(by, run.case, Role.PROGRAM_OFFICER)


def _keeping(person: Person, body: str) -> list[tuple[Seat, Person]]:
    """The seats of chair and secretary that `person` has to do with today, and who acts in each."""
    day = clock.today()
    found = Seat.objects.filter(body=body, office__in=[SeatOffice.CHAIR, SeatOffice.SECRETARY])
    found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    rows = found.filter(taken_by(person, day)).select_related("person", "delegate")
    return acting(with_covers(rows, day), day)


def may_close_condition(by: Actor, run: StepRun) -> Answer:
    """The office that set it, or who speaks for the body that did and is not recused."""
    return may_speak_for(by, run) if run.body else may_act_on(by, run)


def may_rule(by: Actor, run: StepRun) -> Answer:
    """Who may rule that a decision falls: as for the conditions that it set."""
    return may_close_condition(by, run)


def recused_from(run: StepRun) -> frozenset[object]:
    """Ids of the persons who take no part in what a body does with the matter."""
    found = run.conflicts.filter(state=ConflictState.RECUSED)
    return frozenset(found.values_list("person_id", flat=True))


def may_override(by: Actor, run: StepRun) -> Answer:
    """The office that the process lets act in a body's place, if it names one.

    What an office decides, it decides alone: nobody takes the provost's place (domain.md 5.8).
    """
    process = policies.of(run.case).processes[run.case.process]
    if process.override_by is None:
        return Answer(False, "The policy lets nobody act in another's place here.")
    if not run.body:
        return Answer(False, "Only a body's step can be ended in its place.")
    return may_decide(by, run.case, process.override_by)


def may_bind(by: Actor, cases: Collection[Case]) -> Answer:
    """The program office; else whoever leads every one of the proposals."""
    if answer := as_role(by, Role.PROGRAM_OFFICER):
        return answer
    leads = {getattr(getattr(case, "proposal", None), "lead_id", None) for case in cases}
    if by.person is not None and leads == {by.person.pk}:
        return Answer(True, capacity="lead of each")
    return Answer(False, "Who leads all of the proposals, or the program office, binds them.")


def may_release_bound(by: Actor, case: Case) -> Answer:
    """The program office, for what is not its own."""
    return unless_author(by, case, Role.PROGRAM_OFFICER)


def authors_of(case: Case) -> frozenset[object]:
    """Ids of the persons who wrote what is decided, also of those who write no longer.

    They neither sign nor decide it. What they may open is asked of `writing_now`.
    """
    ids: set[object] = set(case.snapshots.values_list("created_by_id", flat=True))
    proposal = getattr(case, "proposal", None)
    if proposal is not None:
        ids.update(proposal.written_by.values_list("pk", flat=True))
    return frozenset(ids) | writing_now(case)


def written_by(person: Person) -> QuerySet[Any, Any]:
    """The cases of which `person` is or was an author, as `authors_of` tells it."""
    writes = Q(proposal__lead=person) | Q(proposal__co_authors=person)
    wrote = Q(proposal__written_by=person) | Q(snapshots__created_by=person)
    return Case.objects.filter(writes | wrote).values("pk")


def writing_now(case: Case) -> frozenset[object]:
    """Ids of the lead and the co-authors of this day; without a proposal, of who froze what is decided."""
    proposal = getattr(case, "proposal", None)
    if proposal is None:
        return frozenset(case.snapshots.values_list("created_by_id", flat=True))
    return frozenset([proposal.lead_id, *proposal.co_authors.values_list("pk", flat=True)])
