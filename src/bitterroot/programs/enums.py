"""Kinds and states of programs, badges, reviews and notices, and what each state lets happen."""

from django.db.models import TextChoices


class Kind(TextChoices):
    CREDIT = "credit", "Credit"
    NONCREDIT = "noncredit", "Non-credit"
    HYBRID = "hybrid", "Hybrid"


class Track(TextChoices):
    MICRO = "microcredential", "Micro-credential"
    BADGE = "badge", "Stand-alone badge"
    NONCREDIT = "noncredit", "Non-credit program"


#: By the key that the policy has for each.
TRACKS = {
    "micro-credential": Track.MICRO,
    "badge": Track.BADGE,
    "noncredit": Track.NONCREDIT,
}


class ProgramState(TextChoices):
    """From the first proposal to the end. While a full proposal runs, its case says where it is."""

    PROPOSED = "proposed", "Proposed"
    DECLINED = "declined", "Declined"
    PILOT_APPROVED = "pilot_approved", "Pilot approved, not yet started"
    PILOT_ACTIVE = "pilot_active", "Pilot"
    INTENT_CONTINUE = "intent_continue", "Pilot, is to continue"
    INTENT_REMOVE = "intent_remove", "Pilot, is to be removed"
    FULL_PROPOSED = "full_proposed", "Pilot, full proposal under way"
    ESTABLISHED = "established", "Established"
    PILOT_LAPSED = "pilot_lapsed", "Pilot lapsed"
    SUSPENDED = "suspended", "Suspended"
    TEACH_OUT = "teach_out", "Teach-out"
    CLOSED = "closed", "Closed"
    ARCHIVED = "archived", "Closed, archived"


class TemplateState(TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


class MarketingState(TextChoices):
    DRAFT = "draft", "Draft"
    BLOCKED = "blocked_by_gate", "Waits for the approval"
    SUBMITTED = "submitted", "With the marketing office"
    ACCEPTED = "accepted", "Accepted"
    IN_PRODUCTION = "in_production", "In production"
    LIVE = "live", "Live"
    RETIRED = "retired", "Retired"


class ReviewState(TextChoices):
    SCHEDULED = "scheduled", "Not open yet"
    OPEN = "open", "Open"
    DRAFT = "draft", "Begun"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    WAIVED = "waived", "Waived"


class Rating(TextChoices):
    """What the program office makes of a pilot year."""

    ON_TRACK = "on_track", "On track"
    WATCH = "watch", "Watch"
    AT_RISK = "at_risk", "At risk"


class IntentState(TextChoices):
    OPEN = "open", "Open"
    SIGNED_BY_LEAD = "with_head", "Waits for the head"
    SUBMITTED = "submitted", "Submitted"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    SUPERSEDED = "superseded", "Replaced by a later one"
    LAPSED = "lapsed", "Lapsed"


class ReminderKind(TextChoices):
    """What the sweep reminds of, and from when it tells somebody higher up."""

    REVIEW_DUE = "review due"
    REVIEW_OVERDUE = "review overdue"
    REVIEW_TO_HEAD = "review told to head"
    REVIEW_TO_DEAN = "review told to dean"
    NOTICE_TARGET = "notice target"
    NOTICE_DUE = "notice due"
    NOTICE_OVERDUE = "notice overdue"
    FULL_DUE = "full proposal due"
    TEACH_OUT_END = "teach-out ends"


#: A program has at most one request in these states.
OPEN_MARKETING = (
    MarketingState.DRAFT,
    MarketingState.BLOCKED,
    MarketingState.SUBMITTED,
    MarketingState.ACCEPTED,
    MarketingState.IN_PRODUCTION,
)
#: The pilot's clock runs: reviews, notice and full proposal are asked for, and it can lapse.
RUNNING = (
    ProgramState.PILOT_ACTIVE,
    ProgramState.INTENT_CONTINUE,
    ProgramState.INTENT_REMOVE,
    ProgramState.FULL_PROPOSED,
)
#: States that a program has only where programs are approved on trial first.
OF_PILOTS = (*RUNNING, ProgramState.PILOT_APPROVED, ProgramState.PILOT_LAPSED)
#: The marketing gate: it may be listed, advertised, offered and enrolled in.
GATE_OPEN = (
    ProgramState.PILOT_APPROVED,
    ProgramState.PILOT_ACTIVE,
    ProgramState.INTENT_CONTINUE,
    ProgramState.FULL_PROPOSED,
    ProgramState.ESTABLISHED,
)
#: No new learners; those who began finish and are issued to.
FINISHING = (ProgramState.INTENT_REMOVE, ProgramState.PILOT_LAPSED, ProgramState.TEACH_OUT)
#: Its page answers though it is not in the catalog: badges point to it, and it says what became of it.
REMEMBERED = (
    *FINISHING,
    ProgramState.SUSPENDED,
    ProgramState.CLOSED,
    ProgramState.ARCHIVED,
)
#: It takes learners no more, or never will: nothing of it is advertised.
NO_MORE_LEARNERS = (*FINISHING, ProgramState.CLOSED, ProgramState.ARCHIVED, ProgramState.DECLINED)
#: Badges may be asked for and issued.
ISSUING = (
    ProgramState.PILOT_ACTIVE,
    ProgramState.INTENT_CONTINUE,
    ProgramState.FULL_PROPOSED,
    ProgramState.ESTABLISHED,
    *FINISHING,
)
#: A review that the lead still owes.
REVIEW_OWED = (ReviewState.OPEN, ReviewState.DRAFT, ReviewState.RETURNED)
#: A review that stands in the way of nothing any more.
REVIEW_GIVEN = (ReviewState.SUBMITTED, ReviewState.ACCEPTED, ReviewState.WAIVED)
