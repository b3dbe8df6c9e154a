"""States and outcomes of a case, a signature and a decision."""

from django.db.models import TextChoices


class CaseState(TextChoices):
    OPEN = "open", "Open"
    ON_HOLD = "on_hold", "On hold"
    CLOSED = "closed", "Closed"


class RunState(TextChoices):
    OPEN = "open", "Open"
    WAITING = "waiting", "Waits for what it is bound with"
    DONE = "done", "Done"
    VOID = "void", "Void"
    SKIPPED = "skipped", "Skipped"


class SignatureState(TextChoices):
    WAITING_TURN = "waiting_turn", "Waits for its turn"
    REQUESTED = "requested", "Asked to sign"
    VIEWED = "viewed", "Opened, not yet signed"
    SIGNED = "signed", "Signed"
    RETURNED = "returned", "Returned with comment"
    DECLINED = "declined", "Declined to sign"
    EXPIRED = "expired", "Expired unanswered"
    VOID = "void", "Void"


#: How a request to sign is answered, or ends without an answer.
ANSWERED = (
    SignatureState.SIGNED,
    SignatureState.RETURNED,
    SignatureState.DECLINED,
    SignatureState.EXPIRED,
)


class Method(TextChoices):
    ACCOUNT = "account", "Signed in"
    LINK = "link", "One-time link and e-mail code"


class Outcome(TextChoices):
    APPROVED = "approve", "Approved"
    CONDITIONS = "approve_with_conditions", "Approved with conditions"
    RETURNED = "return", "Returned"
    REFERRED = "refer", "Referred"
    POSTPONED = "postpone", "Postponed"
    DECLINED = "decline", "Declined"
    PASSED = "passed", "Passed without objection"
    OBJECTED = "objected", "Objected to"
    NOTED = "noted", "Noted"
    ENDED = "ended", "Period ended"
    CONFIRMED = "confirmed", "Confirmed"
    WITHDRAWN = "withdraw", "Withdrawn"
    EARLIER = "earlier_decision", "Decided before Bitterroot"


#: Outcomes of a last step that let something be offered (with conditions: once all are closed).
OPENS_GATE = (Outcome.APPROVED, Outcome.CONDITIONS, Outcome.PASSED, Outcome.CONFIRMED)


class SeatOffice(TextChoices):
    MEMBER = "member", "Member"
    CHAIR = "chair", "Chair"
    SECRETARY = "secretary", "Secretary"


#: Who keeps a body: agenda, room, minutes.
KEEPERS = (SeatOffice.CHAIR, SeatOffice.SECRETARY)


class MeetingState(TextChoices):
    PLANNED = "planned", "Planned"
    PUBLISHED = "agenda_published", "Agenda published"
    IN_SESSION = "in_session", "In session"
    ENDED = "ended", "Ended"
    MINUTES_APPROVED = "minutes_approved", "Minutes approved"
    CANCELLED = "cancelled", "Cancelled"


class Section(TextChoices):
    CONSENT = "consent", "Consent"
    ACTION = "action", "Action"
    INFORMATION = "information", "Information"
    LATE = "late", "Late"


class ItemState(TextChoices):
    LISTED = "listed", "On the agenda"
    LATE = "late_needs_ruling", "Late, needs a ruling"
    REFUSED = "refused", "Not taken up"
    DECIDED = "decided", "Decided"
    POSTPONED = "postponed", "Postponed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ConflictKind(TextChoices):
    AUTHOR = "co_author", "Wrote the proposal"
    OWN_UNIT = "own_unit", "Comes from a unit that carries it"
    SUPERVISOR = "supervisor", "Supervises one who wrote it"
    SUPERVISED = "supervised", "Is supervised by one who wrote it"
    SIGNATORY = "signatory", "Signed the proposal"
    DECLARED = "declared", "Declared"


class ConflictState(TextChoices):
    FLAGGED = "flagged", "To be settled"
    CLEARED = "cleared", "May take part"
    RECUSED = "recused", "Recused"


#: Of a tie that nobody has cleared: its member settles nobody else's.
TIED = (ConflictState.FLAGGED, ConflictState.RECUSED)


class MotionState(TextChoices):
    MOVED = "moved", "Waits for a second"
    SECONDED = "seconded", "Before the body"
    CARRIED = "carried", "Carried"
    FAILED = "failed", "Failed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class BallotMethod(TextChoices):
    ROOM = "room", "In the room"
    ELECTRONIC = "electronic", "Electronic"


class BallotState(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    VOID = "void", "Void"


class VoteChoice(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    ABSTAIN = "abstain", "Abstain"


class MinutesState(TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"


class Circle(TextChoices):
    """Who is around a case. Comments go from one circle to another."""

    AUTHORS = "authors", "Authors"
    SIGNERS = "signers", "Those who sign"
    BODY = "body", "Members of the bodies that decide"
    OFFICE = "office", "Program office"
    EVERYONE = "everyone", "Everyone who may open this"
    CAMPUS = "campus", "The campus"
