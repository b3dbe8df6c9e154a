"""States of awards, notations, revocations, appeals and requests; ways into a wallet."""

from django.db.models import TextChoices


class KeyUse(TextChoices):
    BADGES = "badges", "Badges, copies and status lists"
    PARTS = "parts", "Parts of badges that learners show"


class AwardState(TextChoices):
    UNCLAIMED = "unclaimed", "Issued, not yet claimed"
    CLAIMED = "claimed", "Claimed"
    DECLINED = "declined", "Declined by the learner"
    REVOKED = "revoked", "Revoked"


#: States in which a learner has the badge. Any other lets it be awarded anew.
HELD = (AwardState.UNCLAIMED, AwardState.CLAIMED)


class Visibility(TextChoices):
    PRIVATE = "private", "Nobody"
    LINK = "link", "People with the link"
    PUBLIC = "public", "Everyone"


class NotationState(TextChoices):
    TO_RECORD = "to_record", "To be recorded"
    RECORDED = "recorded", "Recorded"
    REFUSED = "refused", "Refused"


class RevocationKind(TextChoices):
    REVOCATION = "revocation", "Revocation"
    SUSPENSION = "suspension", "Suspension"


class RevocationState(TextChoices):
    REQUESTED = "requested", "Waits for a second person"
    APPROVED = "approved", "Revoked"
    REFUSED = "refused", "Not revoked"


class AppealState(TextChoices):
    FILED = "filed", "Waits for an answer"
    GRANTED = "granted", "Granted"
    DISMISSED = "dismissed", "Not granted"


class WalletWay(TextChoices):
    OPENID = "openid", "OpenID for Verifiable Credential Issuance"
    VCAPI = "vcapi", "Learner Credential Wallet"


class CopyForm(TextChoices):
    PROOF = "ldp_vc", "JSON with a Data Integrity proof"
    TOKEN = "jwt_vc_json", "Signed token (VC-JWT)"


class ReadSecretKind(TextChoices):
    CODE = "code", "Code"
    ACCESS = "access", "Access token"
    REFRESH = "refresh", "Refresh token"


class RecordKind(TextChoices):
    INSPECT = "inspect", "See what is held about me"
    CORRECT = "correct", "Correct what is held about me"
    ERASE = "erase", "Erase what may be erased"
    RELEASE = "release", "Show my directory information again"


class RecordState(TextChoices):
    WAITING = "waiting", "Waits for an answer"
    DONE = "done", "Done"
    REFUSED = "refused", "Not granted"


class ProblemKind(TextChoices):
    UNTRUE = "untrue", "Something on it is not true"
    PERSON = "person", "It names the wrong person"
    MISUSED = "misused", "Someone uses it who did not earn it"
    PAGE = "page", "The page cannot be read or does not work"
    OTHER = "other", "Something else"


class ProblemState(TextChoices):
    WAITING = "waiting", "Waits for an answer"
    MENDED = "mended", "Taken care of"
    DISMISSED = "dismissed", "Nothing was wrong"
