"""Which columns of what bodies record the record protects."""

from bitterroot.governance.models import (
    Ballot,
    Conflict,
    Minutes,
    Motion,
    Objection,
    ReviewSheet,
    Seat,
    Vote,
)
from bitterroot.record.canonical import digest


def seat_seal(s: Seat) -> str:
    """Digest of a seat's protected columns."""
    return digest(
        [
            s.id,
            s.body,
            s.person_id,
            s.title,
            s.office,
            s.voting,
            s.unit_id,
            s.starts_on,
            s.ends_on,
            s.delegate_id,
            s.delegate_until,
        ]
    )


def motion_seal(m: Motion) -> str:
    """Digest of a motion's protected columns."""
    return digest(
        [
            m.id,
            m.run_id,
            m.item_id,
            m.text,
            m.outcome,
            m.to,
            m.reason,
            m.conditions,
            m.mover_id,
            m.seconder_id,
            m.state,
        ]
    )


def ballot_seal(b: Ballot) -> str:
    """Digest of a ballot's protected columns, who may vote and the tally among them."""
    return digest(
        [
            b.id,
            b.motion_id,
            b.method,
            b.state,
            b.eligible,
            b.present,
            b.recused,
            b.opens_at,
            b.closes_at,
            b.closed_at,
            b.result,
            b.note,
            b.released_at,
        ]
    )


def vote_seal(v: Vote) -> str:
    """Digest of a vote with its nonce: it can be checked, and not be guessed."""
    return digest([v.ballot_id, v.person_id, v.choice, v.cast_at, v.nonce])


def conflict_seal(c: Conflict) -> str:
    """Digest of a conflict's protected columns."""
    said = [c.recused_by_id, c.recused_at, c.stood]
    return digest([c.run_id, c.person_id, c.kind, c.reason, c.state, *said])


def review_seal(r: ReviewSheet) -> str:
    """Digest of a submitted review."""
    return digest(
        [
            r.id,
            r.run_id,
            r.reviewer_id,
            r.scores,
            r.recommendation,
            r.public_note,
            r.confidential_note,
            r.no_conflict,
            r.submitted_at,
        ]
    )


def objection_seal(o: Objection) -> str:
    """Digest of an objection."""
    return digest([o.run_id, o.person_id, o.reason, o.at])


def minutes_seal(m: Minutes) -> str:
    """Digest of a version of minutes."""
    return digest([m.meeting_id, m.n, m.text, m.state, m.written_by_id, m.approved_by_id])
