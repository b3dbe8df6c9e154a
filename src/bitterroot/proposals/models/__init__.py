"""What is asked for: consultations, proposals with their files, agreements, published pages."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.db.models.lookups import IsNull
from django.utils.dateparse import parse_date

from bitterroot.files.models import StoredFile
from bitterroot.governance.models import Case
from bitterroot.people.models import Person, Unit
from bitterroot.programs.models import Program
from bitterroot.proposals.enums import (
    UNDER_WAY,
    ConsultationState,
    MouState,
    ProposalState,
)
from bitterroot.proposals.models.concurrence import Concurrence

__all__ = [
    "Attachment",
    "Concurrence",
    "Consultation",
    "ConsultationFile",
    "Mou",
    "MouVersion",
    "Page",
    "Proposal",
]


class Page(models.Model):
    """A version of a page that people rely on: the procedures, the badge FAQ."""

    key = models.CharField(max_length=30)  # "procedures" or "faq"
    n = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    markdown = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "n"], name="page_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.n})"


class Consultation(models.Model):
    """Form A, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consultations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    values = models.JSONField()
    state = models.CharField(
        max_length=10, choices=ConsultationState, default=ConsultationState.REQUESTED
    )
    requested_at = models.DateTimeField()
    scheduled_for = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, default="")
    consultant = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    notes = models.TextField(blank=True, default="")
    outcome = models.CharField(
        max_length=30, blank=True, default=""
    )  # go, revise, not_suitable, badge_track, noncredit_track
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "requested_at", "id"], name="talk_by_state")
        ]

    def __str__(self) -> str:
        return self.title


class ConsultationFile(models.Model):
    """A file that came with a consultation. Whoever may see the consultation may read it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """What is asked for a program: its pilot, or to establish it. Each has a case of its own.

    `process` is the key of the policy's process, whose form it answers. `revision` guards
    against lost updates.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="proposal")
    program = models.ForeignKey(
        Program, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    process = models.CharField(max_length=60)  # the policy's key of the process
    title = models.CharField(max_length=200)
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    co_authors = models.ManyToManyField(Person, blank=True, related_name="co_authored")
    # Whoever wrote in it, or was a co-author when a version was frozen, also after they left.
    written_by = models.ManyToManyField(Person, blank=True, related_name="+")
    owner_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT)
    consultation = models.ForeignKey(Consultation, null=True, blank=True, on_delete=models.PROTECT)
    consultation_waiver = models.TextField(blank=True, default="")
    origin = models.ForeignKey(  # of which this one is a copy
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    procedures = models.ForeignKey(Page, null=True, blank=True, on_delete=models.PROTECT)
    values = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    field_revisions = models.JSONField(default=dict)  # field key -> revision of its last change
    field_writers = models.JSONField(default=dict)  # field key -> name of who made that change
    state = models.CharField(max_length=26, choices=ProposalState, default=ProposalState.DRAFT)
    previous_state = models.CharField(max_length=26, blank=True, default="")  # while on hold
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "case", "id"], name="proposal_by_state"),
            models.Index(
                fields=["id", "program"], name="proposal_for_program"
            ),  # not the whole row
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "process"],
                condition=models.Q(state__in=UNDER_WAY),
                name="one_open_proposal",
            )
        ]

    def __str__(self) -> str:
        return self.title or "Untitled proposal"


class Attachment(models.Model):
    """A file of a proposal. Removing it from the draft keeps what was signed in the snapshot."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=20)  # syllabus, mou, letter, rubric, budget, other
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


#: Agreements by the day that they name, those without one last. Said so that an index holds it:
#: SQLite keeps none with NULLS LAST.
BY_END = (IsNull(F("expires_on"), True), F("expires_on"), F("created_at"), F("id"))


class Mou(models.Model):
    """An agreement for interdisciplinary or third-party work: parties, file, signatures, its end.

    `expires_on` is the last day that it names; notice can bring forward its end to
    `terminates_on`. `next_on` is the day on which the sweep looks at it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="mous")
    created_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)  # form E
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=18, choices=MouState, default=MouState.DRAFT)
    executed_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    renews = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewal"
    )
    terminates_on = models.DateField(null=True, blank=True)  # its last day, once notice was given
    notice_on = models.DateField(null=True, blank=True)
    notice_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    notice_from = models.CharField(max_length=200, blank=True, default="")  # the party
    notice_reason = models.TextField(blank=True, default="")
    notice_effect = models.TextField(blank=True, default="")
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True)  # the last reminder
    next_on = models.DateField(null=True, blank=True, db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "proposal"], name="mou_by_state"),
            models.Index(*BY_END, name="mou_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.values.get("title", "Memorandum of understanding"))

    @property
    def stands_since(self) -> date | None:
        """Since when it is as its state says: over since its last day, in force since its first."""
        if self.state in (MouState.EXPIRED, MouState.TERMINATED):
            return self.last_day
        if self.executed_on is None or self.state not in (MouState.ACTIVE, MouState.EXPIRING):
            return self.executed_on
        starts = parse_date(str(self.values.get("starts") or ""))
        return max(self.executed_on, starts) if starts else self.executed_on

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None where it goes on until someone gives notice."""
        return min((d for d in (self.expires_on, self.terminates_on) if d), default=None)


class MouVersion(models.Model):
    """What went out to the parties for their signatures, as it was then. A row never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mou = models.ForeignKey(Mou, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveSmallIntegerField()
    content = models.TextField()  # canonical JSON, see queries/memorandum.py
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()
    sign_by = models.DateField(null=True, blank=True)  # by when the parties are asked to sign

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mou", "n"], name="mou_version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.n} of {self.mou}"
