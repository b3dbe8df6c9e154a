"""Requests to sign that nobody answered in time end, where the policy lets them. Safe to repeat."""

from bitterroot.governance.domain.signature import OPEN, expires_on
from bitterroot.governance.enums import CaseState
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain.proposal import expire
from bitterroot.record import clock


def run_due() -> int:
    """Let what has expired go back to those who lead it; how many."""
    done, today = 0, clock.today()
    late = SignatureRequest.objects.filter(
        state__in=OPEN, case__state=CaseState.OPEN, case__proposal__isnull=False, due_on__lt=today
    )
    for request in late.select_related("case").order_by("due_on", "pk"):
        last = expires_on(request)
        if last is None or last >= today:
            continue
        try:
            expire(signature=request)
            done += 1
        except NotPossible:  # someone was faster
            continue
    return done
