"""Who may look after outgoing mail."""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.rules import as_role


def may_tend_mail(by: Actor) -> Answer:
    """The program office and system administrators: see what goes out, and send it again."""
    return as_role(by, Role.PROGRAM_OFFICER, Role.SYSTEM_ADMIN)
