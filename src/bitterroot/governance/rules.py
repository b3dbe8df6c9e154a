"""Who may sign and who may decide."""

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import Case, SignatureRequest
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.rules import as_role
from bitterroot.policy.models.process import SignStep

OFFICES = {
    "program office": Role.PROGRAM_OFFICER,
    "registrar": Role.REGISTRAR,
    "issuing officer": Role.ISSUING_OFFICER,
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


def authors_of(case: Case) -> frozenset[object]:
    """Ids of the persons who wrote what is decided."""
    ids: set[object] = set(case.snapshots.values_list("created_by_id", flat=True))
    proposal = getattr(case, "proposal", None)
    if proposal is not None:
        ids.add(proposal.lead_id)
        ids.update(proposal.co_authors.values_list("pk", flat=True))
    return frozenset(ids)
