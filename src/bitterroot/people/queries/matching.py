"""Which person a row of a list means: the institutional id, else an e-mail address, never a name."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Address, Person
from bitterroot.people.queries import normalize_address
from bitterroot.record import clock
from bitterroot.record.bulk import insert_rows
from bitterroot.record.ids import new_id

MOST_NAMES = 10  # by which one person is found beside their own
CHUNK = 500


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """What a row says of one learner. `addresses` in order, the first is written to."""

    key: Hashable
    student_id: str = ""
    addresses: tuple[str, ...] = field(default=())
    family_name: str = ""
    given_name: str = ""
    display_name: str = ""


def learners_for(lines: Sequence[LearnerFacts]) -> dict[Hashable, Person]:
    """The person of each line by its key; unknown ones are made, with their addresses.

    A row with an id that nobody has yet is a new person, even where its address is known: two
    people may share a mailbox. An address never moves from one person to another here. Must
    run in a transaction.
    """
    found: dict[Hashable, Person] = {}
    for start in range(0, len(lines), CHUNK):
        found.update(_chunk(lines[start : start + CHUNK]))
    return found


def _chunk(lines: Sequence[LearnerFacts]) -> dict[Hashable, Person]:
    ids = {line.student_id for line in lines if line.student_id}
    wanted = {normalize_address(a) for line in lines for a in line.addresses if a}
    by_id = {p.student_id: p for p in Person.objects.filter(student_id__in=ids)}
    owners = {
        a.normalized: a.person
        for a in Address.objects.filter(normalized__in=wanted).select_related("person")
    }
    found: dict[Hashable, Person] = {}
    people: list[Person] = []
    unaddressed: set[object] = set()  # ids of new people whose primary address is still to come
    addresses: list[Address] = []
    called: dict[UUID, list[str]] = {}  # id of one who was known before -> names of the lines
    made_now: set[object] = set()
    for line in lines:
        mine = [normalize_address(a) for a in line.addresses if a]
        person = by_id.get(line.student_id) if line.student_id else None
        if person is None and not line.student_id:
            person = next((owners[a] for a in mine if a in owners), None)
        if person is None:
            person = _new(line)
            people.append(person)
            unaddressed.add(person.pk)
            made_now.add(person.pk)
            if line.student_id:
                by_id[line.student_id] = person
        if person.pk in made_now:
            also_named(person, line.display_name)
        elif line.display_name != person.display_name:
            called.setdefault(person.pk, []).append(line.display_name)
        for written, normal in zip([a for a in line.addresses if a], mine, strict=True):
            if normal in owners:
                continue
            owners[normal] = person
            primary = person.pk in unaddressed
            addresses.append(_address(person, written, normal, primary=primary))
            unaddressed.discard(person.pk)
        found[line.key] = person
    insert_rows(Person, people)
    _note_names(called)
    insert_rows(Address, addresses)
    return found


def _note_names(called: dict[UUID, list[str]]) -> None:
    """Note names on the rows as they are now, held in one order: two lists may name the same people."""
    if not called:
        return
    rows = Person.objects.select_for_update().filter(pk__in=list(called)).order_by("pk")
    changed = []
    for row in rows:
        before = row.also_named
        for name in called[row.pk]:
            also_named(row, name)
        if row.also_named != before:
            changed.append(row)
    Person.objects.bulk_update(changed, ["also_named"], batch_size=CHUNK)


def also_named(person: Person, name: str) -> bool:
    """Note on the row, not saved, that the person is known by this name too. False if it was there.

    The last `MOST_NAMES` are kept.
    """
    names = [person.display_name, *person.also_named.splitlines()]
    if not name or name in names:
        return False
    person.also_named = "\n".join([*names[1:], name][-MOST_NAMES:])
    return True


def _new(line: LearnerFacts) -> Person:
    name = line.display_name or f"{line.given_name} {line.family_name}".strip()
    return Person(
        id=new_id(),
        display_name=name,
        family_name=line.family_name,
        given_name=line.given_name,
        student_id=line.student_id or None,
        created_at=clock.now(),
    )


def _address(person: Person, written: str, normal: str, *, primary: bool) -> Address:
    return Address(
        person=person,
        address=written.strip(),
        normalized=normal,
        kind=AddressKind.PERSONAL,
        primary=primary,
    )
