"""A badge on its way into a wallet, and the copies that name a wallet's key."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.issuing.enums import CopyForm, WalletWay


class Collection(models.Model):
    """One link by which one wallet may take one badge once. Only digests of its secrets are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey("issuing.Award", on_delete=models.PROTECT, related_name="collections")
    way = models.CharField(max_length=8, choices=WalletWay)
    bind = models.BooleanField(default=False)  # the copy is to name the wallet's key
    link_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    pin_digest = models.CharField(max_length=64, blank=True, default="")  # keyed
    challenge = models.CharField(max_length=64, blank=True, default="")  # no secret: it is signed
    tries = models.PositiveSmallIntegerField(default=0)  # that failed
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True, blank=True)
    token_digest = models.CharField(max_length=64, blank=True, default="")
    token_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    subject = models.TextField(blank=True, default="")  # DID of the wallet that proved itself

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["token_digest"],
                name="collection_token",
                condition=~models.Q(token_digest=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} of {self.made_at}"


class BoundCopy(models.Model):
    """An award signed again for one wallet's key: same id, same status entry, same words.

    It never takes the place of the award's document; the mark on the status list is about both.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(
        "issuing.Award", on_delete=models.PROTECT, related_name="bound_copies"
    )
    subject = models.TextField()  # the DID that it names
    form = models.CharField(max_length=12, choices=CopyForm)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey("issuing.SigningKey", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]
