"""The yearly review of a pilot (form F), its files, and what its instructors say beside it."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.files.models import StoredFile
from bitterroot.people.models import Person
from bitterroot.programs.enums import Rating, ReviewState
from bitterroot.programs.models.pilot import Pilot


class ProgramReview(models.Model):
    """One pilot year looked back on. `figures` are frozen when the lead submits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="reviews")
    year = models.PositiveSmallIntegerField()  # pilot year, from 1
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.SCHEDULED)
    values = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)  # guards against lost updates
    field_revisions = models.JSONField(default=dict)  # field key -> revision of its last change
    figures = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    head_acknowledged_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    head_acknowledged_at = models.DateTimeField(null=True, blank=True)
    rating = models.CharField(max_length=10, choices=Rating, blank=True, default="")
    comments = models.TextField(blank=True, default="")  # of the office: accepting, returning
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pilot", "year"], name="review_once_a_year")
        ]

    def __str__(self) -> str:
        return f"Review of pilot year {self.year}: {self.pilot.program}"


class ReviewFile(models.Model):
    """A file that the leads attach to a review, kept by the hash of its content."""

    review = models.ForeignKey(ProgramReview, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "file"],
                condition=models.Q(removed_at__isnull=True),
                name="review_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReviewContribution(models.Model):
    """What an instructor saw in the year; each has one, and may change it until it is submitted."""

    review = models.ForeignKey(
        ProgramReview, on_delete=models.PROTECT, related_name="contributions"
    )
    writer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["written_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "writer"], name="review_contribution_once")
        ]

    def __str__(self) -> str:
        return f"{self.writer} on {self.review}"
