"""Meetings of bodies: when, what is on the agenda, who was there, what the minutes say."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import ItemState, MeetingState, MinutesState, Section
from bitterroot.governance.models.run import StepRun
from bitterroot.people.models import Person


class Meeting(models.Model):
    """One sitting of a body. Items that come after `cut_off` (inclusive day) need a ruling."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.CharField(max_length=60, db_index=True)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    cut_off = models.DateField()
    state = models.CharField(max_length=18, choices=MeetingState, default=MeetingState.PLANNED)
    note = models.TextField(blank=True, default="")  # why it is cancelled
    published_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.body}, {self.starts_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """A matter on one meeting's agenda; `position` counts from 1 within its section."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="agenda_items")
    section = models.CharField(max_length=12, choices=Section)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=18, choices=ItemState, default=ItemState.LISTED)
    ruling = models.TextField(blank=True, default="")  # on a late item, and who gave it
    read_at = models.DateTimeField(null=True, blank=True)  # a reading that lets it rest
    pulled_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "run"], name="item_once_on_an_agenda")
        ]

    def __str__(self) -> str:
        return f"{self.run.case} at {self.meeting}"

    @property
    def stands(self) -> str:
        """Its state in words: what a meeting read and let rest was read, not put off."""
        read = self.read_at is not None and self.state == ItemState.POSTPONED
        return "Read" if read else str(self.get_state_display())


class Attendance(models.Model):
    """Someone was in the room from one moment to another; who comes back has a second row."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attended")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["arrived_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=models.Q(left_at__isnull=True),
                name="in_the_room_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting}"


class Minutes(models.Model):
    """A version of a meeting's minutes. The approved one is never changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    n = models.PositiveSmallIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=8, choices=MinutesState, default=MinutesState.DRAFT)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["n"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "n"], name="minutes_version_once")
        ]

    def __str__(self) -> str:
        return f"minutes of {self.meeting}, version {self.n}"
