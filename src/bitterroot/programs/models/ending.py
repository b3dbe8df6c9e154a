"""The end of a program: until when those who are enrolled may finish."""

import uuid

from django.db import models

from bitterroot.people.models import Person
from bitterroot.programs.models.program import Program


class TeachOut(models.Model):
    """Those enrolled finish by the end of `end_term`; then the program closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.OneToOneField(Program, on_delete=models.PROTECT, related_name="teach_out")
    end_term = models.CharField(max_length=20)  # calendar key
    ends_on = models.DateField()  # last day of that term, by the calendar
    reason = models.TextField(blank=True, default="")
    begun_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    next_on = models.DateField(null=True, blank=True, db_index=True)  # the sweep looks on this day

    def __str__(self) -> str:
        return f"Teach-out of {self.program}"
