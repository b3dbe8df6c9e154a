"""What was awarded: keys, status lists, notations, awards with their signed bytes, revocations."""

import uuid
from typing import ClassVar

from django.db import models

from bitterroot.governance.models import Decision
from bitterroot.issuing.enums import (
    AppealState,
    AwardState,
    KeyUse,
    NotationState,
    RevocationKind,
    RevocationState,
    Visibility,
)
from bitterroot.issuing.models.asking import ProblemReport, RecordRequest
from bitterroot.issuing.models.collection import BoundCopy, Collection
from bitterroot.issuing.models.reading import ReadConsent, Reader, ReadSecret
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.people.models import Person
from bitterroot.programs.models import BadgeTemplate

__all__ = [
    "Appeal",
    "Award",
    "AwardDocument",
    "BodyEndorsement",
    "BoundCopy",
    "Canary",
    "Collection",
    "KeptBadge",
    "KeptFile",
    "PastDocument",
    "ProblemReport",
    "ReadConsent",
    "ReadSecret",
    "Reader",
    "RecordRequest",
    "Revocation",
    "SigningKey",
    "StatusList",
    "TranscriptNotation",
]


class SigningKey(models.Model):
    """The public half and its dates. The secret half is a file that this row never knows."""

    fragment = models.CharField(max_length=60, primary_key=True)  # did:web:…#<fragment>
    public_multibase = models.CharField(max_length=80, unique=True)
    listed_at = models.DateTimeField()  # in did.json since then
    active_from = models.DateTimeField()  # signs since then, until a later one does
    retired_at = models.DateTimeField(null=True, blank=True)  # may not assert since then
    compromised_since = models.DateTimeField(null=True, blank=True)  # may be in other hands
    compromised_at = models.DateTimeField(null=True, blank=True)  # when that was declared
    sign_anew = models.BooleanField(default=False)  # what it signed is signed again by another
    use = models.CharField(max_length=8, choices=KeyUse, default=KeyUse.BADGES)

    def __str__(self) -> str:
        return self.fragment


class StatusList(models.Model):
    """131,072 bits shared by many awards. Index order is a secret permutation, never reused."""

    n = models.PositiveIntegerField(primary_key=True)
    purpose = models.CharField(max_length=12, default="revocation")
    suspension = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="pair"
    )  # of a list of revocations: the list that says of the same places who is suspended
    seed = models.BinaryField()
    used = models.PositiveIntegerField(default=0)  # indices handed out
    bits = models.BinaryField()  # 16,384 bytes, index 0 = left-most bit
    version = models.PositiveIntegerField(default=0)  # grows with each changed bit
    published_version = models.IntegerField(default=-1)
    document = models.BinaryField(default=b"")  # the signed list credential
    published_at = models.DateTimeField(null=True, blank=True)
    lasting = models.BooleanField(
        default=False
    )  # the document has no end: restored from an archive

    def __str__(self) -> str:
        return f"status list {self.n}"


class TranscriptNotation(models.Model):
    """The registrar's record of a credit-bearing micro-credential."""

    line = models.OneToOneField(ListLine, on_delete=models.PROTECT, related_name="notation")
    student_id = models.CharField(max_length=40)
    term = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=NotationState, default=NotationState.TO_RECORD)
    recorded_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)
    sis_reference = models.CharField(max_length=80, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.text


class Award(models.Model):
    """One learner's badge (OB 3.0 AchievementCredential). Never edited silently, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public_id = models.CharField(max_length=32, unique=True)  # random, in the address
    template = models.ForeignKey(
        BadgeTemplate, on_delete=models.PROTECT, related_name="awards", db_index=False
    )
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards")
    display_name = models.CharField(max_length=200)
    request = models.ForeignKey(IssuanceRequest, on_delete=models.PROTECT, related_name="awards")
    line = models.OneToOneField(
        ListLine, null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )  # none for a correction: the award that it corrects has it
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, db_index=False)
    status_index = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.UNCLAIMED)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    claim_digest = models.CharField(max_length=64, blank=True, default="")
    claim_expires_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)  # stays through a revocation
    state_before = models.CharField(max_length=10, blank=True, default="")
    public_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["claim_digest"], name="award_claim", condition=~models.Q(claim_digest="")
            ),
            # Read backwards for the newest; rows come in this order, so its pages fill up.
            models.Index(fields=["valid_from", "id"], name="award_in_time"),
            models.Index(  # for those that end alone: most never do
                fields=["valid_until"],
                name="award_ends",
                condition=models.Q(valid_until__isnull=False),
            ),
            models.Index(
                fields=["revoked_at"],
                name="award_revoked",
                condition=models.Q(revoked_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="index_never_reused"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def standing(self) -> str:
        """How it stands, in a word or two; a corrected badge is not called a revoked one."""
        if self.state == AwardState.REVOKED:
            return "Replaced" if hasattr(self, "replaced_by") else str(AwardState.REVOKED.label)
        return "Suspended for now" if self.suspended_at else str(self.get_state_display())


class BodyEndorsement(models.Model):
    """The signed word of a deciding body for a badge; stands in all awards that its key signed.

    Written once, before the template's first award by that key, and kept for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(
        BadgeTemplate, on_delete=models.PROTECT, related_name="endorsements"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    endorser = models.CharField(max_length=80, db_index=True)  # in its address and identity
    n = models.PositiveSmallIntegerField()  # its place among those of the template
    body = models.BinaryField()  # signed JSON, UTF-8
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["template", "key", "n"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "decision", "key"], name="one_endorsement_of_a_decision"
            )
        ]

    def __str__(self) -> str:
        return self.endorser


class AwardDocument(models.Model):
    """The issued bytes: written once, kept for ever, never regenerated."""

    award = models.OneToOneField(
        Award, primary_key=True, on_delete=models.PROTECT, related_name="document"
    )
    body = models.BinaryField()  # signed JSON, UTF-8
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="documents")
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class PastDocument(models.Model):
    """Bytes of an award that were replaced because their key was compromised; kept for ever."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="past_documents")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class KeptFile(models.Model):
    """A file of a restored archive, byte for byte. Only what stands under `site/` is public."""

    path = models.CharField(max_length=300, primary_key=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.path


class KeptBadge(models.Model):
    """What a kept file that a key of ours signed needs of that key: a badge, or a copy of one."""

    file = models.OneToOneField(
        KeptFile, primary_key=True, on_delete=models.PROTECT, related_name="badge"
    )
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=32, db_index=True)
    signed_at = models.DateTimeField()  # as its proof says
    valid_until = models.DateTimeField(null=True, blank=True)
    revoked = models.BooleanField(default=False)  # when it was restored; nothing revokes it here
    is_copy = models.BooleanField(default=False)  # for a wallet; the badge itself has its own row

    def __str__(self) -> str:
        return self.file_id


class Revocation(models.Model):
    """Asked by one person, approved by another, with a reason that the learner is told.

    Also a suspension, which is the same for a while; and a correction, which brings a successor.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="revocations")
    kind = models.CharField(
        max_length=10, choices=RevocationKind, default=RevocationKind.REVOCATION
    )
    reason_code = models.CharField(max_length=30, blank=True)  # none of a suspension
    reason = models.TextField()
    state = models.CharField(
        max_length=10, choices=RevocationState, default=RevocationState.REQUESTED
    )
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_as = models.CharField(max_length=120, blank=True, default="")  # capacity
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")  # why it was refused
    corrected = models.JSONField(default=dict)  # what an award in its place says instead

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["award"], condition=models.Q(state="requested"), name="one_open_revocation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    @property
    def named(self) -> str:
        """Revocation, Correction or Suspension."""
        return "Correction" if self.corrected else str(self.get_kind_display())

    @property
    def came_of_it(self) -> str:
        """What became of it, in words: as in “Not suspended”."""
        done = {"Revocation": "Revoked", "Correction": "Corrected", "Suspension": "Suspended"}
        return {
            RevocationState.REQUESTED: f"{self.named}, waits for a second person",
            RevocationState.APPROVED: done[self.named],
            RevocationState.REFUSED: f"Not {done[self.named].lower()}",
        }[RevocationState(self.state)]


class Appeal(models.Model):
    """The learner's word against a revocation, and the answer; one for each revocation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revocation = models.OneToOneField(Revocation, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.FILED)
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"appeal: {self.state}"


class Canary(models.Model):
    """A badge of ours that nobody holds, and what every verifier must say of it (see domain/canaries)."""

    name = models.CharField(max_length=60)  # what it tries, as in "revoked"
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    body = models.BinaryField()  # JSON, PNG or SVG
    expected = models.CharField(max_length=20)  # a verdict of openbadges.verification
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    found = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "key"], name="one_canary_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"
