"""Who was told what, and whether it arrived."""

from typing import ClassVar

from django.db import models

from bitterroot.messages.models.choice import MailChoices
from bitterroot.messages.models.feed import CalendarFeed
from bitterroot.messages.models.letter import LetterRule, LetterText
from bitterroot.people.models import Person
from bitterroot.record.models import Event

__all__ = ["CalendarFeed", "LetterRule", "LetterText", "Mail", "MailChoices", "MailState"]


class MailState(models.TextChoices):
    DRAFT = "draft", "To be read first"
    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    BOUNCED = "bounced", "Came back"
    KEPT = "kept", "Shown here alone"
    DROPPED = "dropped", "Discarded by the office"


class Mail(models.Model):
    """One message to one address about one event: `key` keeps it from being sent twice."""

    key = models.CharField(max_length=200, unique=True)  # template:event:recipient
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.PROTECT)
    template = models.CharField(max_length=60)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="mails"
    )
    to_name = models.CharField(max_length=200)
    to_address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    attachment_name = models.CharField(max_length=100, blank=True, default="")  # e.g. invite.ics
    attachment = models.BinaryField(default=b"")
    state = models.CharField(max_length=8, choices=MailState, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)  # the end of quiet hours
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    wording = models.ForeignKey(  # the office's version of which it was made; None: as shipped
        LetterText, null=True, blank=True, on_delete=models.PROTECT, related_name="mails"
    )
    read_by = models.ForeignKey(  # who sent or discarded the draft
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=40, blank=True, default="", db_index=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    stream = models.CharField(max_length=80, blank=True, default="")  # the chain that it is about
    discarded = models.TextField(blank=True, default="")  # why

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="mail_queue"),
            models.Index(fields=["stream"], name="mail_of_a_case", condition=~models.Q(stream="")),
            models.Index(fields=["created_at"], name="mail_by_moment"),
        ]

    def __str__(self) -> str:
        return self.subject
