"""Whose figures a person may read: everything, or their own units and what lies below them."""

from dataclasses import dataclass

from bitterroot.people.actor import Actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import Answer
from bitterroot.people.models import Unit
from bitterroot.people.queries import assignments, roles_of

#: Offices that answer for all units. The system may read for its own reports.
ALL = frozenset({Role.PROGRAM_OFFICER, Role.AUDITOR, Role.GRADUATE_DEAN})
OWN = (Role.HEAD, Role.DEAN)


@dataclass(frozen=True, slots=True)
class Scope:
    """`units` is None for everything, else the keys of the units that count."""

    title: str
    units: frozenset[str] | None = None

    def narrowed(self, unit: Unit) -> "Scope":
        """The part of it that lies in `unit` and below."""
        inside = below([unit.pk])
        return Scope(unit.name, inside if self.units is None else inside & self.units)


def may_read_figures(by: Actor) -> Answer:
    """Offices that answer for the whole, heads and deans for their own units."""
    if by.person is None:
        return Answer(True, capacity="system")
    held = roles_of(by.person) & {*ALL, *OWN, "provost"}
    if held:
        return Answer(True, capacity=", ".join(sorted(held)))
    return Answer(False, "Figures are for the program office, the provost, deans and heads.")


def scope_of(by: Actor) -> Scope:
    """What `by` may read. Raises Refused for those who answer for nothing."""
    may_read_figures(by).require()
    if by.person is None or roles_of(by.person) & {*ALL, "provost"}:
        return Scope("All units")
    own = assignments().filter(person=by.person, role__in=OWN).exclude(unit=None)
    units = list(own.values_list("unit_id", "unit__name"))
    return Scope(", ".join(sorted({name for _, name in units})), below([pk for pk, _ in units]))


def below(keys: list[str]) -> frozenset[str]:
    """These units and all that belong to them. One query."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    wanted = set(keys)

    def belongs(key: str | None) -> bool:
        while key is not None:
            if key in wanted:
                return True
            key = parents.get(key)
        return False

    return frozenset(key for key in parents if belongs(key))
