"""Which columns of a key, an award, a revocation and an appeal the record protects."""

from datetime import UTC, datetime

from bitterroot.issuing.models import Appeal, Award, Revocation, SigningKey
from bitterroot.record.canonical import digest


def award_seal(a: Award, document_sha256: str) -> str:
    """Digest of an award's protected columns and of its issued bytes."""
    return seal_of(
        a.id,
        a.public_id,
        a.template_id,
        a.learner_id,
        a.request_id,
        a.line_id,
        a.status_list_id,
        a.status_index,
        a.state,
        a.visibility,
        document_sha256,
    )


def seal_of(*columns: object) -> str:
    """The same from bare values, in the order of `award_seal`; bulk issuing has no instances."""
    return digest(columns)


def revocation_seal(r: Revocation) -> str:
    """Digest of a revocation's protected columns."""
    asked = [r.id, r.award_id, r.reason_code, r.reason, r.requested_by_id, r.requested_as]
    return digest([*asked, r.state, r.decided_by_id, r.answer])


def appeal_seal(a: Appeal) -> str:
    """Digest of an appeal's protected columns."""
    return digest([a.id, a.revocation_id, a.text, a.state, a.answered_by_id, a.answer])


def key_seal(k: SigningKey) -> str:
    """Digest of a key's public half and of its dates."""
    dates = (k.listed_at, k.active_from, k.retired_at, k.compromised_since, k.compromised_at)
    return digest([k.fragment, k.public_multibase, *map(_moment, dates)])


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat() if value else ""
