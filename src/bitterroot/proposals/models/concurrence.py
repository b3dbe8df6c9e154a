"""Concurrence: what the head of another unit says of a proposal that affects it."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.people.models import Person, Unit
from bitterroot.proposals.enums import ConcurrenceState


class Concurrence(models.Model):
    """One unit is asked about one proposal. An answer stands; asking again makes another row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(
        "proposals.Proposal", on_delete=models.PROTECT, related_name="concurrences"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="concurrences")
    how = models.TextField()  # how it affects the unit, as the one who asks says it
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=ConcurrenceState, default=ConcurrenceState.ASKED
    )
    text = models.TextField(blank=True, default="")
    # Who answered, or withdrew the question; `text` is then the reason.
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_as = models.CharField(max_length=300, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True, default="")  # what was read

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="concurrence_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "unit"],
                condition=models.Q(state="asked"),
                name="unit_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_state_display()}"
