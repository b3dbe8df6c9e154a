"""Persons, their addresses and their sign-in."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Upper

from bitterroot.people.enums import AddressKind


class Person(models.Model):
    """Someone the institution knows: staff, learner, or both. Never deleted, see erasure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    display_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=120, blank=True, default="")
    given_name = models.CharField(max_length=120, blank=True, default="")
    legal_name = models.CharField(max_length=200, blank=True, default="")  # registrar only
    title = models.CharField(max_length=120, blank=True, default="")  # "Associate Professor"
    # Other names under which lists and badges have them, one a line: they are found by each.
    also_named = models.TextField(blank=True, default="")
    netid = models.CharField(max_length=60, null=True, blank=True, unique=True)
    student_id = models.CharField(max_length=40, null=True, blank=True, unique=True)
    directory_hold = models.BooleanField(default=False)  # FERPA block: wins over everything
    no_badges = models.BooleanField(default=False)  # wants no badges; lists treat it as an opt-out
    supervisor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supervises"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(Upper("netid"), name="netid_any_case")]  # as iexact asks

    def __str__(self) -> str:
        return self.display_name


class Address(models.Model):
    """One e-mail address of a person. Matching is by `normalized`, writing by `address`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    address = models.EmailField(max_length=254)
    normalized = models.EmailField(max_length=254, unique=True)
    kind = models.CharField(max_length=10, choices=AddressKind)
    primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)  # a mail came back since

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(primary=True), name="one_primary_address"
            )
        ]

    def __str__(self) -> str:
        return self.address


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A local sign-in. The person is who acts; the account is only the door."""

    username = models.CharField(max_length=150, unique=True)  # NetID or e-mail, lower case
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    # The one-time link by which its person chooses a password: kept as a digest alone.
    link_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    link_to = models.EmailField(max_length=254, blank=True, default="")  # empty: not mailed

    USERNAME_FIELD = "username"
    objects = AccountManager()

    @property
    def state(self) -> str:
        """`closed`, `open`, or `not opened yet` before a password was chosen."""
        if not self.is_active:
            return "closed"
        return "open" if self.has_usable_password() else "not opened yet"

    def __str__(self) -> str:
        return self.username


class SignInPlace(models.Model):
    """A network and browser from which an account was used: a keyed digest, nothing to read."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="places")
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="place_once_an_account")
        ]

    def __str__(self) -> str:
        return f"{self.account} since {self.first_at:%Y-%m-%d}"
