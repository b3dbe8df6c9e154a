"""Who acts: a person, or the system with a reason. Every verb takes one as `by=`."""

from dataclasses import dataclass

from bitterroot.people.models import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """`person` is None for the system, which then says why in `reason`."""

    person: Person | None
    reason: str = ""

    @property
    def ref(self) -> str:
        return f"person:{self.person.pk}" if self.person else "system"

    @property
    def name(self) -> str:
        return self.person.display_name if self.person else f"Bitterroot ({self.reason})"


def person(who: Person) -> Actor:
    """The actor for a person at a screen or a command."""
    return Actor(who)


def system(reason: str) -> Actor:
    """The actor for what the installation does by itself, e.g. `system("pilot clock")`."""
    if not reason:
        raise ValueError("the system acts only for a reason")
    return Actor(None, reason)
