"""Comments on a case, each with the circle it is meant for; and who follows a case."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import Circle
from bitterroot.governance.models.case import Case
from bitterroot.people.models import Person


class Comment(models.Model):
    """What someone of `side` said to `audience`. Read by these two circles, and by its writer.

    A correction keeps the older text; a comment that is taken back keeps its place, not its text
    on the page. `field` is the key of the form's field that it speaks of, or empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comments")
    writer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    side = models.CharField(max_length=8, choices=Circle)
    audience = models.CharField(max_length=8, choices=Circle)
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    field = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField()
    earlier = models.JSONField(default=list)  # [{text, until}], oldest first
    mentioned = models.ManyToManyField(Person, blank=True, related_name="mentions")
    written_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["written_at", "id"]

    def __str__(self) -> str:
        return f"{self.writer} to {self.audience}"


class Watch(models.Model):
    """Someone follows a case and is written to when it moves."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watches")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], name="watch_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.case}"
