"""States and outcomes of a case, a signature and a decision."""

from django.db.models import TextChoices


class CaseState(TextChoices):
    OPEN = "open", "Open"
    ON_HOLD = "on_hold", "On hold"
    CLOSED = "closed", "Closed"


class RunState(TextChoices):
    OPEN = "open", "Open"
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
    VOID = "void", "Void"


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
