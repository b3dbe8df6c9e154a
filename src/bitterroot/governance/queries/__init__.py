"""What has been decided, by whom, on what: plain values for screens, badges and other rooms."""

from typing import Any

from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, Outcome, SignatureState
from bitterroot.governance.models import Decision, SignatureRequest
from bitterroot.governance.queries.chain import bodies_in
from bitterroot.governance.queries.tracking import TrackStep, track
from bitterroot.governance.rules import why_not_asked, written_by
from bitterroot.people.duties import Duty
from bitterroot.people.models import Absence, Person
from bitterroot.people.queries.absences import running, stood_for
from bitterroot.record import clock, in_words

__all__ = ["TrackStep", "approval_chain", "track", "waiting_for"]

MOST = 100  # signatures; more than anyone gives in a day


def approval_chain(decision: Decision) -> dict[str, Any]:
    """Decision, votes of the bodies and signatures as plain values, to be frozen into each award."""
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
        "bodies": bodies_in(decision),
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
    """Signatures that are asked of this person now, or of one who is away for whom they act."""
    absent = running().filter(deputy=person).values("person")
    for_others = Q(person__in=absent) & ~Q(case__in=written_by(person))
    waits = (
        SignatureRequest.objects.order_by()
        .filter(state__in=[SignatureState.REQUESTED, SignatureState.VIEWED])
        .values("pk")
    )
    # Keys put together: one condition with "or" would read the requests of everybody.
    either = waits.filter(person=person).union(waits.filter(for_others))
    asked = list(
        SignatureRequest.objects.filter(pk__in=either, case__state=CaseState.OPEN)
        .select_related("case")
        .order_by("requested_at")[:MOST]
    )
    away = stood_for(person) if any(s.person_id != person.pk for s in asked) else {}
    return [
        Duty(
            title=s.case.title,
            why=f"{policies.later_asked(s.case.process)}Waits for your signature as"
            f" {s.capacity_title}{_for(away.get(s.person_id))}",
            url_name="faculty:sign",
            url_args=(s.pk,),
            since=s.requested_at or s.case.step_since,
            button="Read and sign",
            due=s.due_on,
        )
        for s in asked
        if not why_not_asked(s)
    ]


def _for(absence: Absence | None) -> str:
    """“, for Hale Yellowtail, who is away until 14 Dec 2026”; nothing in one's own right."""
    if absence is None:
        return ""
    return f", for {absence.person}, who is away until {in_words.day(absence.ends_on)}"
