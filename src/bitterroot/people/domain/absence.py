"""Going away: a deputy acts in one's capacities from one day to another, and no longer."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Absence, Account, Person
from bitterroot.people.queries.absences import DEPUTIZED, lasting
from bitterroot.people.queries.offices import lasting_roles_of
from bitterroot.people.rules import keeps_apart, may_say_away
from bitterroot.people.seals import absence_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.in_words import day as day_in_words

MOST_DAYS = 366


@transaction.atomic
def announce_absence(
    *,
    by: Actor,
    person: Person,
    deputy: Person,
    starts_on: date,
    ends_on: date,
    note: str = "",
    reason: str = "",
) -> Absence:
    """Say that `person` is away, days inclusive, and that `deputy` acts for them. The deputy is told.

    Someone who fell ill cannot say it: then an office does, with a `reason`, and both are told. It
    does not name itself.

    Raises NotPossible, with the reason in words, for days that are over or too many, for one who
    is away or stands in for another in that time already, and for a deputy who is away then, has
    no account, or would run the system and decide.
    """
    answer = may_say_away(by, person).require()
    for_another = by.person is not None and by.person != person
    if for_another and not reason.strip():
        raise NotPossible("Say why; both read it.", [("reason", "Write a reason.")])
    if for_another and deputy == by.person:
        why = "Name someone other than yourself: nobody gives themselves an office."
        raise NotPossible(why, [("deputy", why)])
    keys = sorted({person.pk, deputy.pk})
    list(Person.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    _check_days(starts_on, ends_on)
    _check_deputy(person, deputy)
    if why := _why_not_then(person, deputy, starts_on, ends_on):
        raise NotPossible(why, [("deputy", why)])
    row = Absence.objects.create(
        person=person,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip()[:300],
        recorded_by=by.person if for_another else None,
        reason=reason.strip()[:300] if for_another else "",
        announced_at=clock.now(),
    )
    _note(by, row, "absence announced", answer.capacity)
    return row


@transaction.atomic
def end_absence(*, by: Actor, absence: Absence) -> Absence:
    """Come back earlier, or not go: the deputy acts no more, from this minute on, and is told.

    Where an office ends it, who was away is told too.
    """
    row = Absence.objects.select_for_update(of=("self",)).select_related("person", "deputy")
    found = row.get(pk=absence.pk)
    answer = may_say_away(by, found.person).require()
    if found.ended_at is not None or found.ends_on < clock.today():
        raise NotPossible("This absence is over already.")
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    _note(by, found, "absence ended", answer.capacity)
    return found


def _check_days(starts_on: date, ends_on: date) -> None:
    problems = []
    if starts_on < clock.today():
        problems.append(("starts_on", "Give today or a later day."))
    if ends_on < starts_on:
        problems.append(("ends_on", "The last day comes after the first."))
    elif ends_on - starts_on > timedelta(days=MOST_DAYS):
        problems.append(("ends_on", "A deputy acts for a year at most; then name one anew."))
    if problems:
        raise NotPossible("These days do not do.", problems)


def _check_deputy(person: Person, deputy: Person) -> None:
    why = ""
    if deputy == person:
        why = "Choose someone else to act."
    elif not Account.objects.filter(person=deputy, is_active=True).exists():
        why = f"{deputy.display_name} cannot sign in here, so nothing would reach them."
    else:
        held = sorted(lasting_roles_of(person) & DEPUTIZED)
        why = next((text for role in held if (text := keeps_apart(deputy, Role(role)))), "")
    if why:
        raise NotPossible(why, [("deputy", why)])


def _why_not_then(person: Person, deputy: Person, starts_on: date, ends_on: date) -> str:
    """Why the two do not fit with other absences of those days; empty if they do."""
    then = lasting().filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    about = then.filter(Q(person__in=[person, deputy]) | Q(deputy=person))
    for row in about.select_related("person", "deputy"):
        days = f"from {day_in_words(row.starts_on)} to {day_in_words(row.ends_on)}"
        if row.person_id == person.pk:
            return f"{person.display_name} is away {days} already. End that first, or choose other days."
        if row.person_id == deputy.pk and row.deputy_id == person.pk:
            return (
                f"{deputy.display_name} is away {days}, and {person.display_name} acts for them: two "
                "cannot stand in for each other. Choose someone who is there."
            )
        if row.person_id == deputy.pk:
            return f"{deputy.display_name} is away {days}. Choose someone who is there."
        return (
            f"{person.display_name} stands in for {row.person.display_name} {days}. "
            f"{row.person.display_name} must name someone else first."
        )
    return ""


def _note(by: Actor, row: Absence, verb: str, capacity: str) -> None:
    about = f"absence:{row.pk}"
    days = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        seal=absence_seal(row),
        data={"person": str(row.person_id), "deputy": str(row.deputy_id), **days},
    )
