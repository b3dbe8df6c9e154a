"""Who may do what with consultations and proposals."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q

from bitterroot.governance.enums import RunState
from bitterroot.governance.models import StepRun
from bitterroot.governance.rules import (
    asked_of,
    authors_of,
    may_act_on,
    unless_author,
    writing_now,
)
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.people.queries.absences import running, stood_for
from bitterroot.people.rules import as_role
from bitterroot.programs.rules import may_write as leads_program
from bitterroot.proposals.enums import (
    UNDER_WAY,
    ConcurrenceState,
    ConsultationState,
    MouState,
    ProposalState,
)
from bitterroot.proposals.models import Concurrence, Consultation, Mou, Proposal
from bitterroot.proposals.queries.agreements import names_as_party

STAFF = (Role.PROPOSER, Role.INSTRUCTOR, Role.SUPERVISOR, Role.HEAD, Role.DEAN, Role.GRADUATE_DEAN)
#: Who reads a proposal once it is with the office.
LATE_READERS = {Role.REGISTRAR, Role.ISSUING_OFFICER, Role.MARKETING, Role.PROVOST}
EDITABLE = (ProposalState.DRAFT, ProposalState.RETURNED)


def may_ask(by: Actor) -> Answer:
    """Faculty, signatories and the program office may ask for a consultation."""
    return as_role(by, *STAFF, Role.PROGRAM_OFFICER)


def may_begin(by: Actor) -> Answer:
    """Faculty and signatories may begin a proposal."""
    return as_role(by, *STAFF)


def is_office(by: Actor) -> Answer:
    """The program office."""
    return as_role(by, Role.PROGRAM_OFFICER)


def may_hold_consultation(by: Actor, consultation: Consultation) -> Answer:
    """The program office, except on what one asked oneself: its outcome lets a proposal go on."""
    answer = is_office(by)
    if answer and by.person == consultation.requester:
        return Answer(False, "You asked for this consultation: someone else holds it.")
    if answer.deputy and not _office_not_for(by, [consultation.requester_id]):
        return Answer(False, "You stand in for who asked for it: someone else holds it.")
    return answer


def _office_not_for(by: Actor, ids: Collection[object]) -> Answer:
    """The program office, deputies of those persons left out."""
    return as_role(by, Role.PROGRAM_OFFICER, not_for=ids)


def may_execute_mou(by: Actor, proposal: Proposal) -> Answer:
    """The program office, except on its own proposals: a proposal waits for its agreement."""
    answer = may_check(by, proposal)
    if not answer and has_written(by.person, proposal):
        return Answer(False, "Someone else records the agreement of your own proposal.")
    return answer


def may_write_mou(by: Actor, proposal: Proposal) -> Answer:
    """Authors, the leads of the program that came of it, and the program office."""
    if is_author(by.person, proposal):
        return Answer(True, capacity="author")
    if proposal.program is not None and (answer := leads_program(by, proposal.program)):
        return answer
    return is_office(by)


def may_see_mou(person: Person | None, proposal: Proposal) -> bool:
    """Who may see the proposal, the leads of its program, and the officers of its parties."""
    return person is not None and (
        sees_all_mous(person, proposal) or bool(visible_mous(person, proposal))
    )


def sees_all_mous(person: Person, proposal: Proposal) -> bool:
    """Who may see the proposal, and the leads of its program."""
    leads = proposal.program is not None and leads_program(Actor(person), proposal.program)
    return may_see(person, proposal) or bool(leads)


def visible_mous(person: Person, proposal: Proposal) -> list[Mou]:
    """Its agreements that this person reads, in the order in which they were begun.

    A party's officer reads those that name them, from the day on which they went out to be signed.
    """
    rows = list(proposal.mous.order_by("created_at", "pk"))
    if not rows or sees_all_mous(person, proposal):
        return rows
    return [m for m in rows if m.state != MouState.DRAFT and names_as_party(person, m)]


def may_cancel_consultation(by: Actor, consultation: Consultation) -> Answer:
    """Who asked, or the program office."""
    if by.person == consultation.requester:
        return Answer(True, capacity="requester")
    return is_office(by)


def is_author(person: Person | None, proposal: Proposal) -> bool:
    """The lead or a co-author, on this day."""
    return person is not None and person.pk in writing_now(proposal.case)


def has_written(person: Person | None, proposal: Proposal) -> bool:
    """An author, or someone who was one: they do not judge it."""
    return person is not None and person.pk in authors_of(proposal.case)


def may_edit(by: Actor, proposal: Proposal) -> Answer:
    """Authors, while it is a draft or returned."""
    if not is_author(by.person, proposal):
        return Answer(False, "Only its authors may edit a proposal.")
    if proposal.state not in EDITABLE:
        return Answer(
            False,
            f"It cannot be edited now: {proposal.get_state_display().lower()}. Take it back to draft first.",
        )
    return Answer(True, capacity="lead" if by.person == proposal.lead else "co-author")


def may_submit(by: Actor, proposal: Proposal) -> Answer:
    """The lead alone."""
    if by.person != proposal.lead:
        return Answer(False, "Only the lead submits a proposal.")
    if proposal.state not in EDITABLE:
        return Answer(False, f"It is already on its way: {proposal.get_state_display().lower()}.")
    return Answer(True, capacity="lead")


def may_take_back(by: Actor, proposal: Proposal) -> Answer:
    """The lead, until it is decided."""
    if by.person != proposal.lead:
        return Answer(False, "Only the lead may take a proposal back.")
    return Answer(True, capacity="lead")


def may_check(by: Actor, proposal: Proposal) -> Answer:
    """The program office, except on its own proposals, and for deputies of their authors."""
    return unless_author(by, proposal.case, Role.PROGRAM_OFFICER)


def office_runs(proposal: Proposal) -> list[StepRun]:
    """The steps at which an office decides or confirms now, oldest first.

    One may wait there for what it is bound with; then it can be returned, and nothing else.
    """
    now = [RunState.OPEN, RunState.WAITING]
    found = proposal.case.runs.filter(state__in=now, kind__in=["decide", "record"])
    return list(found.order_by("n"))


def office_run(by: Actor, proposal: Proposal) -> StepRun | None:
    """The open step that waits for an office; where several do, the one that `by` holds."""
    runs = office_runs(proposal)
    return next((run for run in runs if may_act_on(by, run)), runs[0] if runs else None)


def may_decide(by: Actor, proposal: Proposal) -> Answer:
    """Whoever holds the office before which it is now, the provost say; no author."""
    run = office_run(by, proposal)
    return may_act_on(by, run) if run else Answer(False, "It is before no office now.")


def may_open_desk(by: Actor, proposal: Proposal) -> Answer:
    """The program office at any time, another office while the proposal is before it."""
    answer = may_check(by, proposal)
    return answer if answer else (may_decide(by, proposal) or answer)


def may_copy(by: Actor, proposal: Proposal) -> Answer:
    """Whoever may read it and may begin a proposal."""
    if not may_see(by.person, proposal):
        return Answer(False, "Only who may read a proposal copies it.")
    return may_begin(by)


def may_ask_concurrence(by: Actor, proposal: Proposal) -> Answer:
    """Authors and the program office, until it is decided."""
    if proposal.state not in UNDER_WAY or proposal.state == ProposalState.ON_HOLD:
        return Answer(False, f"It is {proposal.get_state_display().lower()}.")
    if is_author(by.person, proposal):
        return Answer(True, capacity="lead" if by.person == proposal.lead else "co-author")
    return may_check(by, proposal)


def may_withdraw_concurrence(by: Actor, concurrence: Concurrence) -> Answer:
    """Who asked, and the program office."""
    if by.person is not None and by.person.pk == concurrence.asked_by_id:
        return Answer(True, capacity="who asked")
    answer = may_check(by, concurrence.proposal)
    return answer if answer else Answer(False, "Who asked, or the program office, withdraws it.")


def may_answer_concurrence(by: Actor, concurrence: Concurrence) -> Answer:
    """Who was asked, or acts for them while they are away; no author of the proposal."""
    asked = concurrence.person
    deputy = by.person != asked
    if by.person is None or (deputy and asked.pk not in stood_for(by.person)):
        return Answer(False, "Only the head who is asked answers for the unit.")
    if has_written(by.person, concurrence.proposal):
        return Answer(False, "Nobody concurs with their own proposal.")
    if has_written(asked, concurrence.proposal):
        return Answer(False, "You stand in for an author: nobody concurs with their own proposal.")
    whose = f", as deputy of {asked.display_name}" if deputy else ""
    return Answer(True, capacity=f"for {concurrence.unit}{whose}", deputy=deputy)


def may_see(person: Person | None, proposal: Proposal) -> bool:
    """Authors, those who are or were asked to sign or to concur (or act for them), the program office, auditors; registrar,
    issuing and marketing officers and the provost once it is with the office."""
    if person is None:
        return False
    if is_author(person, proposal) or proposal.case.signatures.filter(asked_of(person)).exists():
        return True
    roles = roles_of(person)
    if roles & {Role.PROGRAM_OFFICER, Role.AUDITOR}:
        return True
    if proposal.concurrences.filter(reduce(or_, ways_asked_about(person))).exists():
        return True
    late = proposal.state not in (ProposalState.DRAFT, ProposalState.SIGNING)
    return late and bool(roles & LATE_READERS)


def ways_asked_about(person: Person) -> tuple[Q, ...]:
    """How a concurrence is `person`'s: asked of them, answered by them, or theirs to answer for one
    who is away."""
    away = running().filter(deputy=person).values("person")
    return (
        Q(person=person),
        Q(answered_by=person),
        Q(person__in=away, state=ConcurrenceState.ASKED),
    )


def may_attach_to_consultation(by: Actor, consultation: Consultation) -> Answer:
    """Who asked, until it is held or called off."""
    if by.person is None or by.person != consultation.requester:
        return Answer(False, "Only who asked for the consultation attaches files.")
    if consultation.state not in (ConsultationState.REQUESTED, ConsultationState.SCHEDULED):
        return Answer(False, f"It is {consultation.get_state_display().lower()} already.")
    return Answer(True, capacity="requester")


def may_see_consultation(person: Person | None, consultation: Consultation) -> bool:
    """Who asked, the program office, and auditors."""
    return person is not None and (
        consultation.requester == person
        or bool(roles_of(person) & {Role.PROGRAM_OFFICER, Role.AUDITOR})
    )
