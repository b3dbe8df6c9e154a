"""States of consultations, proposals and agreements."""

from django.db.models import TextChoices


class ConsultationState(TextChoices):
    REQUESTED = "requested", "Requested"
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "Did not take place"


class ProposalState(TextChoices):
    DRAFT = "draft", "Draft"
    SIGNING = "signing", "Being signed"
    SUBMITTED = "submitted", "With the program office"
    IN_REVIEW = "in_review", "In review"
    RETURNED = "returned", "Returned to the proposer"
    APPROVED = "approved", "Approved"
    CONDITIONS = "approved_with_conditions", "Approved with conditions"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ON_HOLD = "on_hold", "On hold"


#: Neither decided nor withdrawn. A program has one proposal of a kind in these at most.
UNDER_WAY = (
    ProposalState.DRAFT,
    ProposalState.SIGNING,
    ProposalState.SUBMITTED,
    ProposalState.IN_REVIEW,
    ProposalState.RETURNED,
    ProposalState.CONDITIONS,
    ProposalState.ON_HOLD,
)


class MouState(TextChoices):
    DRAFT = "draft", "In preparation"
    OUT_FOR_SIGNATURE = "out_for_signature", "Out for signature"
    EXECUTED = "executed", "Executed"
