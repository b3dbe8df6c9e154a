"""States of enrollments, tracking lists, issuance requests and their lines."""

from django.db.models import TextChoices


class ListState(TextChoices):
    DRAFT = "draft", "Being mended"
    SUBMITTED = "submitted", "Submitted"
    DISCARDED = "discarded", "Discarded"


class ListKind(TextChoices):
    CREDIT = "credit", "Credit-bearing"
    NONCREDIT = "noncredit", "Non-credit"


class RequestState(TextChoices):
    WITH_REGISTRAR = "with_registrar", "With the registrar"
    WITH_OFFICE = "with_office", "With the program office"
    ISSUING = "issuing", "Issuing"
    ISSUED = "issued", "Issued"
    RETURNED = "returned", "Returned"
    CANCELLED = "cancelled", "Cancelled"


class LineState(TextChoices):
    OK = "ok", "In order"
    WARNING = "warning", "Needs acknowledgement"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ERROR = "error", "To be mended"
    CHECKED = "checked", "Checked by the queue"
    ISSUED = "issued", "Issued"
    REFUSED = "refused", "Refused"
    NO_BADGE = "no_badge", "Opted out, no badge"


class EnrollmentState(TextChoices):
    ENROLLED = "enrolled", "Enrolled"
    WITHDRAWN = "withdrawn", "Withdrawn"
