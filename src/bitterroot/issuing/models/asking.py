"""What is asked of the university about a learner's record, and problems that anyone reports."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.issuing.enums import ProblemKind, ProblemState, RecordKind, RecordState
from bitterroot.learning.enums import ListKind
from bitterroot.people.models import Person


class RecordRequest(models.Model):
    """A learner asks to see, correct or erase what is held about them, or to lift the directory hold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="record_requests")
    kind = models.CharField(max_length=8, choices=RecordKind)
    queue = models.CharField(max_length=10, choices=ListKind)  # who answers: registrar or office
    text = models.TextField()
    state = models.CharField(max_length=8, choices=RecordState, default=RecordState.WAITING)
    asked_at = models.DateTimeField()
    due_on = models.DateField()  # the last day for an answer
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(state="waiting"),
                name="one_open_request_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class ProblemReport(models.Model):
    """What a visitor says is wrong with a badge's public page. `reply_to` only where they gave it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey("issuing.Award", on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField(max_length=8, choices=ProblemKind)
    text = models.TextField()
    reply_to = models.EmailField(max_length=254, blank=True, default="")
    state = models.CharField(max_length=9, choices=ProblemState, default=ProblemState.WAITING)
    reported_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(
        blank=True, default=""
    )  # for the reporter, and the office's own record
    to_learner = models.TextField(blank=True, default="")  # empty: the learner was not written to

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "reported_at"], name="problem_waits")]

    def __str__(self) -> str:
        return f"{self.award}: {self.get_kind_display()}"
