"""The two ways in which a verb says no. Screens show `str(error)` to the person as it is."""

from dataclasses import dataclass, field


class Refused(Exception):
    """The actor may not do this; the text names the rule in plain words."""


@dataclass(eq=False)
class NotPossible(Exception):
    """The state of things does not allow this now; `problems` lists what is missing, by field."""

    message: str
    problems: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule answers: allowed or not, why not, and in which capacity."""

    allowed: bool
    why: str = ""
    capacity: str = ""
    deputy: bool = False  # in someone's place

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> "Answer":
        """Itself when allowed. Raises `Refused` otherwise."""
        if not self.allowed:
            raise Refused(self.why)
        return self
