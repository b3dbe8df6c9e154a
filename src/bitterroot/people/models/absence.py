"""Absences: someone is away from one day to another, and a deputy acts in their capacities."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.people.models.person import Person


class Absence(models.Model):
    """Days are inclusive. It ends by itself; `ended_at` is when it was ended before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField()
    recorded_by = models.ForeignKey(  # where someone else wrote it down, for a reason
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")  # for the deputy alone
    announced_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["deputy", "ends_on"], name="absence_deputy"),
            models.Index(fields=["person", "ends_on"], name="absence_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="absence_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} is away until {self.ends_on}"
