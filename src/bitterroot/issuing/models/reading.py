"""Programs of others that a learner lets read badges, and for how long."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.issuing.enums import ReadSecretKind
from bitterroot.people.models import Person


class Reader(models.Model):
    """A program that registered itself. By that alone it may read nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)  # as it calls itself; its host is what can be relied on
    host = models.CharField(max_length=253)
    about = models.JSONField(default=dict)  # its other addresses, as it registered them
    redirect_uris = models.JSONField(default=list)
    scope = models.TextField()  # what it may ask for
    secret_digest = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"


class ReadConsent(models.Model):
    """A learner's word that one reader may read their badges, until they end it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="read_consents")
    scope = models.TextField()
    everything = models.BooleanField(default=False)  # also badges that nobody else sees
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reader", "person"],
                condition=models.Q(ended_at=None),
                name="one_consent_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} since {self.given_at}"


class ReadSecret(models.Model):
    """A code or a token that a reader holds; only its digest is kept. Gone when it is over."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=8, choices=ReadSecretKind)
    consent = models.ForeignKey(ReadConsent, on_delete=models.PROTECT, related_name="secrets")
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    redirect_uri = models.TextField(blank=True, default="")  # of a code
    challenge = models.CharField(max_length=43, blank=True, default="")  # of a code: PKCE, S256

    def __str__(self) -> str:
        return f"{self.kind} until {self.until}"
