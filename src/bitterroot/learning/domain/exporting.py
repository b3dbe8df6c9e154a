"""A list of people leaves the system as a file: noted, and told to those who look after data."""

from __future__ import annotations

from django.db import transaction

from bitterroot.learning.domain.recording import record
from bitterroot.learning.models import IssuanceRequest, TrackingList
from bitterroot.learning.rules import may_export
from bitterroot.people.actor import Actor


@transaction.atomic
def note_export(*, by: Actor, of: TrackingList | IssuanceRequest, what: str, rows: int) -> None:
    """Record that `by` downloads people's data. Event "personal data exported", which a mail
    follows; it says how many rows, never whose."""
    answer = may_export(by, of).require()
    type(of).objects.select_for_update().get(pk=of.pk)  # one act on its chain at a time
    record(by, of, "personal data exported", answer.capacity, what=what, rows=rows)
