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


class ConcurrenceState(TextChoices):
    ASKED = "asked", "Not answered yet"
    CONCURS = "concurs", "Concurs"
    COMMENTS = "comments", "Concurs, with a comment"
    OBJECTS = "objects", "Objects"
    NOT_ANSWERED = "not_answered", "Did not answer"
    WITHDRAWN = "withdrawn", "Is not asked any more"


class MouState(TextChoices):
    DRAFT = "draft", "In preparation"
    OUT_FOR_SIGNATURE = "out_for_signature", "Out for signature"
    EXECUTED = "executed", "Executed"
    ACTIVE = "active", "In force"
    EXPIRING = "expiring", "Ends soon"
    EXPIRED = "expired", "Expired"
    RENEWED = "renewed", "Renewed"
    TERMINATED = "terminated", "Terminated"


#: Signed by every party, and not over.
IN_FORCE = (MouState.EXECUTED, MouState.ACTIVE, MouState.EXPIRING)
#: Signed by every party at some time, whatever became of it.
SIGNED = (*IN_FORCE, MouState.EXPIRED, MouState.RENEWED, MouState.TERMINATED)
#: Being prepared or signed.
UNSIGNED = (MouState.DRAFT, MouState.OUT_FOR_SIGNATURE)
