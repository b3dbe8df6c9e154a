"""Who is away on a day, and who acts for them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bitterroot.people.enums import Role
from bitterroot.people.models import Absence, Person, RoleAssignment
from bitterroot.record import clock

#: Capacities in which a deputy acts. Nobody writes, teaches or runs the system for another.
DEPUTIZED = frozenset(
    {
        Role.SUPERVISOR,
        Role.HEAD,
        Role.DEAN,
        Role.GRADUATE_DEAN,
        Role.PROVOST,
        Role.PROGRAM_OFFICER,
        Role.ISSUING_OFFICER,
        Role.REGISTRAR,
        Role.MARKETING,
    }
)


def running(on: date | None = None) -> QuerySet[Absence]:
    """The absences of a day (default: today)."""
    day = on or clock.today()
    return Absence.objects.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)


def lasting() -> QuerySet[Absence]:
    """The absences of today and of later days."""
    return Absence.objects.filter(ends_on__gte=clock.today(), ended_at=None)


def away_of(person: Person, on: date | None = None) -> Absence | None:
    """The absence of `person` on that day, if they are away."""
    return running(on).filter(person=person).select_related("person", "deputy").first()


def stood_for(deputy: Person, on: date | None = None) -> dict[Any, Absence]:
    """For whom `deputy` acts on that day: their absence by their key. One query."""
    found = running(on).filter(deputy=deputy).select_related("person")
    return {absence.person_id: absence for absence in found}


def held_by(person: Person, on: date | None = None) -> Q:
    """Assignments in which `person` acts on that day: their own, lent to them, or as a deputy."""
    day = on or clock.today()
    away = running(day).filter(deputy=person).values("person")
    return (
        Q(person=person)
        | Q(delegate=person, delegate_until__gte=day)
        | Q(person__in=away, role__in=DEPUTIZED)
    )


def with_absence(rows: QuerySet[RoleAssignment], day: date) -> QuerySet[RoleAssignment]:
    """The same rows; each says in `absence_key` whether its holder is away then."""
    away = running(day).filter(person=OuterRef("person")).order_by("starts_on").values("pk")[:1]
    return rows.annotate(absence_key=Subquery(away))


def deputies_of(keys: Iterable[Any]) -> dict[Any, Person]:
    """Deputies by the key of the absence. Each says in `in_place_of` for whom and until when."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    found = Absence.objects.filter(pk__in=wanted).select_related("person", "deputy")
    return {absence.pk: _in_place_of(absence) for absence in found}


def reached(people: Iterable[Person]) -> list[Person]:
    """Who is written to for `people` today: themselves, or who acts for them while they are away."""
    asked = list(people)
    away = running().filter(person__in=[p.pk for p in asked]).select_related("person", "deputy")
    acting = {absence.person_id: _in_place_of(absence) for absence in away}
    return [acting.get(person.pk, person) for person in asked]


def in_place_of(person: Person | None) -> Absence | None:
    """The absence for which a person was named here, where they are a deputy."""
    return getattr(person, "in_place_of", None)


def acts_as(person: Person | None, found: Person | None) -> bool:
    """Whether `person` is who was found for an office, or whom that one stands in for."""
    if person is None or found is None:
        return False
    absence = in_place_of(found)
    return person == found or (absence is not None and absence.person_id == person.pk)


def _in_place_of(absence: Absence) -> Person:
    deputy = absence.deputy
    deputy.in_place_of = absence  # type: ignore[attr-defined]
    return deputy
