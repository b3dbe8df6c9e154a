"""Decisions, their conditions, and decisions that were made before Bitterroot."""

import uuid

from django.db import models

from bitterroot.governance.enums import Outcome
from bitterroot.governance.models.case import Case, Snapshot
from bitterroot.governance.models.run import StepRun
from bitterroot.people.models import Person


class Decision(models.Model):
    """Actor, capacity, day and reason of one outcome. Earlier decisions have no case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    subject = models.CharField(max_length=80, db_index=True)
    run = models.ForeignKey(
        StepRun, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    step = models.CharField(max_length=120)  # the run's path
    outcome = models.CharField(max_length=24, choices=Outcome)
    body = models.CharField(max_length=200)  # office or body that decided, in words
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    person_name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=120)
    reason = models.TextField(blank=True, default="")
    field_reasons = models.JSONField(default=dict)  # field key -> what to mend
    tally = models.JSONField(default=dict)  # a body's count; see `governance.domain.run.conclude`
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.PROTECT)
    snapshot_sha256 = models.CharField(max_length=64, blank=True, default="")
    document_sha256 = models.CharField(max_length=64, blank=True, default="")  # earlier decisions
    document_name = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.body}: {self.outcome}"


class Condition(models.Model):
    """What must still be done before an approval opens the gate."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    due_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True, default="")
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text[:60]
