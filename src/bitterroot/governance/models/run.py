"""Runs: one activation of one step, or of one branch of a step, of a case."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import RunState
from bitterroot.governance.models.case import Case, Snapshot


class StepRun(models.Model):
    """A step that a case stood at, from when to when, and how it ended.

    `path` is the step's key ("senate"), or with a branch "committees/ascrc". A step that is
    entered again gets a new run; the old ones stay. A run that was passed over because its
    condition did not hold is SKIPPED; one that something else made pointless is VOID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="runs")
    n = models.PositiveIntegerField(default=0)  # the case's first run is 1
    path = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)  # the policy's word: "vote", "decide"
    body = models.CharField(max_length=60, blank=True, default="")  # the policy's key of a body
    state = models.CharField(max_length=8, choices=RunState, default=RunState.OPEN)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, default="")  # the policy's word
    note = models.TextField(blank=True, default="")  # why it is void, or stands from before
    referred_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )

    class Meta:
        ordering: ClassVar = ["case", "n"]
        indexes: ClassVar = [models.Index(fields=["state", "kind", "due_on"], name="run_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "path"], condition=models.Q(state="open"), name="one_open_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path} of {self.case}: {self.state}"
