"""Who sits in the bodies that the policy names. A body itself is data of the policy."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import SeatOffice
from bitterroot.people.models import Absence, Person, Unit


class Seat(models.Model):
    """A person's seat in a body, for a term. Days are inclusive; a delegate acts in their place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.CharField(max_length=60, db_index=True)  # the policy's key
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    title = models.CharField(max_length=120)  # "Senator, College of Health"
    office = models.CharField(max_length=10, choices=SeatOffice, default=SeatOffice.MEMBER)
    voting = models.BooleanField(default=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    delegate = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="delegated_seats"
    )
    delegate_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="seat_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title}"


class SeatCover(models.Model):
    """While its holder is away the deputy acts in this seat, where the body's rule lets them."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="covers")
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="covers")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "absence"], name="seat_covered_once")
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.absence.deputy}"
