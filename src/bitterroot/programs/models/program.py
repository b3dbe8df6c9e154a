"""Programs, their approved versions and their badge templates."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.files.models import StoredFile
from bitterroot.governance.models import Decision
from bitterroot.people.models import Person, Unit
from bitterroot.programs.enums import Kind, ProgramState, TemplateState, Track


class Program(models.Model):
    """One micro-credential or stand-alone badge through its whole life."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    track = models.CharField(max_length=16, choices=Track)
    level = models.CharField(max_length=80, blank=True, default="")  # UG, GR, professional
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="programs")
    partner_units = models.ManyToManyField(Unit, blank=True, related_name="partnered_programs")
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leads")
    co_leads = models.ManyToManyField(Person, blank=True, related_name="co_leads")
    state = models.CharField(max_length=16, choices=ProgramState, default=ProgramState.PROPOSED)
    listed = models.BooleanField(default=True)  # wish to be in the catalog; the gate decides
    pilot_start_term = models.CharField(max_length=20, blank=True, default="")
    enrolls_until = models.DateField(null=True, blank=True)  # last day on which learners may begin
    review_on = models.DateField(null=True, blank=True)  # established: its unit's next review
    state_before = models.CharField(max_length=16, blank=True, default="")  # while suspended
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [  # both without the whole row
            models.Index(fields=["state", "id"], name="program_by_state"),
            models.Index(fields=["id", "state"], name="program_state"),
        ]

    def __str__(self) -> str:
        return self.title


class ProgramVersion(models.Model):
    """Approved content. `decision` is the evidence that opened the gate for it.

    A change takes effect on `effective_on`; offerings of earlier terms keep the version under
    which they began. `taken_up`: the program's own columns follow it. A version without a badge
    template of its own awards that of the version before.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField()
    content = models.JSONField()  # the proposal's values as approved
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    approved_at = models.DateTimeField()
    change_class = models.CharField(
        max_length=10, blank=True, default=""
    )  # editorial, minor, major
    effective_on = models.DateField(null=True, blank=True)  # None: since it was approved
    taken_up = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["effective_on"],
                condition=models.Q(taken_up=False),
                name="version_to_take_up",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "n"], name="version_once")
        ]

    def __str__(self) -> str:
        return f"{self.program} v{self.n}"


class BadgeTemplate(models.Model):
    """What is awarded (OB 3.0 Achievement). Immutable once an award exists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program_version = models.ForeignKey(
        ProgramVersion, on_delete=models.PROTECT, related_name="templates"
    )
    n = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    achievement = models.JSONField()  # the frozen OB 3.0 Achievement
    image_svg = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    image_png = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    alt_text = models.CharField(max_length=300)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)  # None: does not expire
    repeatable = models.BooleanField(default=False)
    assessed = models.BooleanField(default=True)
    shown_in_parts = models.BooleanField(default=False)  # learners may show parts of it, proven
    suspendable = models.BooleanField(default=False)  # badges carry a second status entry
    state = models.CharField(max_length=10, choices=TemplateState, default=TemplateState.APPROVED)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="template_by_name")]

    def __str__(self) -> str:
        return f"{self.name} v{self.n}"
