"""The notice to continue after the pilot or to be removed (form G)."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.people.models import Person
from bitterroot.programs.enums import IntentState
from bitterroot.programs.models.pilot import Pilot


class Intent(models.Model):
    """One notice, signed by lead and head. A change of mind is a notice of its own: `n` grows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="intents")
    n = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=IntentState, default=IntentState.OPEN)
    values = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)  # guards against lost updates
    field_revisions = models.JSONField(default=dict)  # field key -> revision of its last change
    opened_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64, blank=True, default="")  # what is signed
    lead_signed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lead_signed_at = models.DateTimeField(null=True, blank=True)
    head_signed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    head_signed_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.TextField(blank=True, default="")
    acknowledged_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["pilot", "n"], name="intent_once")]

    def __str__(self) -> str:
        return f"Notice {self.n} on {self.pilot.program}"

    @property
    def choice(self) -> str:
        """`continue`, `remove`, or nothing yet."""
        return str(self.values.get("choice") or "")
