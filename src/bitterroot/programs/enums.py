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


GATE_OPEN = (ProgramState.PILOT_APPROVED, ProgramState.PILOT_ACTIVE, ProgramState.ESTABLISHED)
ISSUING = (ProgramState.PILOT_ACTIVE, ProgramState.ESTABLISHED)
