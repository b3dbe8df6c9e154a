"""Drafts that wait to be read, and the duty that they are."""

from django.db.models import QuerySet

from bitterroot.messages.models import Mail, MailState
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import holds


def drafts() -> QuerySet[Mail]:
    """Oldest first."""
    return Mail.objects.filter(state=MailState.DRAFT).order_by("created_at", "pk")


def waiting_for(person: Person) -> list[Duty]:
    """One duty for all drafts, of the program office. Two queries where there are none."""
    oldest = drafts().only("created_at").first()
    if oldest is None or not holds(person, Role.PROGRAM_OFFICER):
        return []
    n = drafts().count()
    return [
        Duty(
            title=f"{n} letter{'' if n == 1 else 's'} to read",
            why="Waits to be read by the program office before it is sent",
            url_name="office:drafts",
            url_args=(),
            since=oldest.created_at,
            button="Read",
        )
    ]
