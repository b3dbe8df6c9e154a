"""Who holds which capacity on a day."""

from datetime import date

from django.db.models import Q, QuerySet

from bitterroot.people.enums import Role
from bitterroot.people.models import Address, Person, RoleAssignment, Unit
from bitterroot.record import clock


def assignments(on: date | None = None) -> QuerySet[RoleAssignment]:
    """All assignments that are in force on a day (default: today)."""
    day = on or clock.today()
    return RoleAssignment.objects.filter(starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def holders(role: Role, unit: Unit | None = None, on: date | None = None) -> list[Person]:
    """Persons who hold `role` (in `unit`, if given), longest in office first.

    Where a holder has delegated and the delegation still runs, the delegate comes in their place.
    """
    day = on or clock.today()
    found = assignments(day).filter(role=role).select_related("person", "delegate")
    if unit is not None:
        found = found.filter(unit=unit)
    people: list[Person] = []
    for a in found.order_by("starts_on", "id"):
        delegated = a.delegate and a.delegate_until and a.delegate_until >= day
        person = a.delegate if delegated and a.delegate else a.person
        if person not in people:
            people.append(person)
    return people


def holds(
    person: Person | None, role: Role, unit: Unit | None = None, on: date | None = None
) -> bool:
    """Whether `person` holds `role` on that day, by appointment or by a running delegation."""
    if person is None:
        return False
    day = on or clock.today()
    found = (
        assignments(day)
        .filter(role=role)
        .filter(Q(person=person) | Q(delegate=person, delegate_until__gte=day))
    )
    if unit is not None:
        found = found.filter(unit=unit)
    return found.exists()


def acts_for(delegate: Person | None, holder: Person | None, on: date | None = None) -> bool:
    """Whether `delegate` acts on that day in some office that `holder` holds."""
    day = on or clock.today()
    return (
        assignments(day)
        .filter(person=holder, delegate=delegate, delegate_until__gte=day)
        .exclude(delegate=None)
        .exists()
    )


def roles_of(person: Person, on: date | None = None) -> frozenset[str]:
    """Keys of the roles that `person` holds on that day, in any unit."""
    day = on or clock.today()
    return frozenset(
        assignments(day)
        .filter(Q(person=person) | Q(delegate=person, delegate_until__gte=day))
        .values_list("role", flat=True)
    )


def head_of(unit: Unit, on: date | None = None) -> Person | None:
    """The head of `unit`, or of the nearest unit above it that has one."""
    return _upwards(Role.HEAD, unit, on)


def dean_of(unit: Unit, on: date | None = None) -> Person | None:
    """The dean of the college that `unit` belongs to."""
    return _upwards(Role.DEAN, unit, on)


def _upwards(role: Role, unit: Unit, on: date | None) -> Person | None:
    here: Unit | None = unit
    while here is not None:
        if found := holders(role, here, on):
            return found[0]
        here = here.parent
    return None


def find_by_address(address: str) -> Person | None:
    """The person to whom this e-mail address belongs, whatever its letters' case."""
    found = Address.objects.filter(normalized=normalize_address(address)).select_related("person")
    return next((a.person for a in found), None)


def normalize_address(address: str) -> str:
    """Addresses are compared trimmed and in lower case; they are kept as written."""
    return address.strip().lower()


def contact_address(person: Person) -> str:
    """The address to write to: the primary one, else the oldest; empty if there is none."""
    found = sorted(person.addresses.all(), key=lambda a: (not a.primary, a.pk))
    return found[0].address if found else ""
