"""What happened: events chained per case, and the outbox of those that others are told about."""

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One act. Append-only: the database itself refuses to change or delete a row.

    `stream` is the case that the chain belongs to ("case:…", "issuance:…"); `about` is the one
    object that the act changed ("signature:…", "award:…"); `seal` is the digest of that object's
    protected columns just after the act, so that a row edited behind the record's back shows.
    """

    stream = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=80, db_index=True)
    actor = models.CharField(max_length=80)  # "person:<id>" or "system"
    actor_name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=120)
    data = models.TextField()  # canonical JSON
    seal = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="event_once_in_stream")
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class OutboxState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Outbox(models.Model):
    """An event that someone must be told about, written in the transaction of the act itself."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="outbox")
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    last_error = models.TextField(default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            # No condition: SQLite uses a partial index for no state that is bound at run time.
            models.Index(fields=["state", "run_after"], name="outbox_queue")
        ]

    def __str__(self) -> str:
        return f"outbox {self.event_id} {self.state}"


class PendingTail(models.Model):
    """A signed line for the tails file, from the act's commit until it is appended there.

    The signature is the application's: a row that someone else writes vouches for nothing.
    """

    line = models.TextField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"pending tail {self.pk}"
