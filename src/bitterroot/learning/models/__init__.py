"""Who is earning: offerings, tracking lists and the issuance requests made from them."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.files.models import StoredFile
from bitterroot.learning.enums import EnrollmentState, LineState, ListKind, ListState, RequestState
from bitterroot.people.models import Person
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion


class Offering(models.Model):
    """One run of a program in a term."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="offerings")
    program_version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT)
    term = models.CharField(max_length=20)  # calendar key: "fall-2026"
    session = models.CharField(max_length=120, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(db_index=True)
    modality = models.CharField(max_length=20, blank=True, default="")
    instructors = models.ManyToManyField(Person, related_name="teaches")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.program} {self.term}"


class Enrollment(models.Model):
    """One learner on the roster of an offering, as its instructors know them."""

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="enrollments")
    identity = models.CharField(max_length=254)  # the student id, else the address
    student_id = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    family_name = models.CharField(max_length=120, blank=True, default="")
    given_name = models.CharField(max_length=120, blank=True, default="")
    consent = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=EnrollmentState, default=EnrollmentState.ENROLLED
    )
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offering", "identity"], name="enrolled_once")
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.identity


class StudentRecord(models.Model):
    """A student as the student system knows them; the registrar's, for checks alone."""

    student_id = models.CharField(max_length=40, primary_key=True)
    family_name = models.CharField(max_length=120, blank=True, default="")
    given_name = models.CharField(max_length=120, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.student_id


class TrackingList(models.Model):
    """An uploaded list while it is read, checked and mended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="lists")
    kind = models.CharField(max_length=10)  # credit, noncredit, hybrid
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT)
    filename = models.CharField(max_length=200, blank=True, default="")
    header = models.JSONField(default=dict)  # what reading found, see domain/tracking_list.py
    state = models.CharField(max_length=10, choices=ListState, default=ListState.DRAFT)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.filename or str(self.id)


class IssuanceRequest(models.Model):
    """A request to issue: a credit list can only reach the registrar, a non-credit one the office."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tracking_list = models.ForeignKey(
        TrackingList, on_delete=models.PROTECT, related_name="requests"
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="requests")
    template = models.ForeignKey(BadgeTemplate, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=ListKind)
    state = models.CharField(max_length=14, choices=RequestState)
    requested_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="issuance_requests"
    )
    submitted_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")  # from the requester to the queue
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # progress while issuing

    class Meta:
        constraints: ClassVar = [
            # The other queue is closed to it in the database as well.
            models.CheckConstraint(
                condition=~models.Q(kind="credit", state="with_office")
                & ~models.Q(kind="noncredit", state="with_registrar"),
                name="request_in_its_own_queue",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "state", "submitted_at", "id"], name="request_in_turn")
        ]

    def __str__(self) -> str:
        return f"{self.kind} request {self.id}"


class ListLine(models.Model):
    """One learner's row: cells as read and tidied, what was found, whom it means."""

    tracking_list = models.ForeignKey(TrackingList, on_delete=models.PROTECT, related_name="lines")
    request = models.ForeignKey(
        IssuanceRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
        db_index=False,  # the index below begins with it
    )
    number = models.PositiveIntegerField()  # 1 = first learner
    row = models.PositiveIntegerField(default=0)  # row in the sheet
    kind = models.CharField(max_length=10, choices=ListKind)
    cells = models.JSONField()  # tidied values by column key
    faults = models.JSONField(default=list)  # [code, column, number of the line it clashes with]
    errors = models.JSONField(default=list)  # fault codes that block
    warnings = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=LineState)
    opted_out = models.BooleanField(default=False)
    acknowledged_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    learner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="list_lines"
    )
    refusal = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tracking_list", "number"], name="line_once_in_list")
        ]
        # What is left to issue is found without reading what is issued, however long the list is.
        indexes: ClassVar = [
            models.Index(fields=["request", "state", "number"], name="line_left_to_issue")
        ]

    def __str__(self) -> str:
        return f"line {self.number}"
