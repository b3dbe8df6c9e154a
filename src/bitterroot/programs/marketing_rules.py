"""Who may ask for marketing, and who carries it out (domain.md 5.8)."""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.rules import as_role
from bitterroot.programs.models import MarketingRequest, Program
from bitterroot.programs.queries import is_own


def may_ask_for_marketing(by: Actor, program: Program) -> Answer:
    """The lead and co-leads of the program."""
    if is_own(program, by.person):
        return Answer(True, capacity="lead" if by.person == program.lead else "co-lead")
    return Answer(False, "Only the lead and co-leads ask for marketing of their program.")


def may_market(by: Actor) -> Answer:
    """The marketing office."""
    return as_role(by, Role.MARKETING)


def may_see_marketing(person: Person | None, request: MarketingRequest) -> bool:
    """The program's own people, the marketing office, the program office and auditors."""
    if is_own(request.program, person):
        return True
    offices = (Role.MARKETING, Role.PROGRAM_OFFICER, Role.AUDITOR)
    return bool(as_role(Actor(person=person), *offices)) if person else False
