"""What people want to be written about: kept by them, asked before each mail."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.groups import GROUP_OF, OPTIONAL
from bitterroot.messages.models import MailChoices
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.rules import may_manage_self
from bitterroot.record import clock

#: Quiet for everyone who chose nothing else: from eight in the evening to seven, and weekends.
QUIET_FROM, QUIET_UNTIL, QUIET_WEEKENDS = 20, 7, True
SATURDAY = 5


@transaction.atomic
def choose_mails(
    *,
    by: Actor,
    person: Person,
    off: Collection[str],
    quiet_from: int,
    quiet_until: int,
    weekends: bool = False,
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
            "weekends": weekends,
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
    """When the mail may go out, where quiet hours hold it; else None.

    What cannot be switched off is never held, nor what is due on one of the days that it would be
    held through. Whoever made no choice has the evening, the night and weekends quiet.
    """
    if letter.template not in GROUP_OF:
        return None
    now = timezone.localtime(clock.now())
    quiet = choices or MailChoices(
        quiet_from=QUIET_FROM, quiet_until=QUIET_UNTIL, weekends=QUIET_WEEKENDS
    )
    ends = _end_of_quiet(now, quiet)
    if ends == now:
        return None
    due = due_of(letter)
    too_late = due is not None and now.date() <= due <= ends.date() != now.date()
    return None if too_late else ends


def _end_of_quiet(now: datetime, quiet: MailChoices) -> datetime:
    """The first moment from `now` on that is not quiet; `now` itself where it is not."""
    start, end = quiet.quiet_from, quiet.quiet_until
    hours = (end - start) % 24
    while True:
        whole = now.replace(minute=0, second=0, microsecond=0)
        into = (now.hour - start) % 24
        if hours and into < hours:
            now = whole + timedelta(hours=hours - into)
        elif quiet.weekends and now.weekday() >= SATURDAY:
            now = whole.replace(hour=0) + timedelta(days=7 - now.weekday())
        else:
            return now


def due_of(letter: Letter) -> date | None:
    """The day by which its reader would act, as far as the letter knows of one: the earliest."""
    found: list[date] = []
    for value in letter.context.values():
        for name in ("due_on", "closes_at", "starts_at", "scheduled_for"):
            day = getattr(value, name, None)
            if isinstance(day, datetime):
                day = timezone.localtime(day).date()
            if isinstance(day, date):
                found.append(day)
    return min(found, default=None)
