"""What has been decided, by whom, on what: plain values for screens, badges and other rooms."""

from typing import Any

from bitterroot.governance.enums import CaseState, Outcome, SignatureState
from bitterroot.governance.models import Decision, SignatureRequest
from bitterroot.governance.queries.tracking import TrackStep, track
from bitterroot.governance.rules import why_not_asked
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person
from bitterroot.record import clock

__all__ = ["TrackStep", "approval_chain", "track", "waiting_for"]


def approval_chain(decision: Decision) -> dict[str, Any]:
    """Decision and signatures as plain values, to be frozen into each award."""
    signatures = (
        decision.case.signatures.filter(state=SignatureState.SIGNED)
        .select_related("person")
        .order_by("order")
        if decision.case
        else []
    )
    return {
        "decision": str(decision.pk),
        "body": decision.body,
        "outcome": Outcome(decision.outcome).label,
        "decided_on": decision.decided_on.isoformat(),
        "decided_by": decision.person_name,
        "capacity": decision.capacity,
        "earlier": decision.outcome == Outcome.EARLIER,
        "document": decision.document_name,
        "document_sha256": decision.document_sha256,
        "snapshot_sha256": decision.snapshot_sha256,
        "policy_sha256": decision.case.policy_id if decision.case else "",
        "signatures": [
            {
                "capacity": s.capacity_title,
                "name": s.person.display_name if s.person else s.partner_name,
                "signed_on": clock.day_of(s.acted_at).isoformat() if s.acted_at else "",
                "snapshot_sha256": s.snapshot_sha256,
            }
            for s in signatures
        ],
    }


def waiting_for(person: Person) -> list[Duty]:
    """Signatures that are asked of this person now."""
    asked = (
        SignatureRequest.objects.filter(
            person=person,
            state__in=[SignatureState.REQUESTED, SignatureState.VIEWED],
            case__state=CaseState.OPEN,
        )
        .select_related("case")
        .order_by("requested_at")
    )
    return [
        Duty(
            title=s.case.title,
            why=f"Waits for your signature as {s.capacity_title}",
            url_name="faculty:sign",
            url_args=(s.pk,),
            since=s.requested_at or s.case.step_since,
            button="Read and sign",
            due=s.due_on,
        )
        for s in asked
        if not why_not_asked(s)
    ]
