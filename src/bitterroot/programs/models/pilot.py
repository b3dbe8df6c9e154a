"""The pilot of a program: when it began, by which rules, and the years granted on top."""

import uuid

from django.db import models

from bitterroot.governance.models import PolicyVersion
from bitterroot.people.models import Person
from bitterroot.programs.models.program import Program


class Pilot(models.Model):
    """The clock of one program. It keeps the policy that it began under.

    Only `first_term`, `policy` and `rule` are facts. The other days follow from them and the
    academic calendar, and are kept to be found by: `domain/dates.py` computes them again when
    the calendar or the extensions change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.OneToOneField(Program, on_delete=models.PROTECT, related_name="pilot")
    first_term = models.CharField(max_length=20)  # calendar key: "fall-2024"
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT)
    rule = models.CharField(max_length=1)  # A or B, see policy/deadlines.py
    began_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True)  # None: beyond the calendar
    calendar = models.CharField(max_length=64, blank=True, default="")  # digest of the one used
    next_on = models.DateField(null=True, blank=True, db_index=True)  # the sweep looks on this day

    def __str__(self) -> str:
        return f"Pilot of {self.program}"


class PilotExtension(models.Model):
    """Academic years granted on top by the program office, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="extensions")
    years = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField()
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.years} more for {self.pilot}"
