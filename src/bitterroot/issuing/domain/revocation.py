"""Revoking: asked with a reason, approved by a second person; the status list says so at once.

A program's lead and an offering's instructor may ask; only officers of the award's queue decide.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain import status
from bitterroot.issuing.domain.award import _locked, document_sha256, require_no_other
from bitterroot.issuing.enums import HELD, AwardState, RevocationState
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.rules import may_approve_revocation, may_ask_to_revoke, may_revoke
from bitterroot.issuing.seals import award_seal, revocation_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

REVOCABLE = (AwardState.UNCLAIMED, AwardState.CLAIMED, AwardState.DECLINED)


@transaction.atomic
def request_revocation(*, by: Actor, award: Award, reason_code: str, reason: str) -> Revocation:
    """Ask that an award be revoked. Nothing changes until a second person approves."""
    answer = may_ask_to_revoke(by, award).require()
    row = _locked(award)
    if row.state not in REVOCABLE:
        raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
    if reason_code not in {r.key for r in policies.current().awards.revocation_reasons}:
        raise NotPossible("Choose a reason.", [("reason_code", "Choose one.")])
    if not reason.strip():
        raise NotPossible("Say why; the learner is told.", [("reason", "Write the reason.")])
    assert by.person is not None
    try:
        with transaction.atomic():
            asked = Revocation.objects.create(
                award=row,
                reason_code=reason_code,
                reason=reason.strip(),
                requested_by=by.person,
                requested_as=answer.capacity,
                requested_at=clock.now(),
            )
    except IntegrityError:
        raise NotPossible("A revocation of this badge already waits for approval.") from None
    _record(by, asked, "revocation requested", answer.capacity)
    return asked


def approve_revocation(*, by: Actor, revocation: Revocation) -> Award:
    """Revoke. The status list is republished at once; the learner is told why and how to appeal."""
    answer = may_approve_revocation(by, revocation).require()
    with transaction.atomic():
        row = _locked(revocation.award)
        asked = _open(revocation)
        if row.state not in REVOCABLE:
            raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
        _decide(by, asked, RevocationState.APPROVED, "revocation approved", answer.capacity)
        row.state_before, row.state, row.revoked_at = row.state, AwardState.REVOKED, clock.now()
        row.public_reason = policies.current().awards.reason(asked.reason_code).public
        row.save()
        _award_event(
            by, row, "award revoked", answer.capacity, reason=asked.reason, code=asked.reason_code
        )
        status.set_bit(row.status_list_id, row.status_index, True)
    return row


@transaction.atomic
def refuse_revocation(*, by: Actor, revocation: Revocation, reason: str) -> Revocation:
    """The second person does not agree; the award stands as it was. Whoever asked is told why."""
    answer = may_approve_revocation(by, revocation).require()
    _locked(revocation.award)  # one act at a time on an award: its events make one chain
    asked = _open(revocation)
    if not reason.strip():
        raise NotPossible("Say why; whoever asked is told.", [("reason", "Write the reason.")])
    asked.answer = reason.strip()
    _decide(by, asked, RevocationState.REFUSED, "revocation refused", answer.capacity)
    return asked


@transaction.atomic
def reinstate(*, by: Actor, award: Award, reason: str) -> Award:
    """Undo a revocation within the policy's days, by someone other than who approved it."""
    answer = may_revoke(by, award).require()
    row = _locked(award)
    days = policies.current().awards.reinstate_within_days
    if row.state != AwardState.REVOKED or row.revoked_at is None:
        raise NotPossible("Only a revoked badge can be reinstated.")
    if clock.now() > row.revoked_at + timedelta(days=days):
        raise NotPossible(f"It was revoked more than {days} days ago; issue a new one.")
    last = row.revocations.filter(state=RevocationState.APPROVED).order_by("-decided_at").first()
    if last and by.person and by.person.pk == last.decided_by_id:
        raise NotPossible("Someone other than who approved the revocation must reinstate it.")
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write the reason.")])
    if row.state_before in HELD:
        require_no_other(row)
    row.state, row.state_before, row.revoked_at, row.public_reason = row.state_before, "", None, ""
    row.save()
    _award_event(by, row, "award reinstated", answer.capacity, reason=reason.strip())
    status.set_bit(row.status_list_id, row.status_index, False)
    return row


def _open(revocation: Revocation) -> Revocation:
    asked = Revocation.objects.select_for_update().get(pk=revocation.pk)
    if asked.state != RevocationState.REQUESTED:
        raise NotPossible(f"This is already decided: {asked.get_state_display().lower()}.")
    return asked


def _decide(by: Actor, asked: Revocation, state: RevocationState, verb: str, capacity: str) -> None:
    """The one place that changes a revocation's state."""
    asked.state, asked.decided_by, asked.decided_at = state, by.person, clock.now()
    asked.save()
    _record(by, asked, verb, capacity)


def _record(by: Actor, asked: Revocation, verb: str, capacity: str) -> None:
    record_event(
        by=by,
        stream=f"award:{asked.award_id}",
        verb=verb,
        about=f"revocation:{asked.pk}",
        capacity=capacity,
        seal=revocation_seal(asked),
        data={"code": asked.reason_code},
    )


def _award_event(by: Actor, row: Award, verb: str, capacity: str, **data: object) -> None:
    about = f"award:{row.pk}"
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        seal=award_seal(row, document_sha256(row)),
        data=data,
    )
