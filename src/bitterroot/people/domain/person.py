"""Persons, addresses, accounts, capacities: how they come to be and change."""

from datetime import date

from django.db import IntegrityError, transaction

from bitterroot.people.actor import Actor
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Account, Address, Person, RoleAssignment, Unit
from bitterroot.people.queries import normalize_address
from bitterroot.people.queries.offices import administrators
from bitterroot.people.rules import (
    keeps_apart,
    may_grant,
    may_manage_people,
    may_manage_self,
    may_mark_addresses,
    may_withhold,
)
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def create_person(
    *,
    by: Actor,
    display_name: str,
    family_name: str = "",
    given_name: str = "",
    title: str = "",
    netid: str | None = None,
    student_id: str | None = None,
    supervisor: Person | None = None,
) -> Person:
    """Make a person known. Event "person created"; nobody is told."""
    answer = may_manage_people(by).require()
    person = Person.objects.create(
        display_name=display_name.strip(),
        family_name=family_name,
        given_name=given_name,
        title=title,
        netid=netid,
        student_id=student_id,
        supervisor=supervisor,
        created_at=clock.now(),
    )
    note_person(by, person, "person created", answer.capacity)
    return person


@transaction.atomic
def add_address(
    *,
    by: Actor,
    person: Person,
    address: str,
    kind: AddressKind,
    primary: bool = False,
    verified: bool = False,
) -> Address:
    """Give `person` another e-mail address. Raises NotPossible when it is someone else's."""
    answer = may_manage_self(by, person).require()
    Person.objects.select_for_update().get(pk=person.pk)  # one change of addresses at a time
    if primary:
        person.addresses.filter(primary=True).update(primary=False)
    try:
        with transaction.atomic():
            row = Address.objects.create(
                person=person,
                address=address.strip(),
                normalized=normalize_address(address),
                kind=kind,
                primary=primary or not person.addresses.exists(),
                verified_at=clock.now() if verified else None,
            )
    except IntegrityError:
        raise NotPossible("This address already belongs to someone.") from None
    note_person(by, person, "address added", answer.capacity)
    return row


@transaction.atomic
def verify_address(*, by: Actor, address: Address) -> Address:
    """Record that the person answered from this address. The caller has checked the code."""
    row = Address.objects.select_for_update(of=("self",)).select_related("person")
    found = row.get(pk=address.pk)
    answer = may_manage_self(by, found.person).require()
    found.verified_at, found.bounced_at = clock.now(), None
    found.save(update_fields=["verified_at", "bounced_at"])
    note_person(by, found.person, "address verified", answer.capacity)
    return found


@transaction.atomic
def mark_bounced(*, by: Actor, address: Address, bounced: bool = True) -> Address:
    """Note that mail to an address came back, or that it works again. Event on its person."""
    answer = may_mark_addresses(by).require()
    row = Address.objects.select_for_update(of=("self",)).select_related("person")
    found = row.get(pk=address.pk)
    if (found.bounced_at is not None) != bounced:
        found.bounced_at = clock.now() if bounced else None
        found.save(update_fields=["bounced_at"])
        verb = "address bounced" if bounced else "address works again"
        note_person(by, found.person, verb, answer.capacity)
    return found


@transaction.atomic
def create_account(*, by: Actor, person: Person, username: str, password: str | None) -> Account:
    """A local sign-in for `person`; without a password it cannot be used until one is set.

    Raises NotPossible where the name is taken, or the person has an account.
    """
    answer = may_manage_people(by).require()
    account = Account(username=username.strip().lower(), person=person)
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # made at the same moment, or of one who has an account
        raise NotPossible("This name, or this person, has an account already.") from None
    note_person(by, person, "account created", answer.capacity)
    return account


@transaction.atomic
def assign_role(
    *,
    by: Actor,
    person: Person,
    role: Role,
    unit: Unit | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleAssignment:
    """Let `person` hold `role` from a day on (default: today)."""
    answer = may_grant(by, person, role).require()
    row = RoleAssignment.objects.create(
        person=person, role=role, unit=unit, starts_on=starts_on or clock.today(), ends_on=ends_on
    )
    note_person(
        by,
        person,
        "role assigned",
        answer.capacity,
        tell=by.person is not None,  # set-up and imports write to nobody
        role=role,
        unit=unit.key if unit else "",
    )
    return row


@transaction.atomic
def end_role(*, by: Actor, assignment: RoleAssignment, on: date) -> RoleAssignment:
    """Let a capacity end with the day `on`. What was done in it stands."""
    answer = may_manage_people(by).require()
    row = _locked(assignment)
    if on < row.starts_on:
        raise NotPossible("A role cannot end before it begins.")
    if row.role == Role.SYSTEM_ADMIN:
        require_another_administrator(row.person)
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    note_person(by, row.person, "role ended", answer.capacity, role=row.role)
    return row


@transaction.atomic
def delegate(*, by: Actor, assignment: RoleAssignment, to: Person, until: date) -> RoleAssignment:
    """While away, let someone else act in a capacity, up to and with the day `until`.

    Raises NotPossible for a capacity that has ended, whatever `assignment` still says.
    """
    row = _locked(assignment)
    answer = may_manage_self(by, row.person).require()
    if to == row.person:
        raise NotPossible("Choose someone else to act for you.")
    if why := keeps_apart(to, Role(row.role)):
        raise NotPossible(why)
    if row.ends_on is not None and row.ends_on < clock.today():
        raise NotPossible("This role has ended.")
    row.delegate, row.delegate_until = to, until
    row.save(update_fields=["delegate", "delegate_until"])
    note_person(by, row.person, "role delegated", answer.capacity, to=str(to.pk), until=until)
    return row


@transaction.atomic
def place_hold(*, by: Actor, person: Person, hold: bool) -> Person:
    """Set or lift the directory hold (FERPA). It wins over every choice of visibility.

    A person places it on themselves at once; the registrar lifts it, because others rely on it.
    """
    answer = may_withhold(by, person, hold=hold).require()
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.directory_hold != hold:
        row.directory_hold = hold
        row.save(update_fields=["directory_hold"])
        verb = "directory hold placed" if hold else "directory hold lifted"
        note_person(by, row, verb, answer.capacity)
    person.directory_hold = hold
    return row


def require_another_administrator(person: Person) -> None:
    """Raises NotPossible where nobody but `person` could administer. Holds the rows meanwhile."""
    rows = administrators().select_for_update(of=("self",)).order_by("pk")
    if all(row.person_id == person.pk for row in rows):
        raise NotPossible(
            "This is the last system administrator who can sign in. Name another one first."
        )


def _locked(assignment: RoleAssignment) -> RoleAssignment:
    """The row as it stands now, held until the transaction ends."""
    rows = RoleAssignment.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=assignment.pk)


def note_person(
    by: Actor, person: Person, verb: str, capacity: str, *, tell: bool = False, **data: object
) -> None:
    """Record an act on a person; `tell` where a mail follows."""
    about = f"person:{person.pk}"
    record_event(
        by=by, stream=about, verb=verb, about=about, capacity=capacity, data=dict(data), tell=tell
    )
