"""Whether an award still stands, in the institution's words, wherever it is shown."""

from django.utils import timezone

from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award
from bitterroot.record import clock


def no_longer_valid(award: Award) -> tuple[str, str] | None:
    """The word and the sentence for a badge that does not count now; None for one that does.

    Replaced by a corrected one, revoked, suspended for now, or past its dates. One query more for
    one that was revoked.
    """
    if award.state == AwardState.REVOKED:
        why = award.public_reason or "It was withdrawn by the institution."
        word = "Replaced." if hasattr(award, "replaced_by") else "Revoked."
        return word, f"This badge is no longer valid. {why}"
    if award.suspended_at:
        since = f"{timezone.localtime(award.suspended_at):%d %B %Y}"
        return (
            "Suspended.",
            f"Since {since} this badge does not count, until the institution lifts it.",
        )
    if award.valid_until and award.valid_until < clock.now():
        return "Expired.", "This badge is past its dates."
    return None
