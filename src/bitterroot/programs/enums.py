"""Kinds and states of programs and badge templates (states that this release can reach)."""

from django.db.models import TextChoices


class Kind(TextChoices):
    CREDIT = "credit", "Credit"
    NONCREDIT = "noncredit", "Non-credit"
    HYBRID = "hybrid", "Hybrid"


class Track(TextChoices):
    MICRO = "microcredential", "Micro-credential"
    BADGE = "badge", "Stand-alone badge"


class ProgramState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    DECLINED = "declined", "Declined"
    PILOT_APPROVED = "pilot_approved", "Pilot approved, not yet started"
    PILOT_ACTIVE = "pilot_active", "Pilot"
    ESTABLISHED = "established", "Established"


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


#: A program has at most one request in these states.
OPEN_MARKETING = (
    MarketingState.DRAFT,
    MarketingState.BLOCKED,
    MarketingState.SUBMITTED,
    MarketingState.ACCEPTED,
    MarketingState.IN_PRODUCTION,
)
GATE_OPEN = (ProgramState.PILOT_APPROVED, ProgramState.PILOT_ACTIVE, ProgramState.ESTABLISHED)
ISSUING = (ProgramState.PILOT_ACTIVE, ProgramState.ESTABLISHED)
