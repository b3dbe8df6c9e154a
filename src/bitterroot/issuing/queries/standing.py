"""Whether an award still stands, in the institution's words, wherever it is shown."""

from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award
from bitterroot.record import clock


def no_longer_valid(award: Award) -> tuple[str, str] | None:
    """The word and the sentence for a badge that was revoked or is past its dates; else None."""
    if award.state == AwardState.REVOKED:
        why = award.public_reason or "It was withdrawn by the institution."
        return "Revoked.", f"This badge is no longer valid. {why}"
    if award.valid_until and award.valid_until < clock.now():
        return "Expired.", "This badge is past its dates."
    return None
