"""What people want to be written about: kept by them, asked before each mail."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.groups import AT_ONCE, GROUP_OF, OPTIONAL
from bitterroot.messages.models import MailChoices
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.rules import may_manage_self
from bitterroot.record import clock


@transaction.atomic
def choose_mails(
    *, by: Actor, person: Person, off: Collection[str], quiet_from: int, quiet_until: int
) -> MailChoices:
    """Keep what a person does without, and their quiet hours (0 to 23; equal means none)."""
    may_manage_self(by, person).require()
    known = {group.key for group in OPTIONAL}
    if unknown := set(off) - known:
        raise NotPossible(f"There is no such group of mails: {', '.join(sorted(unknown))[:80]}.")
    for name, hour in (("quiet_from", quiet_from), ("quiet_until", quiet_until)):
        if not 0 <= hour <= 23:
            raise NotPossible("Choose full hours.", [(name, "Choose an hour from 0 to 23.")])
    row, _ = MailChoices.objects.update_or_create(
        person=person,
        defaults={
            "off": sorted(set(off)),
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "changed_at": clock.now(),
        },
    )
    return row


def choices_of(people: Iterable[Person | None]) -> dict[object, MailChoices]:
    """The choices of those who made any, by the person's key. One query, none for nobody."""
    keys = {person.pk for person in people if person is not None}
    if not keys:
        return {}
    return {row.person_id: row for row in MailChoices.objects.filter(person__in=keys)}


def wanted(letter: Letter, choices: MailChoices | None) -> bool:
    """Whether the letter is to be written at all."""
    return choices is None or GROUP_OF.get(letter.template) not in choices.off


def not_before(letter: Letter, choices: MailChoices | None) -> datetime | None:
    """When the mail may go out, where quiet hours hold it; else None."""
    if choices is None or letter.template in AT_ONCE:
        return None
    start, end = choices.quiet_from, choices.quiet_until
    now = timezone.localtime(clock.now())
    hours = (end - start) % 24
    into = (now.hour - start) % 24
    if not hours or into >= hours:
        return None
    whole = now.replace(minute=0, second=0, microsecond=0)
    return whole + timedelta(hours=hours - into)
