"""An award's life after it is issued: claimed, shown, hidden, declined. By its learner alone."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import HELD, AwardState, Visibility
from bitterroot.issuing.models import Award
from bitterroot.issuing.rules import may_hold
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock

CLAIM_DAYS = 90


@transaction.atomic
def mint_claim_link(*, by: Actor, award: Award) -> str:
    """A fresh claim token for the learner's mail; an older one stops working. Kept as a digest.

    Of a revoked badge it opens the page that says why, and where to appeal.
    """
    if by.person is not None:
        raise Refused("Claim links are made by the system when it writes the mail.")
    row = _locked(award)
    token = secrets.token_urlsafe(32)
    row.claim_digest, row.claim_expires_at = (
        _digest(token),
        clock.now() + timedelta(days=CLAIM_DAYS),
    )
    row.save(update_fields=["claim_digest", "claim_expires_at"])
    return token


@transaction.atomic
def mint_claim_links(*, by: Actor, awards: Sequence[Award]) -> dict[UUID, str]:
    """Fresh claim tokens of many awards at once, by the award's key; see `mint_claim_link`.

    The caller has chosen awards that are issued and not revoked.
    """
    if by.person is not None:
        raise Refused("Claim links are made by the system when it writes the mail.")
    tokens = {award.pk: secrets.token_urlsafe(32) for award in awards}
    until = clock.now() + timedelta(days=CLAIM_DAYS)
    table = connection.ops.quote_name(Award._meta.db_table)
    values = [
        (
            _digest(tokens[award.pk]),
            connection.ops.adapt_datetimefield_value(until),
            Award._meta.pk.get_db_prep_value(award.pk, connection),
        )
        for award in awards
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET claim_digest = %s, claim_expires_at = %s WHERE id = %s",  # noqa: S608
            values,
        )
    return tokens


def award_for_token(token: str) -> Award | None:
    """The award that this claim token belongs to, while the token is valid."""
    if not 20 <= len(token) <= 100:
        return None
    found = (
        Award.objects.select_related(
            "learner", "template__program_version__program", "request__offering", "document"
        )
        .filter(claim_digest=_digest(token))
        .first()
    )
    if found is None or found.claim_expires_at is None or found.claim_expires_at < clock.now():
        return None
    return found


@transaction.atomic
def claim(*, by: Actor, award: Award) -> Award:
    """The learner takes the badge. Nobody sees it until they say so. A second click changes nothing."""
    answer = may_hold(by, award).require()
    row = _locked(award)
    if row.state == AwardState.CLAIMED:
        return row
    if row.state not in (AwardState.UNCLAIMED, AwardState.DECLINED):
        raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
    if row.state == AwardState.DECLINED:
        require_no_other(row)
    row.claimed_at = clock.now()
    _set(by, row, AwardState.CLAIMED, "award claimed", answer.capacity)
    return row


def require_no_other(row: Award) -> None:
    """Refuse to take up again what was declined or revoked, where another was awarded since.

    Raises NotPossible; never of a badge that may be earned more than once.
    """
    if row.template.repeatable:
        return
    program = row.request.offering.program_id
    held = Award.objects.filter(
        learner=row.learner_id, request__offering__program=program, state__in=HELD
    )
    if held.exists():
        raise NotPossible("This badge was awarded anew since; the newer one stands.")


@transaction.atomic
def decline(*, by: Actor, award: Award, reason: str = "") -> Award:
    """The learner does not take it. It is kept, never public, and can be claimed later."""
    answer = may_hold(by, award).require()
    row = _locked(award)
    if row.state not in (AwardState.UNCLAIMED, AwardState.CLAIMED):
        raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
    row.visibility = Visibility.PRIVATE
    _set(
        by, row, AwardState.DECLINED, "award declined", answer.capacity, reason=reason.strip()[:500]
    )
    return row


@transaction.atomic
def set_visibility(*, by: Actor, award: Award, visibility: Visibility) -> Award:
    """Choose who may see it. Under a directory hold only nobody can be chosen."""
    answer = may_hold(by, award).require()
    row = _locked(award)
    if row.state != AwardState.CLAIMED:
        raise NotPossible("Claim the badge first.")
    if visibility != Visibility.PRIVATE and row.learner.directory_hold:
        raise NotPossible(
            "You asked the university to withhold directory information, so this badge stays private. "
            "The registrar can lift that for you."
        )
    row.visibility = visibility
    _set(by, row, AwardState.CLAIMED, "award shared", answer.capacity, visibility=visibility)
    return row


def _locked(award: Award) -> Award:
    return (
        Award.objects.select_for_update(of=("self",))
        .select_related("learner", "document", "request__offering__program", "template")
        .get(pk=award.pk)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _set(by: Actor, row: Award, state: AwardState, verb: str, capacity: str, **data: Any) -> None:
    """The one place that changes an award's state after it was issued."""
    row.state = state
    row.save()
    record_of_award(by, row, verb, capacity, state=state, **data)
