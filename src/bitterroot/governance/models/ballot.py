"""Motions, the ballots on them, and objections within a no-objection period."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import BallotMethod, BallotState, MotionState, VoteChoice
from bitterroot.governance.models.meeting import AgendaItem
from bitterroot.governance.models.run import StepRun
from bitterroot.people.models import Person


class Motion(models.Model):
    """What a member asks the body to decide on one matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="motions")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="motions"
    )
    text = models.TextField()
    outcome = models.CharField(max_length=40)  # the policy's word: "approve", "return"
    to = models.CharField(max_length=60, blank=True, default="")  # a step, or a body, by its key
    reason = models.TextField(blank=True, default="")
    conditions = models.JSONField(default=list)  # [text, ISO day or null] each
    mover = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="motions")
    seconder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=9, choices=MotionState, default=MotionState.MOVED)
    moved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["moved_at"]

    def __str__(self) -> str:
        return self.text[:80]

    def conditions_due(self) -> list[tuple[str, date | None]]:
        """Its conditions with the day on which each is due."""
        return [(text, date.fromisoformat(due) if due else None) for text, due in self.conditions]


class Ballot(models.Model):
    """A vote on a motion. Who may vote is frozen when it opens; a recusal alone takes someone out.

    `eligible` lists {"person", "seat", "name"}; `present` the ids of those in the room at the
    opening; `recused` the names of those who stay out. `result` is the tally once it is closed.
    Where the body holds results back, nobody but chair and secretary sees it until `released_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="ballots")
    method = models.CharField(max_length=10, choices=BallotMethod)
    state = models.CharField(max_length=6, choices=BallotState, default=BallotState.OPEN)
    eligible = models.JSONField()
    present = models.JSONField(default=list)
    recused = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)  # end of an electronic ballot's window
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")  # why it is void
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opens_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["motion"], condition=models.Q(state="open"), name="one_open_ballot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ballot on {self.motion}"


class Vote(models.Model):
    """One member's vote, which may be changed while the ballot is open.

    `nonce` goes into its seal, so that the record vouches for a vote without telling it.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=7, choices=VoteChoice)
    cast_at = models.DateTimeField()
    nonce = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ballot", "person"], name="one_vote_each")
        ]

    def __str__(self) -> str:
        return f"vote of {self.person}"


class Objection(models.Model):
    """An objection, with its reason, within a no-objection period."""

    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="objections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="objections")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "person"], name="one_objection_each")
        ]

    def __str__(self) -> str:
        return f"{self.person} objects to {self.run.case}"
