"""What members write about a matter before they vote, and who stays out of it."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import ConflictKind, ConflictState
from bitterroot.governance.models.run import StepRun
from bitterroot.people.models import Person


class Conflict(models.Model):
    """A member's tie to a matter. While it is flagged the member does not vote on it.

    Of a recusal it is kept who said it, when, and how the tie stood before (empty: there was none).
    """

    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=ConflictKind)
    reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=ConflictState, default=ConflictState.FLAGGED)
    noted_at = models.DateTimeField()
    recused_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recused_at = models.DateTimeField(null=True)
    stood = models.CharField(max_length=8, choices=ConflictState, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "person"], name="one_conflict_each")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}, {self.get_state_display()}"


class ReviewSheet(models.Model):
    """Form I of one reviewer on one matter; nobody else sees it before it is submitted.

    `scores` maps a criterion's key to {"score": 0 to 3, "comment": text}. The confidential note
    is for members of the body alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    scores = models.JSONField(default=dict)
    recommendation = models.CharField(max_length=40, blank=True, default="")
    public_note = models.TextField(blank=True, default="")
    confidential_note = models.TextField(blank=True, default="")
    no_conflict = models.BooleanField(default=False)  # declares that there is none
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "reviewer"], name="one_review_each")
        ]

    def __str__(self) -> str:
        return f"review of {self.run.case} by {self.reviewer}"
