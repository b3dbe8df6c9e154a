"""Which columns of a signature, a decision and its conditions the record protects."""

from bitterroot.governance.models import Bound, Condition, Decision, SignatureRequest
from bitterroot.record.canonical import digest


def signature_seal(s: SignatureRequest) -> str:
    """Digest of a signature's protected columns."""
    return digest(
        [
            s.id,
            s.case_id,
            s.capacity,
            s.capacity_title,
            s.covers,
            s.person_id,
            s.delegated_from_id,
            s.partner_email,
            s.state,
            s.snapshot_id,
            s.snapshot_sha256,
            s.typed_name,
            s.statement,
            s.method,
            s.comment,
            s.acted_at,
        ]
    )


def decision_seal(d: Decision) -> str:
    """Digest of a decision's protected columns."""
    return digest(
        [
            d.id,
            d.case_id,
            d.subject,
            d.run_id,
            d.step,
            d.outcome,
            d.body,
            d.person_id,
            d.person_name,
            d.capacity,
            d.reason,
            d.field_reasons,
            d.tally,
            d.snapshot_id,
            d.snapshot_sha256,
            d.document_sha256,
            d.decided_on,
        ]
    )


def condition_seal(c: Condition) -> str:
    """Digest of a condition: what is asked by when, and what closed it."""
    return digest([c.id, c.decision_id, c.text, c.due_on, c.evidence, c.closed_by_id, c.closed_at])


def bound_seal(b: Bound) -> str:
    """Digest of a case's place in a bundle, and why it left."""
    return digest([b.id, b.bundle_id, b.case_id, b.bound_at, b.released_at, b.parted_at, b.reason])
