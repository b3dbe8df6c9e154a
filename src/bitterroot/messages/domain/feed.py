"""A person's calendar feed: made, made anew, ended, and found by its token."""

import hashlib
import secrets

from django.db import transaction

from bitterroot.messages.models import CalendarFeed
from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import note_person
from bitterroot.people.models import Account, Person
from bitterroot.people.rules import may_manage_self
from bitterroot.record import clock
from bitterroot.record.models import Event


@transaction.atomic
def make_feed(*, by: Actor, person: Person) -> str:
    """A token for a new address; an older one stops working. It can be shown this once alone."""
    answer = may_manage_self(by, person).require()
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"digest": _digest(token), "made_at": clock.now()}
    )
    note_person(by, person, "calendar feed made", answer.capacity)
    return token


@transaction.atomic
def end_feed(*, by: Actor, person: Person) -> bool:
    """Let the address stop working. False where there was none."""
    answer = may_manage_self(by, person).require()
    gone, _ = CalendarFeed.objects.filter(person=person).delete()
    if gone:
        note_person(by, person, "calendar feed ended", answer.capacity)
    return bool(gone)


def person_of_feed(token: str) -> Person | None:
    """Whose feed it is; nobody's where it ended, or their account was closed since it was made.

    It is looked up by its digest, so how long that takes tells nothing about the token.
    """
    open_ = Account.objects.filter(person__calendar_feed__digest=_digest(token), is_active=True)
    account = open_.select_related("person__calendar_feed").first()
    if account is None:
        return None
    person = account.person
    closed = Event.objects.filter(about=f"person:{person.pk}", verb="account closed")
    return None if closed.filter(at__gte=person.calendar_feed.made_at).exists() else person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
