"""Signatures that are asked for, and given, on a snapshot."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.enums import Method, SignatureState
from bitterroot.governance.models.case import Case, Snapshot
from bitterroot.people.models import Person


class SignatureRequest(models.Model):
    """One capacity is asked, in order, to sign one case. A void one stays and a new one is asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signatures")
    order = models.PositiveSmallIntegerField()
    capacity = models.CharField(max_length=120)  # the policy's words: "head of owner unit"
    capacity_title = models.CharField(max_length=200)  # "Chair, Department of Geography"
    covers = models.JSONField(default=list)  # section keys; empty = everything
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="signature_requests"
    )
    partner_name = models.CharField(max_length=200, blank=True, default="")  # outside, by link
    partner_email = models.EmailField(blank=True, default="")
    partner_asked = models.EmailField(blank=True, default="")  # in the packet, where it was wrong
    turn = models.PositiveSmallIntegerField(default=0)  # links of an earlier turn open nothing
    link_digest = models.CharField(
        max_length=64, blank=True, default="", db_index=True
    )  # SHA-256 of the token
    link_expires_at = models.DateTimeField(null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    codes_made = models.PositiveSmallIntegerField(default=0)  # since `codes_since`
    codes_since = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=14, choices=SignatureState, default=SignatureState.WAITING_TURN
    )
    due_on = models.DateField(null=True, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # who is asked now, instead of another
    viewed_at = models.DateTimeField(null=True, blank=True)
    delegated_from = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="signatures"
    )
    snapshot_sha256 = models.CharField(max_length=64, blank=True, default="")
    typed_name = models.CharField(max_length=200, blank=True, default="")
    statement = models.TextField(blank=True, default="")
    method = models.CharField(max_length=10, choices=Method, blank=True, default="")
    comment = models.TextField(blank=True, default="")
    acted_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["order", "requested_at"]

    def __str__(self) -> str:
        return f"{self.capacity_title}: {self.state}"
