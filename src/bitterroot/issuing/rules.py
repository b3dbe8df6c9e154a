"""Who may do what with awards. Credit is the registrar's, non-credit the issuing officer's."""

from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.learning.enums import ListKind
from bitterroot.learning.models import IssuanceRequest
from bitterroot.learning.rules import QUEUE_ROLE, leads, may_work_on
from bitterroot.people.actor import Actor
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.rules import as_role, may_manage_people


def may_tend_keys(by: Actor) -> Answer:
    """The system (first set-up, the command line on the machine) and system administrators."""
    return may_manage_people(by)


def may_issue(by: Actor, request: IssuanceRequest) -> Answer:
    """The queue's officer, who is not the requester."""
    if by.person is None:
        return Answer(False, "A person issues, never the system by itself.")
    return may_work_on(by.person, request)


def may_revoke(by: Actor, award: Award) -> Answer:
    """The registrar for credit awards, an issuing officer for the others."""
    return as_role(by, QUEUE_ROLE[ListKind(award.request.kind)])


def may_ask_to_revoke(by: Actor, award: Award) -> Answer:
    """Who may revoke, who asked for the award, who leads its program or teaches its offering."""
    answer = may_revoke(by, award)
    if answer or by.person is None:
        return answer
    offering = award.request.offering
    if leads(by.person, offering.program):
        return Answer(True, capacity="program lead")
    if offering.instructors.filter(pk=by.person.pk).exists():
        return Answer(True, capacity="instructor")
    if by.person.pk == award.request.requested_by_id:
        return Answer(True, capacity="requester")
    return Answer(
        False, f"{answer.why} The program's leads and the offering's instructors may ask for it."
    )


def may_approve_revocation(by: Actor, revocation: Revocation) -> Answer:
    """A second person who may revoke."""
    answer = may_revoke(by, revocation.award)
    if answer and by.person is not None and revocation.requested_by_id == by.person.pk:
        return Answer(False, "A second person must approve: you asked for it.")
    return answer


def may_answer_appeal(by: Actor, appeal: Appeal) -> Answer:
    """Who may revoke, and neither asked for the revocation nor approved it."""
    revocation = appeal.revocation
    answer = may_revoke(by, revocation.award)
    took_part = (revocation.requested_by_id, revocation.decided_by_id)
    if answer and by.person is not None and by.person.pk in took_part:
        return Answer(False, "Someone who took no part in the revocation answers the appeal.")
    return answer


def may_hold(by: Actor, award: Award) -> Answer:
    """The learner for their own award."""
    if by.person is not None and by.person.pk == award.learner_id:
        return Answer(True, capacity="learner")
    return Answer(False, "Only its holder may do this.")


def is_visible_to(award: Award, viewer: Person | None, *, hold: bool) -> bool:
    """Whether this viewer may see an award by its address.

    Nobody sees an unclaimed, declined or private one but its holder and those who may revoke
    it. A directory hold (`hold`) wins over the learner's choice of visibility. A revoked one
    stays visible to whom it was: it then says that it is revoked.
    """
    if viewer is not None and (viewer.pk == award.learner_id or may_revoke(Actor(viewer), award)):
        return True
    shown = award.visibility in ("link", "public") and not hold
    was_claimed = award.state == AwardState.CLAIMED or (
        award.state == AwardState.REVOKED and award.state_before == AwardState.CLAIMED
    )
    return shown and was_claimed
