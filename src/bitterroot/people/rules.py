"""Who may manage persons. The system may where it says why."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Account, Person
from bitterroot.people.queries import assignments
from bitterroot.people.queries.absences import held_by
from bitterroot.people.queries.offices import lasting_roles_of

#: Offices that sign, decide or issue: whoever configures the system holds none (domain.md 5.2).
DECIDING = frozenset(
    {
        Role.SUPERVISOR,
        Role.HEAD,
        Role.DEAN,
        Role.GRADUATE_DEAN,
        Role.PROVOST,
        Role.PROGRAM_OFFICER,
        Role.ISSUING_OFFICER,
        Role.REGISTRAR,
    }
)


def as_role(by: Actor, *roles: Role, not_for: Collection[object] = ()) -> Answer:
    """Allowed for holders of one of `roles` on this day, in that capacity.

    The capacity of whoever stands in names for whom. A deputy of someone in `not_for` (keys of
    persons) does not act in that one's place.
    """
    held = _held(by.person, not_for) if by.person else {}
    for role in roles:
        if role in held:
            whose = held[role]
            words = f"{role.label}, as deputy of {whose}" if whose else str(role.label)
            return Answer(True, capacity=words, deputy=bool(whose))
    wanted = " or ".join(str(role.label).lower() for role in roles)
    return Answer(False, f"This is for the {wanted}.")


def _held(person: Person, not_for: Collection[object]) -> dict[str, str]:
    """The roles in which `person` acts today: for whom, in a name; empty in their own right."""
    found: dict[str, str] = {}
    rows = assignments().filter(held_by(person)).order_by("starts_on", "id")
    # Of few rows, but joined with all people, for PostgreSQL expects many.
    named = Subquery(Person.objects.filter(pk=OuterRef("person")).values("display_name"))
    for role, holder, name in rows.values_list("role", "person", named):
        if holder == person.pk:
            found[role] = ""
        elif holder not in not_for:
            found.setdefault(role, name)
    return found


def may_manage_people(by: Actor) -> Answer:
    """The system (imports, first set-up) and system administrators."""
    if by.person is None:
        return Answer(True, capacity="system")
    return as_role(by, Role.SYSTEM_ADMIN)


def may_manage_self(by: Actor, person: Person) -> Answer:
    """A person for themselves; else as `may_manage_people`."""
    if by.person is not None and by.person == person:
        return Answer(True, capacity="themselves")
    return may_manage_people(by)


def may_withhold(by: Actor, person: Person, *, hold: bool) -> Answer:
    """Place the directory hold: the person, the registrar. Lift it: the registrar; never one's own."""
    if by.person is not None and by.person == person:
        if hold:
            return Answer(True, capacity="themselves")
        return Answer(False, "The registrar lifts it: ask on your page about privacy.")
    if by.person is None:
        return Answer(True, capacity="system")
    return as_role(by, Role.REGISTRAR, Role.SYSTEM_ADMIN)


def may_say_away(by: Actor, person: Person) -> Answer:
    """A person for themselves; for someone who cannot, who runs the system and the program office."""
    if by.person is not None and by.person == person:
        return Answer(True, capacity="themselves")
    return may_record_absences(by)


def may_record_absences(by: Actor) -> Answer:
    """Write down who is away and who acts for them: the system, who runs it, the program office."""
    if by.person is None:
        return Answer(True, capacity="system")
    return as_role(by, Role.SYSTEM_ADMIN, Role.PROGRAM_OFFICER)


def may_mark_addresses(by: Actor) -> Answer:
    """Say that mail to an address comes back: the system, who runs it, the program office."""
    if by.person is None:
        return Answer(True, capacity="system")
    return as_role(by, Role.PROGRAM_OFFICER, Role.SYSTEM_ADMIN)


def keeps_apart(person: Person, role: Role) -> str:
    """Why `person` may not hold `role` beside what they hold or will hold; empty if they may."""
    held = lasting_roles_of(person)
    runs_and_decides = (role == Role.SYSTEM_ADMIN and held & DECIDING) or (
        role in DECIDING and Role.SYSTEM_ADMIN in held
    )
    if not runs_and_decides:
        return ""
    return (
        f"{person.display_name} would run the system and also sign, decide or issue. These are "
        "kept apart."
    )


def may_grant(by: Actor, person: Person, role: Role) -> Answer:
    """As `may_manage_people`, where the role does not clash with what the person holds."""
    answer = may_manage_people(by)
    if answer and (why := keeps_apart(person, role)):
        return Answer(False, why)
    return answer


def may_close(by: Actor, account: Account) -> Answer:
    """As `may_manage_people`, for accounts of others."""
    if by.person is not None and by.person == account.person:
        return Answer(False, "Another system administrator closes your account, not you.")
    return may_manage_people(by)
