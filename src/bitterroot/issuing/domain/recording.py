"""What happened to an award, in the record: one chain for each, whatever it was about."""

from bitterroot.issuing.models import Award
from bitterroot.issuing.seals import award_seal
from bitterroot.people.actor import Actor
from bitterroot.record.domain.events import record_event


def record_of_award(
    by: Actor,
    award: Award,
    verb: str,
    capacity: str,
    *,
    about: str = "",
    seal: str = "",
    tell: bool = True,
    **data: object,
) -> None:
    """Record `verb` on the award's chain. The caller's transaction holds and has saved the award.

    It is about the award, sealed as it now stands, unless `about` names a row of its own (a
    revocation, an appeal, a copy) with that row's `seal`.
    """
    stream = f"award:{award.pk}"
    record_event(
        by=by,
        stream=stream,
        verb=verb,
        about=about or stream,
        capacity=capacity,
        seal=seal or award_seal(award, document_sha256(award)),
        data=data,
        tell=tell,
    )


def document_sha256(award: Award) -> str:
    """Hash of the issued bytes."""
    document = getattr(award, "document", None)
    return document.sha256 if document is not None else ""
