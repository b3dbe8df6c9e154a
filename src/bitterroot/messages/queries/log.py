"""What was written about one case, or to one person: which letter, to whom, whether it arrived."""

from django.db.models import QuerySet

from bitterroot.governance.models import Case
from bitterroot.messages.models import Mail
from bitterroot.people.models import Person


def about_case(case: Case) -> QuerySet[Mail]:
    """Newest first: of its events, and reminders of what is due in it."""
    found = Mail.objects.filter(stream=f"case:{case.pk}")
    return _in_order(found.exclude(stream=""))  # said for SQLite, which uses the index then


def to_person(person: Person) -> QuerySet[Mail]:
    """Newest first."""
    return _in_order(Mail.objects.filter(person=person))


def _in_order(found: QuerySet[Mail]) -> QuerySet[Mail]:
    return found.defer("attachment").order_by("-created_at", "-pk")
