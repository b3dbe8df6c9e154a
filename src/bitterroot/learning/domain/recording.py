"""How the room's acts reach the record: a list and a request each have a chain of their own."""

from __future__ import annotations

from bitterroot.learning.models import IssuanceRequest, TrackingList
from bitterroot.people.actor import Actor
from bitterroot.record.domain.events import record_event


def record(
    by: Actor,
    acted_on: TrackingList | IssuanceRequest,
    verb: str,
    capacity: str,
    *,
    tell: bool = True,
    **data: object,
) -> None:
    """Record an act on a list or a request, on its own stream."""
    prefix = "list" if isinstance(acted_on, TrackingList) else "issuance"
    about = f"{prefix}:{acted_on.pk}"
    record_event(
        by=by, stream=about, verb=verb, about=about, capacity=capacity, data=data, tell=tell
    )
