"""Revoking and correcting: asked with a reason, approved by a second person, public at once.

A program's lead and an offering's instructor may ask; only officers of the award's queue decide.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain import status, successor
from bitterroot.issuing.domain.award import _locked, require_no_other
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import HELD, AwardState, RevocationKind, RevocationState
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import (
    may_approve_revocation,
    may_ask_to_correct,
    may_ask_to_revoke,
    may_reinstate,
    own_or_for_others,
)
from bitterroot.issuing.seals import revocation_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

REVOCABLE = (AwardState.UNCLAIMED, AwardState.CLAIMED, AwardState.DECLINED)


@transaction.atomic
def request_revocation(
    *,
    by: Actor,
    award: Award,
    reason_code: str,
    reason: str,
    corrected: Mapping[str, Any] | None = None,
) -> Revocation:
    """Ask that an award be revoked. Nothing changes until a second person approves.

    With `corrected` another is given in its place (see `correction.request_correction`).
    """
    may = may_ask_to_correct(by, award, corrected) if corrected else may_ask_to_revoke(by, award)
    answer = may.require()
    row = _locked(award)
    _require_living(row, correcting=bool(corrected))
    if reason_code not in {r.key for r in policies.current().awards.revocation_reasons}:
        raise NotPossible("Choose a reason.", [("reason_code", "Choose one.")])
    said = {"reason_code": reason_code, "corrected": dict(corrected or {})}
    return ask(by, row, RevocationKind.REVOCATION, answer.capacity, reason=reason, **said)


def approve_revocation(*, by: Actor, revocation: Revocation) -> Award:
    """Revoke. The status list is republished at once; the learner is told why and how to appeal.

    Where it asks for a correction, the corrected badge is issued in the same transaction, as the
    learner held and showed the old one; the learner is told of the new one instead.
    """
    answer = may_approve_revocation(by, revocation).require()
    place = None  # allocated before anything is signed
    if revocation.corrected:
        place = status.allocate(1, suspendable=status.keeps_suspendable(revocation.award))
    with transaction.atomic():
        row = _locked(revocation.award)
        asked = open_request(revocation, RevocationKind.REVOCATION)
        _require_living(row, correcting=bool(asked.corrected))
        decide(by, asked, RevocationState.APPROVED, answer.capacity)
        row.state_before, row.state, row.revoked_at = row.state, AwardState.REVOKED, clock.now()
        row.public_reason = policies.current().awards.reason(asked.reason_code).public
        row.save()
        said: dict[str, Any] = {"reason": asked.reason, "code": asked.reason_code}
        if place is not None:
            listed, (index,) = place
            made = successor.issue(
                by=by, old=row, asked=asked, listed=listed, index=index, capacity=answer.capacity
            )
            said["replaced_by"] = str(made.pk)
        record_of_award(by, row, "award revoked", answer.capacity, tell=place is None, **said)
        status.set_bit(row.status_list_id, row.status_index, True)
    return row


@transaction.atomic
def refuse_revocation(*, by: Actor, revocation: Revocation, reason: str) -> Revocation:
    """The second person does not agree; the award stands as it was. Whoever asked is told why.

    Of a suspension too. Event: revocation refused, or suspension refused.
    """
    answer = may_approve_revocation(by, revocation).require()
    _locked(revocation.award)  # one act at a time on an award: its events make one chain
    asked = open_request(revocation)
    if not reason.strip():
        raise NotPossible("Say why; whoever asked is told.", [("reason", "Write the reason.")])
    asked.answer = reason.strip()
    decide(by, asked, RevocationState.REFUSED, answer.capacity)
    return asked


@transaction.atomic
def reinstate(*, by: Actor, award: Award, reason: str, appeal: Appeal | None = None) -> Award:
    """Undo a revocation within the policy's days, by someone other than who approved it.

    By an `appeal` that is granted it is done by whoever answers that.
    """
    answer = may_reinstate(by, award, appeal).require()
    row = _locked(award)
    days = policies.current().awards.reinstate_within_days
    if row.state != AwardState.REVOKED or row.revoked_at is None:
        raise NotPossible("Only a revoked badge can be reinstated.")
    if clock.now() > row.revoked_at + timedelta(days=days):
        raise NotPossible(f"It was revoked more than {days} days ago; issue a new one.")
    last = approved(row, RevocationKind.REVOCATION)
    if last and by.person and by.person.pk == last.decided_by_id:
        raise NotPossible("Someone other than who approved the revocation must reinstate it.")
    if last and answer.deputy and not (appeal or own_or_for_others(by, row, [last.decided_by_id])):
        raise NotPossible("You stand in for who approved the revocation: another reinstates it.")
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write the reason.")])
    if hasattr(row, "replaced_by"):
        raise NotPossible("A corrected badge was given in its place; that one stands.")
    if row.state_before in HELD:
        require_no_other(row)
    row.state, row.state_before, row.revoked_at, row.public_reason = row.state_before, "", None, ""
    row.save()
    record_of_award(by, row, "award reinstated", answer.capacity, reason=reason.strip())
    status.set_bit(row.status_list_id, row.status_index, False)
    return row


def approved(award: Award, kind: RevocationKind) -> Revocation | None:
    """The latest of that kind that was approved, with its appeal."""
    found = award.revocations.filter(kind=kind, state=RevocationState.APPROVED)
    return found.select_related("appeal").order_by("-decided_at").first()


def ask(
    by: Actor, award: Award, kind: RevocationKind, capacity: str, *, reason: str, **said: Any
) -> Revocation:
    """Keep the request of a verb that holds the award. One may wait at a time."""
    if not reason.strip():
        raise NotPossible("Say why; the learner is told.", [("reason", "Write the reason.")])
    assert by.person is not None
    try:
        with transaction.atomic():
            asked = Revocation.objects.create(
                award=award,
                kind=kind,
                reason=reason.strip(),
                requested_by=by.person,
                requested_as=capacity,
                requested_at=clock.now(),
                **said,
            )
    except IntegrityError:
        raise NotPossible("A request about this badge already waits for approval.") from None
    _record(by, asked, "requested", capacity)
    return asked


def open_request(revocation: Revocation, kind: RevocationKind | None = None) -> Revocation:
    """The request, held, while it waits; of that kind if one is given. Raises NotPossible."""
    asked = Revocation.objects.select_for_update().get(pk=revocation.pk)
    if asked.state != RevocationState.REQUESTED:
        raise NotPossible(f"This is already decided: {asked.came_of_it.lower()}.")
    if kind is not None and asked.kind != kind:
        raise NotPossible(f"What is asked for is a {asked.named.lower()}.")
    return asked


def decide(by: Actor, asked: Revocation, state: RevocationState, capacity: str) -> None:
    """The one place that changes a request's state. Event: revocation (suspension) approved, refused."""
    asked.state, asked.decided_by, asked.decided_at = state, by.person, clock.now()
    asked.save()
    _record(by, asked, str(state), capacity)


def _require_living(row: Award, *, correcting: bool) -> None:
    if row.state not in REVOCABLE:
        raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
    if correcting and row.suspended_at is not None:
        raise NotPossible("It is suspended: a corrected badge would not be. Lift that first.")


def _record(by: Actor, asked: Revocation, what: str, capacity: str) -> None:
    said: dict[str, Any] = {"code": asked.reason_code} if asked.reason_code else {}
    if asked.corrected:
        said["corrected"] = asked.corrected
    record_of_award(
        by,
        asked.award,
        f"{asked.kind} {what}",
        capacity,
        about=f"revocation:{asked.pk}",
        seal=revocation_seal(asked),
        **said,
    )
