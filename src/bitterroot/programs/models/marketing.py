"""Help that a program's lead asks of the marketing office (form L)."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.models import Decision, PolicyVersion
from bitterroot.people.models import Person
from bitterroot.programs.enums import OPEN_MARKETING, MarketingState


class MarketingRequest(models.Model):
    """One request from draft to retired. `gate` is the decision that let it through."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(
        "programs.Program", on_delete=models.PROTECT, related_name="marketing_requests"
    )
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=MarketingState, default=MarketingState.DRAFT)
    values = models.JSONField(default=dict)  # answers of the form
    images = models.JSONField(default=list)  # [{sha256, name, alt, rights}]
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    gate = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    comment = models.TextField(blank=True, default="")  # why it came back
    links = models.JSONField(default=list)  # where it is to be seen, once live
    state_since = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program"],
                condition=models.Q(state__in=OPEN_MARKETING),
                name="one_open_marketing_request",
            )
        ]

    def __str__(self) -> str:
        return f"Marketing of {self.program}"
