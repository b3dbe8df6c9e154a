"""Naming people for offices, as an administrator or the operator does from today on."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.domain.passwords import require_good_password
from bitterroot.people.domain.person import (
    add_address,
    assign_role,
    create_account,
    create_person,
    note_person,
    require_another_administrator,
)
from bitterroot.people.enums import AddressKind, Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Account, Person, RoleAssignment, Unit
from bitterroot.people.queries import assignments, normalize_address
from bitterroot.people.rules import may_grant, may_manage_people
from bitterroot.policy import Policy
from bitterroot.record import clock

UNIT_SCOPES = ("unit", "program")  # of the policy: a role of these is held in a unit


@transaction.atomic
def add_person(
    *,
    by: Actor,
    policy: Policy,
    name: str,
    email: str,
    family_name: str = "",
    title: str = "",
    netid: str = "",
    password: str | None = None,
) -> Account:
    """Make a member of staff known, with an address and an account.

    A link opens the account, unless it begins with a password. They sign in with their NetID,
    or with the address where they have none. Raises NotPossible
    where the address, the NetID or the name to sign in with belongs to someone else, and for a
    weak password.
    """
    may_manage_people(by).require()
    check_new(name, email, password)
    name, email, netid = " ".join(name.split()), email.strip(), netid.strip().lower()
    username = netid or normalize_address(email)
    problems = []
    if netid and Person.objects.filter(netid__iexact=netid).exists():
        problems.append(("netid", "Someone signs in with this name already."))
    elif Account.objects.filter(username=username).exists():
        problems.append(("netid" if netid else "email", "Someone signs in with this already."))
    if problems:
        raise NotPossible("This person cannot be added yet.", problems)
    family_name = family_name.strip() or name.rpartition(" ")[2]
    person = create_person(
        by=by,
        display_name=name,
        family_name=family_name,
        given_name=name.removesuffix(family_name).strip(),
        title=title.strip(),
        netid=netid or None,
    )
    campus = policy.institution.is_campus_email(email)
    kind = AddressKind.CAMPUS if campus else AddressKind.PERSONAL
    try:
        add_address(by=by, person=person, address=email, kind=kind, primary=True)
    except NotPossible as error:
        raise NotPossible(str(error), [("email", str(error))]) from None
    return create_account(by=by, person=person, username=username, password=password)


@transaction.atomic
def grant_role(
    *, by: Actor, person: Person, role: str, unit: Unit | None, policy: Policy
) -> RoleAssignment:
    """Let `person` hold `role` from today on, where the policy says it is held.

    Raises NotPossible for a role that the policy or this release does not know, or of bodies,
    which have seats; without the unit that it needs, or with one too many; and where they
    hold it there already.
    """
    known = policy.roles.get(role)
    if known is None or role not in Role.values or known.scope == "body":
        raise NotPossible("There is no such role to grant here.", [("role", "Choose a role.")])
    may_grant(by, person, Role(role)).require()
    if known.scope in UNIT_SCOPES and unit is None:
        raise NotPossible(f"{known.title} is held in a unit.", [("unit", "Choose the unit.")])
    if known.scope not in UNIT_SCOPES and unit is not None:
        why = f"{known.title} is held in the whole institution."
        raise NotPossible(why, [("unit", "Leave the unit out.")])
    Person.objects.select_for_update().get(pk=person.pk)  # one change of roles at a time
    if assignments().filter(person=person, role=role, unit=unit).exists():
        raise NotPossible(f"{person.display_name} holds this role already.")
    return assign_role(by=by, person=person, role=Role(role), unit=unit)


@transaction.atomic
def end_role_now(*, by: Actor, assignment: RoleAssignment) -> None:
    """End a role at once: yesterday was its last day. One that began today is taken back.

    Raises NotPossible for the last system administrator, and for a role that has ended.
    """
    answer = may_manage_people(by).require()
    rows = RoleAssignment.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(pk=assignment.pk).first()
    today = clock.today()
    if row is None or (row.ends_on is not None and row.ends_on < today):
        raise NotPossible("This role has ended.")
    if row.role == Role.SYSTEM_ADMIN:
        require_another_administrator(row.person)
    _end(by, row, answer.capacity)


@transaction.atomic
def end_all_roles(*, by: Actor, person: Person) -> int:
    """End every role that `person` holds or would hold later; how many. Administrators: see above."""
    answer = may_manage_people(by).require()
    rows = RoleAssignment.objects.select_for_update().filter(person=person)
    running = [row for row in rows if row.ends_on is None or row.ends_on >= clock.today()]
    for row in running:
        _end(by, row, answer.capacity)
    return len(running)


def check_new(name: str, email: str, password: str | None) -> None:
    """Raises NotPossible for a name, an address or a password that nobody could have here."""
    problems = []
    if not 1 <= len(name.strip()) <= 200:
        problems.append(("name", "Give a name of at most 200 characters."))
    if not _is_address(email.strip()):
        problems.append(("email", "This is not an e-mail address."))
    if problems:
        raise NotPossible("This person cannot be added yet.", problems)
    if password is not None:
        require_good_password(password)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 150  # people may sign in with it


def _end(by: Actor, row: RoleAssignment, capacity: str) -> None:
    yesterday = clock.today() - timedelta(days=1)
    if row.starts_on <= yesterday:
        row.ends_on = yesterday
        row.save(update_fields=["ends_on"])
    else:
        row.delete()
    unit = row.unit_id or ""
    note_person(by, row.person, "role ended", capacity, role=row.role, unit=unit)
