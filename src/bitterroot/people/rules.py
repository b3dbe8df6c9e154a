"""Who may manage persons. The system may where it says why."""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of


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
