"""Who may manage persons. The system may where it says why."""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Account, Person
from bitterroot.people.queries import roles_of
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


def as_role(by: Actor, *roles: Role) -> Answer:
    """Allowed for holders of one of `roles` on this day, in that capacity."""
    held = roles_of(by.person) if by.person else frozenset()
    for role in roles:
        if role in held:
            return Answer(True, capacity=str(role.label))
    wanted = " or ".join(str(role.label).lower() for role in roles)
    return Answer(False, f"This is for the {wanted}.")


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
