"""States of awards, notations, revocations and appeals."""

from django.db.models import TextChoices


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


class RevocationState(TextChoices):
    REQUESTED = "requested", "Waits for a second person"
    APPROVED = "approved", "Revoked"
    REFUSED = "refused", "Not revoked"


class AppealState(TextChoices):
    FILED = "filed", "Waits for an answer"
    GRANTED = "granted", "Granted"
    DISMISSED = "dismissed", "Not granted"
