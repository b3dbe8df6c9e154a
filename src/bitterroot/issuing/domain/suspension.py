"""Suspending a badge for a while, and lifting that: the second status list says so at once.

Asked for and approved as a revocation is, by the same people. The badge stays its learner's, who
may still show or hide it; whoever checks it sees that it does not count for now. Only badges that
were issued with a place on a list of suspensions can be: an older one is never signed anew for
this, since copies that are out in the world would go on without that place and look valid.
"""

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain import status
from bitterroot.issuing.domain.award import _locked
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.domain.revocation import (
    REVOCABLE,
    approved,
    ask,
    decide,
    open_request,
)
from bitterroot.issuing.enums import AwardState, RevocationKind, RevocationState
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import (
    may_approve_revocation,
    may_ask_to_revoke,
    may_reinstate,
    own_or_for_others,
)
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

NO_PLACE = (
    "This badge names no list of suspensions, so no verifier would learn of one. It can be revoked, "
    "and made valid again within the days that the policy gives."
)


def why_not(award: Award) -> str:
    """Why the badge cannot be suspended now; empty where it can."""
    if award.state not in REVOCABLE:
        return f"This badge is {award.get_state_display().lower()}."
    if award.suspended_at is not None:
        return "This badge is suspended already."
    return NO_PLACE if award.status_list.suspension_id is None else ""


@transaction.atomic
def request_suspension(*, by: Actor, award: Award, reason: str) -> Revocation:
    """Ask that an award be suspended. Nothing changes until a second person approves.

    Event: suspension requested; the officers of its queue are told.
    """
    answer = may_ask_to_revoke(by, award).require()
    row = _locked(award)
    _require_suspendable(row)
    return ask(by, row, RevocationKind.SUSPENSION, answer.capacity, reason=reason)


@transaction.atomic
def approve_suspension(*, by: Actor, revocation: Revocation) -> Award:
    """Suspend. The list is republished at once; the learner is told why and how to appeal.

    Events: suspension approved, award suspended.
    """
    answer = may_approve_revocation(by, revocation).require()
    row = _locked(revocation.award)
    asked = open_request(revocation, RevocationKind.SUSPENSION)
    _require_suspendable(row)
    decide(by, asked, RevocationState.APPROVED, answer.capacity)
    _set(by, row, True, "award suspended", answer.capacity, asked.reason)
    return row


@transaction.atomic
def lift_suspension(*, by: Actor, award: Award, reason: str, appeal: Appeal | None = None) -> Award:
    """The badge counts again, as it was. Event: award suspension lifted; the learner is told.

    Where the policy asks for two persons, by someone other than who approved the suspension. By an
    `appeal` that is granted it is done by whoever answers that.
    """
    answer = may_reinstate(by, award, appeal).require()
    row = _locked(award)
    if row.state == AwardState.REVOKED:
        raise NotPossible("This badge was revoked.")
    if row.suspended_at is None:
        raise NotPossible("This badge is not suspended.")
    last = approved(row, RevocationKind.SUSPENSION)
    if last is not None and policies.current().awards.second_person_revokes:
        if by.person is not None and by.person.pk == last.decided_by_id:
            raise NotPossible("Someone other than who approved the suspension must lift it.")
        if answer.deputy and not (appeal or own_or_for_others(by, row, [last.decided_by_id])):
            raise NotPossible("You stand in for who approved the suspension: another lifts it.")
    if not reason.strip():
        raise NotPossible("Say why; the learner is told.", [("reason", "Write the reason.")])
    _set(by, row, False, "award suspension lifted", answer.capacity, reason.strip())
    return row


def _require_suspendable(row: Award) -> None:
    if why := why_not(row):
        raise NotPossible(why)


def _set(by: Actor, row: Award, suspended: bool, verb: str, capacity: str, reason: str) -> None:
    """The one place that suspends and lifts."""
    n = row.status_list.suspension_id
    assert n is not None
    row.suspended_at = clock.now() if suspended else None
    row.save(update_fields=["suspended_at"])
    record_of_award(by, row, verb, capacity, reason=reason)
    status.set_bit(n, row.status_index, suspended)
