"""Who may do what with awards. Credit is the registrar's, non-credit the issuing officer's."""

from collections.abc import Collection

from bitterroot.governance import policies
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Appeal, Award, ProblemReport, RecordRequest, Revocation
from bitterroot.learning.enums import ListKind
from bitterroot.learning.models import IssuanceRequest
from bitterroot.learning.rules import QUEUE_ROLE, leads, may_work_on
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import holders
from bitterroot.people.rules import as_role, may_manage_people

#: Who answers an appeal where everyone in the queue's office took part in what it is about.
ANSWERS_NEXT = (Role.PROGRAM_OFFICER, Role.PROVOST)


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
    return as_role(by, queue_role(award))


def queue_role(award: Award) -> Role:
    """The office whose queue issues and revokes badges of this kind."""
    return QUEUE_ROLE[ListKind(award.request.kind)]


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


def may_ask_to_correct(by: Actor, award: Award, what: Collection[str]) -> Answer:
    """Who may ask to revoke it; the learner for the name on it. `what` are the things to correct."""
    holds = may_hold(by, award)
    return holds if holds and set(what) <= {"display_name"} else may_ask_to_revoke(by, award)


def may_approve_revocation(by: Actor, revocation: Revocation) -> Answer:
    """A second person who may revoke; where the policy asks for none, also who asked for it."""
    answer = may_reinstate(by, revocation.award)
    if not policies.current().awards.second_person_revokes:
        return answer
    if answer and by.person is not None and revocation.requested_by_id == by.person.pk:
        return Answer(False, "A second person must approve: you asked for it.")
    if answer.deputy and not own_or_for_others(by, revocation.award, [revocation.requested_by_id]):
        return Answer(False, "A second person must approve: you stand in for who asked for it.")
    return answer


def own_or_for_others(by: Actor, award: Award, ids: Collection[object]) -> Answer:
    """As `may_revoke`, deputies of those persons and of its holder left out."""
    return as_role(by, queue_role(award), not_for=[*ids, award.learner_id])


def may_reinstate(by: Actor, award: Award, appeal: Appeal | None = None) -> Answer:
    """Who may revoke, except on a badge of their own, or of one whom they stand in for.

    By an appeal that is granted, also whoever may answer it.
    """
    if appeal is not None:
        return may_answer_appeal(by, appeal)
    answer = may_revoke(by, award)
    if answer and by.person is not None and by.person.pk == award.learner_id:
        return Answer(False, "Nobody decides on their own badge.")
    if answer.deputy and not own_or_for_others(by, award, ()):
        return Answer(False, "You stand in for its holder: nobody decides on their own badge.")
    return answer


def may_answer_appeal(by: Actor, appeal: Appeal) -> Answer:
    """Who may revoke, is not its learner, and neither asked for the revocation nor approved it.

    Where that leaves nobody, as in an office of two, the program office, and then the provost:
    the learner is promised an answer.
    """
    own = _may_answer_as(by, appeal, queue_role(appeal.revocation.award))
    if own:
        return own
    role = who_answers(appeal)
    return (role is not None and _may_answer_as(by, appeal, role)) or own


def who_answers(appeal: Appeal) -> Role | None:
    """The first of those offices in which somebody took no part; None where nobody is left."""
    for role in (queue_role(appeal.revocation.award), *ANSWERS_NEXT):
        if any(_may_answer_as(Actor(each), appeal, role) for each in holders(role)):
            return role
    return None


def _may_answer_as(by: Actor, appeal: Appeal, role: Role) -> Answer:
    revocation, award = appeal.revocation, appeal.revocation.award
    took_part = (revocation.requested_by_id, revocation.decided_by_id)
    answer = as_role(by, role)
    if not answer or by.person is None:
        return answer
    if by.person.pk == award.learner_id:
        return Answer(False, "Nobody decides on their own badge.")
    if answer.deputy and not as_role(by, role, not_for=[award.learner_id]):
        return Answer(False, "You stand in for its holder: nobody decides on their own badge.")
    if by.person.pk in took_part:
        return Answer(False, "Someone who took no part in the revocation answers the appeal.")
    if answer.deputy and not as_role(by, role, not_for=[*took_part, award.learner_id]):
        return Answer(False, "You stand in for someone who took part in the revocation.")
    return answer


def may_hold(by: Actor, award: Award) -> Answer:
    """The learner for their own award."""
    if by.person is not None and by.person.pk == award.learner_id:
        return Answer(True, capacity="learner")
    return Answer(False, "Only its holder may do this.")


def may_collect(by: Actor, award: Award) -> Answer:
    """The learner: makes links for a wallet of their own, and ends them."""
    return may_hold(by, award)


def may_let_read(by: Actor, person: Person) -> Answer:
    """A learner for themselves: lets a program read their badges, and ends that."""
    if by.person is not None and by.person.pk == person.pk:
        return Answer(True, capacity="learner")
    return Answer(False, "Everyone decides for themselves who may read their badges.")


def may_ask_about_record(by: Actor, person: Person) -> Answer:
    """Everyone about themselves: to see, correct or erase what is held, or to lift the hold."""
    if by.person is not None and by.person.pk == person.pk:
        return Answer(True, capacity="themselves")
    return Answer(False, "Everyone asks about their own record.")


def may_answer_record(by: Actor, request: RecordRequest) -> Answer:
    """The registrar for students, an issuing officer for others; nobody on their own record."""
    answer = as_role(by, QUEUE_ROLE[ListKind(request.queue)])
    if answer and by.person is not None and by.person.pk == request.person_id:
        return Answer(False, "Someone else answers what you ask about your own record.")
    return answer


def may_report(award: Award, viewer: Person | None, *, hold: bool) -> Answer:
    """Whoever may see the badge's page may say that something is wrong with it."""
    seen = is_visible_to(award, viewer, hold=hold)
    return Answer(seen, "" if seen else "This badge is not shown.", capacity="reader")


def may_answer_problem(by: Actor, report: ProblemReport) -> Answer:
    """Who may revoke the badge: the registrar for credit, an issuing officer for the others."""
    return may_revoke(by, report.award)


def may_tend_readers(by: Actor) -> Answer:
    """System administrators and the system: see which programs registered, and remove them."""
    return may_manage_people(by)


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
