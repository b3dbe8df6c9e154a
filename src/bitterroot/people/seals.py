"""What the record protects of an absence: who acts for whom, and when."""

from bitterroot.people.models import Absence
from bitterroot.record.canonical import digest


def absence_seal(a: Absence) -> str:
    """Digest of an absence's protected columns."""
    recorded = [a.recorded_by_id, a.reason] if a.recorded_by_id else []
    return digest([a.id, a.person_id, a.deputy_id, a.starts_on, a.ends_on, a.ended_at, *recorded])
