"""Who holds which capacity on a day."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, prefetch_related_objects

from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.models import Address, Person, RoleAssignment, Unit
from bitterroot.people.queries.absences import DEPUTIZED, deputies_of, held_by, with_absence
from bitterroot.record import clock

T = TypeVar("T")
_kept: ContextVar[dict[Any, list[Any]] | None] = ContextVar("holders_kept", default=None)


def assignments(on: date | None = None) -> QuerySet[RoleAssignment]:
    """All assignments that are in force on a day (default: today)."""
    day = on or clock.today()
    return RoleAssignment.objects.filter(starts_on__lte=day).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )


def holders(
    role: Role, unit: Unit | None = None, on: date | None = None, *, in_person: bool = False
) -> list[Person]:
    """Persons who hold `role` (in `unit`, if given), longest in office first.

    Where a holder has delegated and the delegation still runs, the delegate comes in their place;
    so does the deputy of one who is away, unless the holders `in_person` are asked for.
    """
    day = on or clock.today()
    kept = _kept.get()
    key = (role, unit.pk if unit else None, day, in_person)
    if kept is not None and key in kept:
        return list(kept[key])
    found = assignments(day).filter(role=role).select_related("person", "delegate")
    if unit is not None:
        found = found.filter(unit=unit)
    people: list[Person] = []
    for _, person in _acting(found, day, in_person=in_person):
        if person not in people:
            people.append(person)
    if kept is not None:
        prefetch_related_objects(people, "addresses")  # they are about to be written to
        kept[key] = people
    return list(people)


@contextmanager
def holders_kept() -> Iterator[None]:
    """Within it `holders` asks once for each role: for one round of letters, not for a request.

    Nothing that is done within it may change who holds a role or a seat, or anybody's addresses.
    """
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, find: Callable[[], list[T]]) -> list[T]:
    """What `find` gives; within `holders_kept` it is asked once for each key."""
    kept = _kept.get()
    if kept is None:
        return find()
    if key not in kept:
        kept[key] = find()
    return list(kept[key])


def _acting(
    found: QuerySet[RoleAssignment], day: date, *, in_person: bool = False
) -> Iterator[tuple[RoleAssignment, Person]]:
    """Each assignment, longest in office first, with who acts in it on that day. Two queries."""
    rows = list(with_absence(found.order_by("starts_on", "id"), day))
    away = [a for a in rows if a.role in DEPUTIZED and not in_person]
    deputies = deputies_of(a.absence_key for a in away)  # type: ignore[attr-defined]
    for a in rows:
        delegated = a.delegate and a.delegate_until and a.delegate_until >= day
        person = a.delegate if delegated and a.delegate else a.person
        if person == a.person and a in away:
            person = deputies.get(a.absence_key, person)  # type: ignore[attr-defined]
        yield a, person


def first_holders(
    roles: Collection[Role],
    units: Collection[str],
    on: date | None = None,
    *,
    in_person: bool = False,
) -> dict[tuple[str, str], Person]:
    """For each of these roles and units, whoever comes first among its `holders`. Two queries."""
    day = on or clock.today()
    found: dict[tuple[str, str], Person] = {}
    held = assignments(day).filter(role__in=roles, unit__in=units)
    for a, person in _acting(held.select_related("person", "delegate"), day, in_person=in_person):
        found.setdefault((a.role, str(a.unit_id)), person)
    return found


def with_parents(units: Iterable[str]) -> dict[str, list[str]]:
    """Each of these units with those above it, from itself to the top, by their keys. One query."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    found: dict[str, list[str]] = {}
    for unit in units:
        here: str | None = unit
        found[unit] = []
        while here is not None:
            found[unit].append(here)
            here = parents.get(here)
    return found


def holds(
    person: Person | None,
    role: Role,
    unit: Unit | None = None,
    on: date | None = None,
    *,
    not_for: Collection[Any] = (),
) -> bool:
    """Whether `person` holds `role` on that day, by appointment, delegation or as a deputy.

    As a deputy of someone in `not_for` (keys of persons) they do not.
    """
    if person is None:
        return False
    found = assignments(on).filter(held_by(person, on), role=role)
    if others := set(not_for) - {person.pk}:
        found = found.exclude(person__in=others)
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
    """Keys of the roles that `person` holds on that day, in any unit, a deputy's among them."""
    found = assignments(on).filter(held_by(person, on))
    return frozenset(found.values_list("role", flat=True))


def head_of(unit: Unit, on: date | None = None, *, in_person: bool = False) -> Person | None:
    """The head of `unit`, or of the nearest unit above it that has one; see `holders`."""
    return _upwards(Role.HEAD, unit, on, in_person)


def dean_of(unit: Unit, on: date | None = None, *, in_person: bool = False) -> Person | None:
    """The dean of the college that `unit` belongs to; see `holders`."""
    return _upwards(Role.DEAN, unit, on, in_person)


def _upwards(role: Role, unit: Unit, on: date | None, in_person: bool) -> Person | None:
    here: Unit | None = unit
    while here is not None:
        if found := holders(role, here, on, in_person=in_person):
            return found[0]
        here = here.parent
    return None


def find_by_address(address: str) -> Person | None:
    """The person to whom this e-mail address belongs, whatever its letters' case."""
    found = Address.objects.filter(normalized=normalize_address(address)).select_related("person")
    return next((a.person for a in found), None)


def owner_of(address: str) -> Person | None:
    """As `find_by_address`, where the address is proven to be theirs (`is_proven`)."""
    found = Address.objects.filter(normalized=normalize_address(address)).select_related("person")
    return next((a.person for a in found if is_proven(a)), None)


def is_proven(address: Address) -> bool:
    """Whether an address is its person's by more than the word of a list of learners.

    They answered from it, or whoever runs the system gave it them on the campus. Whoever uploads a list
    names what address they like beside anybody's student id.
    """
    return address.verified_at is not None or address.kind != AddressKind.PERSONAL


def find_colleague(typed: str) -> Person | None:
    """The person with this e-mail address or NetID, if they have an account or ever held an office.

    A learner, who needs neither, is as unknown here as an address that nobody has: staff do not
    find out by it who earns badges, nor their names.
    """
    found = Person.objects.filter(
        Q(addresses__normalized=normalize_address(typed)) | Q(netid=typed.strip().lower()),
        Q(account__isnull=False) | Q(assignments__isnull=False),
    )
    return found.distinct().order_by("pk").first()


def normalize_address(address: str) -> str:
    """Addresses are compared trimmed and in lower case; they are kept as written."""
    return address.strip().lower()


def masked(address: str) -> str:
    """“p…@city.example”: enough to tell it from another, not to write to it."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}"


def contact_address(person: Person) -> str:
    """The address to write to: the primary one, else the oldest; empty if there is none.

    Where mail to it came back, another one of theirs that they answered from takes its place.
    """
    found = sorted(person.addresses.all(), key=lambda a: (not a.primary, a.pk))
    if found and found[0].bounced_at is not None:
        found = [a for a in found if a.verified_at and not a.bounced_at] or found
    return found[0].address if found else ""
