"""Appeals: the learner of a revoked or suspended badge asks that it be looked at again; someone new
answers."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.domain.revocation import approved, reinstate
from bitterroot.issuing.domain.suspension import lift_suspension
from bitterroot.issuing.enums import AppealState, AwardState, RevocationKind
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import may_answer_appeal, may_hold
from bitterroot.issuing.seals import appeal_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

MOST = 5000  # characters of an appeal and of its answer


def revocation_in_force(award: Award) -> Revocation | None:
    """What was approved that keeps the badge from being valid now; None where nothing does."""
    if award.state == AwardState.REVOKED:
        return approved(award, RevocationKind.REVOCATION)
    return approved(award, RevocationKind.SUSPENSION) if award.suspended_at else None


def appeal_by(award: Award) -> datetime | None:
    """Until when the learner may appeal; None where the badge is neither revoked nor suspended."""
    since = award.revoked_at or award.suspended_at
    if since is None:
        return None
    return since + timedelta(days=policies.current().awards.appeal_within_days)


def reinstate_by(award: Award) -> datetime | None:
    """Until when a revoked badge may be made valid again; afterwards only a new one is issued."""
    if award.revoked_at is None:
        return None
    return award.revoked_at + timedelta(days=policies.current().awards.reinstate_within_days)


@transaction.atomic
def file_appeal(*, by: Actor, award: Award, text: str) -> Appeal:
    """Ask that a revocation or suspension be looked at again: once for each, in the policy's days.

    Event: appeal filed; the officers who took no part in it are told.
    """
    answer = may_hold(by, award).require()
    revocation, until = revocation_in_force(award), appeal_by(award)
    if revocation is None or until is None:
        raise NotPossible("Only for a revoked or suspended badge can you appeal.")
    if hasattr(award, "replaced_by"):
        raise NotPossible(
            "It was replaced by a corrected badge. If that one is wrong too, ask for a correction."
        )
    if clock.now() > until:
        raise NotPossible("The time for an appeal has passed. Write to the program office.")
    text = text.strip()
    if not text:
        raise NotPossible("Say what happened and what you ask for.", [("text", "Write something.")])
    if len(text) > MOST:
        raise NotPossible(f"At most {MOST:,} characters.", [("text", "Shorten it.")])
    try:
        with transaction.atomic():
            made = Appeal.objects.create(revocation=revocation, text=text, filed_at=clock.now())
    except IntegrityError:
        raise NotPossible("You appealed already; you get an answer in writing.") from None
    _record(by, made, "appeal filed", answer.capacity)
    return made


@transaction.atomic
def answer_appeal(*, by: Actor, appeal: Appeal, granted: bool, answer: str) -> Appeal:
    """Decide on an appeal, by an officer who took no part in the revocation (`may_answer_appeal`).

    A granted one makes the badge valid again while the policy allows that, a suspended one always;
    later the program sends its learner on a new list. Event: appeal granted or dismissed; learner and program are told.
    """
    capacity = may_answer_appeal(by, appeal).require().capacity
    row = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("revocation__award")
        .get(pk=appeal.pk)
    )
    if row.state != AppealState.FILED:
        raise NotPossible(f"This is already decided: {row.get_state_display().lower()}.")
    answer = answer.strip()[:MOST]
    if not answer:
        raise NotPossible("Say why; the learner is told.", [("reason", "Write the answer.")])
    award, now = row.revocation.award, clock.now()
    row.state = AppealState.GRANTED if granted else AppealState.DISMISSED
    row.answered_by, row.answered_at, row.answer = by.person, now, answer
    row.save()
    again = granted and can_be_valid_again(row)
    if again and award.state == AwardState.REVOKED:
        reinstate(by=by, award=award, reason=answer, appeal=row)
    elif again:
        lift_suspension(by=by, award=award, reason=answer, appeal=row)
    _record(by, row, "appeal granted" if granted else "appeal dismissed", capacity, again=again)
    return row


def can_be_valid_again(appeal: Appeal) -> bool:
    """Whether granting it makes the badge valid: revoked within the policy's days, or suspended."""
    award, until = appeal.revocation.award, reinstate_by(appeal.revocation.award)
    if appeal.revocation.kind == RevocationKind.SUSPENSION:
        return award.suspended_at is not None and award.state != AwardState.REVOKED
    return until is not None and clock.now() <= until


def _record(by: Actor, row: Appeal, verb: str, capacity: str, **data: Any) -> None:
    record_of_award(
        by,
        row.revocation.award,
        verb,
        capacity,
        about=f"appeal:{row.pk}",
        seal=appeal_seal(row),
        **data,
    )
