"""A case runs on one process of one policy version; what is signed or decided is a snapshot."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import CaseState
from bitterroot.people.models import Person


class PolicyVersion(models.Model):
    """A policy as it was loaded. A running case keeps the version that it began under.

    Where two persons put a policy in force, one that was put forward waits until it is confirmed.
    `holds_from` is the day on which it then takes the place of the one before: that on which it
    was confirmed, or its own `effective_from` where that is later. The version that was in force
    when two were first asked for is settled by nobody (`confirmed_by` is None).
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    version = models.CharField(max_length=40)
    effective_from = models.DateField()
    document = models.JSONField()
    loaded_at = models.DateTimeField()
    # None beside a moment of putting forward: it was taken back.
    put_forward_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    put_forward_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    holds_from = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.version


class Case(models.Model):
    """Something to be decided. `subject` names what, e.g. "proposal:<uuid>"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    process = models.CharField(max_length=60)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT)
    subject = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.OPEN)
    step = models.CharField(max_length=60)
    step_since = models.DateTimeField()
    step_due = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=list)  # names of the predicates that hold in the last snapshot
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-step_since"], name="case_moved_last"),
            models.Index(fields=["policy", "state"], name="case_by_policy"),
            models.Index(fields=["state", "process"], name="case_of_process"),
            models.Index(fields=["state", "step_since", "id"], name="case_waits_longest"),
            models.Index(fields=["id", "step_since"], name="case_since"),  # without the whole row
        ]

    def __str__(self) -> str:
        return self.title


class Snapshot(models.Model):
    """Frozen content with its hash: exactly what a signature or a decision speaks of."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="snapshots")
    n = models.PositiveIntegerField()
    content = models.TextField()  # canonical JSON: {"values": …, "files": […], "title": …}
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "n"], name="snapshot_once_in_case")
        ]

    def __str__(self) -> str:
        return f"version {self.n} of {self.case}"
