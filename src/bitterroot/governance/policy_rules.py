"""Who reads the rules, who puts changed ones forward, and who puts them in force (domain.md 5.8)."""

from bitterroot.governance.models import PolicyVersion
from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.rules import as_role


def may_read_policy(by: Actor) -> Answer:
    """The program office, auditors, and who runs the system."""
    return as_role(by, Role.PROGRAM_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN)


def may_put_forward(by: Actor) -> Answer:
    """The program office, and who runs the system."""
    return as_role(by, Role.PROGRAM_OFFICER, Role.SYSTEM_ADMIN)


def may_confirm_policy(by: Actor, row: PolicyVersion) -> Answer:
    """A system administrator who did not put it forward, nor acts for the one who did."""
    answer = as_role(by, Role.SYSTEM_ADMIN)
    if not answer or by.person is None:
        return answer
    if by.person.pk == row.put_forward_by_id:
        return Answer(False, "You put it forward: a second administrator confirms it.")
    if answer.deputy:
        answer = as_role(by, Role.SYSTEM_ADMIN, not_for={row.put_forward_by_id})
    if not answer:
        why = "You stand in for who put it forward: a second administrator confirms it."
        return Answer(False, why)
    return answer
