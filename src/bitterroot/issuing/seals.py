"""Which columns of keys, awards, copies, revocations, appeals and requests the record protects."""

from datetime import UTC, datetime

from bitterroot.issuing.enums import KeyUse, RevocationKind
from bitterroot.issuing.models import (
    Appeal,
    Award,
    BoundCopy,
    Collection,
    ProblemReport,
    ReadConsent,
    RecordRequest,
    Revocation,
    SigningKey,
)
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
        *([a.supersedes_id] if a.supersedes_id else []),
        *(["suspended", _moment(a.suspended_at)] if a.suspended_at else []),
    )


def seal_of(*columns: object) -> str:
    """The same from bare values, in the order of `award_seal`; bulk issuing has no instances."""
    return digest(columns)


def copy_seal(c: BoundCopy, body_sha256: str) -> str:
    """Digest of a bound copy's protected columns and of its bytes."""
    return digest([c.id, c.award_id, c.subject, c.form, c.key_id, body_sha256])


def collection_seal(c: Collection) -> str:
    """Digest of what a wallet took, once it did."""
    return digest([c.id, c.award_id, c.way, c.bind, _moment(c.delivered_at), c.subject])


def consent_seal(c: ReadConsent) -> str:
    """Digest of what a learner let a program read, from when to when."""
    dates = (_moment(c.given_at), _moment(c.ended_at))
    return digest([c.id, c.reader_id, c.person_id, c.scope, c.everything, *dates])


def revocation_seal(r: Revocation) -> str:
    """Digest of a revocation's protected columns."""
    asked = [r.id, r.award_id, r.reason_code, r.reason, r.requested_by_id, r.requested_as]
    corrected = [r.corrected] if r.corrected else []
    corrected += [r.kind] if r.kind != RevocationKind.REVOCATION else []
    return digest([*asked, r.state, r.decided_by_id, r.answer, *corrected])


def appeal_seal(a: Appeal) -> str:
    """Digest of an appeal's protected columns."""
    return digest([a.id, a.revocation_id, a.text, a.state, a.answered_by_id, a.answer])


def record_request_seal(r: RecordRequest) -> str:
    """Digest of what was asked about a record and what was answered."""
    asked = [r.id, r.person_id, r.kind, r.queue, r.text, r.due_on.isoformat()]
    return digest([*asked, r.state, r.answered_by_id, r.answer])


def problem_seal(p: ProblemReport) -> str:
    """Digest of a report and its answer, without the reporter's address, which may be erased."""
    return digest([p.id, p.award_id, p.kind, p.text, p.state, p.answered_by_id, p.answer])


def key_seal(k: SigningKey) -> str:
    """Digest of a key's public half and of its dates."""
    dates = (k.listed_at, k.active_from, k.retired_at, k.compromised_since, k.compromised_at)
    use = (
        [] if k.use == KeyUse.BADGES else [k.use]
    )  # keys of before there were two uses keep theirs
    return digest([k.fragment, k.public_multibase, *map(_moment, dates), *use])


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat() if value else ""
