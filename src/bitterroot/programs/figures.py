"""What rooms above tell of a program: figures of its years, and what is still open in it.

`conf/wiring.py` registers the functions; without them there is nothing to tell.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from bitterroot.people.models import Person
from bitterroot.programs.models import Program


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Counts of one academic year. None: nobody keeps this here, the lead may say it."""

    offerings: int = 0
    enrolled: int | None = None
    completed: int = 0
    withdrawn: int | None = None
    issued: int = 0
    claimed: int = 0
    public: int = 0

    def document(self) -> dict[str, Any]:
        """As it is frozen into a review."""
        return asdict(self)


#: (program, first day, last day) -> figures of the offerings that begin between.
Counter = Callable[[Program, date, date], YearFigures]
#: program -> a sentence for each thing that is not finished: offerings, lists, requests.
OpenWork = Callable[[Program], list[str]]

#: person -> keys of the programs of whose offerings they are instructors, for use in a query.
Taught = Callable[[Person], QuerySet[Any, Any]]

_counters: list[Counter] = []
_open_work: list[OpenWork] = []
_taught: list[Taught] = []


def register(*, count: Counter, open_work: OpenWork, taught: Taught) -> None:
    """Let rooms above tell; the last one registered counts."""
    _counters[:] = [count]
    _open_work[:] = [open_work]
    _taught[:] = [taught]


def of_year(program: Program, first: date, last: date) -> YearFigures:
    """Figures of the offerings that begin from `first` to `last`."""
    return _counters[0](program, first, last) if _counters else YearFigures()


def open_work(program: Program) -> list[str]:
    """Why the program cannot close yet, in sentences; empty when nothing is open."""
    return _open_work[0](program) if _open_work else []


def taught_by(person: Person) -> QuerySet[Any, Any]:
    """Keys of the programs of whose offerings `person` is an instructor, for use in a query."""
    return _taught[0](person) if _taught else Program.objects.none().values_list("pk", flat=True)
