"""Who may do what with pilots, their reviews and their notices.

| act | lead | co-lead | head | dean | program office | provost, auditor | instructor of the year |
|---|---|---|---|---|---|---|---|
| see the pilot | yes | yes | yes | yes | yes | yes | its review |
| write the review or the notice | yes | yes | no | no | no | no | no |
| say in the review what one saw | no | no | no | no | no | no | yes |
| submit the review, sign the notice first | yes | no | no | no | no | no | no |
| acknowledge the review, sign the notice second | no | no | yes | no | no | no | no |
| rate, accept, return, waive; extend; end | no | no | no | no | yes | no | no |

The head is that of the owner unit; where the head leads the program, the next one above.
Nobody of the program office decides on a program that they lead.
"""

from collections.abc import Collection
from uuid import UUID

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Person
from bitterroot.people.queries import dean_of, first_holders, roles_of, with_parents
from bitterroot.people.queries.absences import acts_as, in_place_of
from bitterroot.people.rules import as_role
from bitterroot.programs import figures
from bitterroot.programs.domain.dates import looks_back_on
from bitterroot.programs.models import Program, ProgramReview


def head_for(program: Program) -> Person | None:
    """Who acts as head for the program today; never someone who leads it or acts for a lead."""
    return heads_for([program])[program.pk]


def _leads(found: Person, own: Collection[object]) -> bool:
    """Whether who was found for an office leads the program, or acts for one who does."""
    absence = in_place_of(found)
    return found.pk in own or (absence is not None and absence.person_id in own)


def heads_for(programs: Collection[Program]) -> dict[UUID, Person | None]:
    """Who acts as head for each: the nearest head above its unit, else the dean, if no author.

    Four queries, however many programs there are.
    """
    above = with_parents({program.owner_unit_id for program in programs})
    units = {unit for way in above.values() for unit in way}
    first = first_holders([Role.HEAD, Role.DEAN], units)
    own: dict[UUID, set[UUID]] = {program.pk: {program.lead_id} for program in programs}
    led = Program.co_leads.through.objects.filter(program__in=list(own))
    for key, person in led.values_list("program_id", "person_id"):
        own[key].add(person)
    found: dict[UUID, Person | None] = {}
    for program in programs:
        way = above[program.owner_unit_id]
        heads = [first[Role.HEAD, unit] for unit in way if (Role.HEAD, unit) in first]
        deans = [first[Role.DEAN, unit] for unit in way if (Role.DEAN, unit) in first][:1]
        fit = (each for each in (*heads, *deans) if not _leads(each, own[program.pk]))
        found[program.pk] = next(fit, None)
    return found


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


def may_contribute(by: Actor, review: ProgramReview) -> Answer:
    """Instructors of its program's offerings in the year that it looks back on, who do not lead it."""
    program = review.pilot.program
    if by.person is not None and not may_write(by, program):
        spans = figures.spans_taught(by.person, [program.pk])
        if spans and figures.teaches_in(spans, program.pk, looks_back_on(review)):
            return Answer(True, capacity="instructor")
    return Answer(False, "This is for instructors of the program's offerings in that year.")


def may_see_review(person: Person | None, review: ProgramReview) -> bool:
    """Who may see the pilot, and those who taught in the year that it looks back on.

    Of those the screen keeps drafts, what the office says to the lead, and what others who teach say.
    """
    if may_see_pilot(person, review.pilot.program):
        return True
    return person is not None and bool(may_contribute(Actor(person), review))


def is_head(by: Actor, program: Program) -> Answer:
    """The head of the owner unit, or their deputy while they are away; where the head leads the
    program, who stands above."""
    found = head_for(program)
    if acts_as(by.person, found):
        absence = in_place_of(found) if found == by.person else None
        whose = f", as deputy of {absence.person}" if absence else ""
        return Answer(True, capacity=f"head, {program.owner_unit.name}{whose}")
    return Answer(False, "Only the head of the program's unit may do this.")


def may_run(by: Actor, program: Program) -> Answer:
    """The program office, except for programs that one leads."""
    answer = as_role(by, Role.PROGRAM_OFFICER)
    if answer and may_write(by, program):
        return Answer(False, "Nobody decides on a program that they lead.")
    if answer.deputy:
        own = {program.lead_id, *program.co_leads.values_list("pk", flat=True)}
        return as_role(by, Role.PROGRAM_OFFICER, not_for=own) or Answer(
            False, "You stand in for one of its leads: someone else decides."
        )
    return answer


def may_see_versions(person: Person | None, program: Program) -> bool:
    """Who may see the pilot, and the offices that list it or issue its badge."""
    if may_see_pilot(person, program):
        return True
    offices = {Role.MARKETING, Role.REGISTRAR, Role.ISSUING_OFFICER}
    return person is not None and bool(roles_of(person) & offices)


def may_see_pilot(person: Person | None, program: Program) -> bool:
    """Leads, head and dean of the owner unit, the program office, the provost, auditors.

    Yearly reviews and notices are among what the provost sees (domain.md 5.8); who sits in a body
    reads them in its packet.
    """
    if person is None:
        return False
    offices = {Role.PROGRAM_OFFICER, Role.PROVOST, Role.AUDITOR}
    if may_write(Actor(person), program) or roles_of(person) & offices:
        return True
    return any(acts_as(person, found) for found in (head_for(program), dean_of(program.owner_unit)))
