"""Who may do what with pilots, their reviews and their notices.

| act | lead | co-lead | head | dean | program office | auditor |
|---|---|---|---|---|---|---|
| see the pilot | yes | yes | yes | yes | yes | yes |
| write the review or the notice | yes | yes | no | no | no | no |
| submit the review, sign the notice first | yes | no | no | no | no | no |
| acknowledge the review, sign the notice second | no | no | yes | no | no | no |
| rate, accept, return, waive; extend; end | no | no | no | no | yes | no |

The head is that of the owner unit; where the head leads the program, the next one above.
Nobody of the program office decides on a program that they lead.
"""

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import dean_of, head_of, roles_of
from bitterroot.people.rules import as_role
from bitterroot.programs.models import Program


def head_for(program: Program) -> Person | None:
    """Who acts as head for the program today; never someone who leads it."""
    own = {program.lead_id, *program.co_leads.values_list("pk", flat=True)}
    unit: Unit | None = program.owner_unit
    while unit is not None:
        found = head_of(unit)
        if found is not None and found.pk not in own:
            return found
        unit = unit.parent
    dean = dean_of(program.owner_unit)
    return dean if dean is not None and dean.pk not in own else None


def is_lead(by: Actor, program: Program) -> Answer:
    """The lead alone."""
    if by.person is not None and by.person.pk == program.lead_id:
        return Answer(True, capacity="program lead")
    return Answer(False, "Only the program's lead may do this.")


def may_write(by: Actor, program: Program) -> Answer:
    """The lead and co-leads."""
    if answer := is_lead(by, program):
        return answer
    if by.person is not None and program.co_leads.filter(pk=by.person.pk).exists():
        return Answer(True, capacity="co-lead")
    return Answer(False, "Only the program's leads write this.")


def is_head(by: Actor, program: Program) -> Answer:
    """The head of the owner unit, or who stands in where the head leads the program."""
    if by.person is not None and head_for(program) == by.person:
        return Answer(True, capacity=f"head, {program.owner_unit.name}")
    return Answer(False, "Only the head of the program's unit may do this.")


def may_run(by: Actor, program: Program) -> Answer:
    """The program office, except for programs that one leads."""
    answer = as_role(by, Role.PROGRAM_OFFICER)
    if answer and may_write(by, program):
        return Answer(False, "Nobody decides on a program that they lead.")
    return answer


def may_see_pilot(person: Person | None, program: Program) -> bool:
    """Leads, head and dean of the owner unit, the program office, auditors."""
    if person is None:
        return False
    if may_write(Actor(person), program) or roles_of(person) & {
        Role.PROGRAM_OFFICER,
        Role.AUDITOR,
    }:
        return True
    return person in (head_for(program), dean_of(program.owner_unit))
