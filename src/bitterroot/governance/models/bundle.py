"""Bundles: cases that belong together, and are decided on together."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.models.case import Case
from bitterroot.people.models import Person


class Bundle(models.Model):
    """Several cases bound by someone; each is signed and decided by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Bound(models.Model):
    """A case in a bundle. Released or parted, it neither waits for the others nor they for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="members")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bound")
    bound_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)  # goes on alone, for a reason
    parted_at = models.DateTimeField(null=True, blank=True)  # the bundle was undone
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["bound_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(released_at__isnull=True, parted_at__isnull=True),
                name="bound_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} in {self.bundle}"
