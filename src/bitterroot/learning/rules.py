"""Who may do what with offerings and tracking lists.

| act | lead, co-lead | instructor of the offering | program officer | the queue's officer |
|---|---|---|---|---|
| plan an offering | yes | no | yes | no |
| upload, mend, submit, discard a list | yes | yes | yes | no |
| see a list | yes | yes | yes | once submitted |
| keep an offering's roster | yes | yes | yes | no |
| import the student extract | no | no | no | the registrar alone |
| work on a request | never on one's own | never on one's own | no | yes |

The queue of a credit request is the registrar's; of a non-credit one, the issuing officer's.
"""

from __future__ import annotations

from uuid import UUID

from bitterroot.learning.enums import ListKind, ListState
from bitterroot.learning.models import IssuanceRequest, Offering, TrackingList
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import holds
from bitterroot.people.rules import as_role
from bitterroot.programs.models import Program
from bitterroot.record.models import Event

QUEUE_ROLE = {ListKind.CREDIT: Role.REGISTRAR, ListKind.NONCREDIT: Role.ISSUING_OFFICER}


def leads(person: Person, program: Program) -> bool:
    """Whether the person is the program's lead or one of its co-leads."""
    return program.lead_id == person.pk or program.co_leads.filter(pk=person.pk).exists()


def may_offer(person: Person, program: Program) -> Answer:
    """Plan an offering of a program."""
    if leads(person, program):
        return Answer(True, capacity="program lead")
    if holds(person, Role.PROGRAM_OFFICER):
        return Answer(True, capacity="program officer")
    return Answer(False, "Only the program's leads and the program office plan its offerings.")


def may_track(person: Person, offering: Offering) -> Answer:
    """Upload, mend, submit and discard lists of an offering."""
    if offering.instructors.filter(pk=person.pk).exists():
        return Answer(True, capacity="instructor")
    answer = may_offer(person, offering.program)
    return answer or Answer(
        False,
        "Only the offering's instructors, the program's leads and the program office "
        "send its tracking lists.",
    )


def may_import_students(by: Actor) -> Answer:
    """Bring in the extract of the student system: the registrar, or whoever runs the machine."""
    if by.person is None:
        return Answer(True, capacity="system")
    return as_role(by, Role.REGISTRAR)


def may_see(person: Person, tracking_list: TrackingList) -> Answer:
    """Open a list: those who may send it, and once it is sent those who issue from it."""
    if answer := may_track(person, tracking_list.offering):
        return answer
    if tracking_list.state == ListState.SUBMITTED:
        for kind in tracking_list.requests.values_list("kind", flat=True):
            if holds(person, QUEUE_ROLE[ListKind(kind)]):
                return Answer(True, capacity=str(QUEUE_ROLE[ListKind(kind)].label))
        if holds(person, Role.AUDITOR):
            return Answer(True, capacity="auditor")
    return Answer(False, "This list belongs to other people's offering.")


def _senders(request: IssuanceRequest) -> frozenset[UUID]:
    """Who sent the request, the first time or again after it was returned."""
    sent = Event.objects.filter(stream=f"issuance:{request.pk}", verb="issuance requested")
    refs = sent.filter(actor__startswith="person:").values_list("actor", flat=True)
    return frozenset({request.requested_by_id, *(UUID(ref.partition(":")[2]) for ref in refs)})


def may_work_on(person: Person, request: IssuanceRequest) -> Answer:
    """Check, return or issue a request: its queue's officer, who did not make it."""
    role = QUEUE_ROLE[ListKind(request.kind)]
    answer = as_role(Actor(person), role)
    if not answer:
        whose = "the registrar's" if role == Role.REGISTRAR else "the program office's"
        return Answer(False, f"This request is in {whose} queue.")
    senders = _senders(request)
    if person.pk in senders:
        return Answer(False, "Whoever asks for badges does not issue them: someone else must.")
    if answer.deputy and not as_role(Actor(person), role, not_for=senders):
        return Answer(False, "You stand in for who asked for these badges: someone else issues.")
    return answer


def may_export(by: Actor, of: TrackingList | IssuanceRequest) -> Answer:
    """Take a list or a receipt out as a file: who may open it, and the officers of its queue."""
    if by.person is None:
        return Answer(False, "Somebody downloads a list, not the system.")
    if isinstance(of, TrackingList):
        return may_see(by.person, of)
    return as_role(by, QUEUE_ROLE[ListKind(of.kind)])
