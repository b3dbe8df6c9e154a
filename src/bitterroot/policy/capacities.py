"""Capacities: who acts, never a named person. Resolving to people is the rooms' work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capacity:
    """Someone that a step may name.

    `role` is the role in the policy that its holder must have, or None where it is a relation
    to the case (lead, supervisor) or someone outside. `many` means that it may stand for
    several people, each asked on their own. `outside` means that it may be someone without
    an account, who signs by link.
    """

    name: str
    sentence: str
    role: str | None = None
    many: bool = False
    outside: bool = False


CAPACITIES: dict[str, Capacity] = {
    capacity.name: capacity
    for capacity in (
        Capacity("lead", "The person who leads the program and its proposal."),
        Capacity("co-lead", "Each person named beside the lead.", many=True),
        Capacity("instructor", "Each instructor of the program.", role="instructor", many=True),
        Capacity("supervisor of lead", "The person to whom the lead reports."),
        Capacity("head of owner unit", "The head of the unit that owns the program.", role="head"),
        Capacity(
            "dean of owner unit", "The dean of the college that the unit belongs to.", role="dean"
        ),
        Capacity(
            "head of each partner unit", "The head of every partner unit.", role="head", many=True
        ),
        Capacity("graduate dean", "The dean of graduate studies.", role="graduate_dean"),
        Capacity(
            "officer of partner",
            "The officer who binds each organization outside.",
            many=True,
            outside=True,
        ),
        Capacity(
            "program office", "The office that runs micro-credentials.", role="program_officer"
        ),
        Capacity("registrar", "The registrar's office.", role="registrar"),
        Capacity("issuing officer", "Who issues non-credit badges.", role="issuing_officer"),
        Capacity("provost", "The provost or who acts for the provost.", role="provost"),
    )
}
