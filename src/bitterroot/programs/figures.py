"""What rooms above tell of a program: figures of its years, and what is still open in it.

`conf/wiring.py` registers the functions; without them there is nothing to tell.
"""

from collections.abc import Callable, Iterable
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

#: person -> the offerings of which they are instructors, as `program`, `starts_on`, `ends_on`; by
#: itself the keys of their programs, for use in a query.
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


def spans_taught(person: Person, programs: Iterable[Any]) -> list[tuple[Any, date, date]]:
    """The offerings of these programs of which `person` is an instructor: program, first and last day."""
    if not _taught:
        return []
    rows = _taught[0](person).filter(program__in=list(programs))
    return list(rows.values_list("program", "starts_on", "ends_on"))


def teaches_in(
    spans: Iterable[tuple[Any, date, date]], program: Any, days: tuple[date, date] | None
) -> bool:
    """Whether one of these offerings is of the program and runs in the days (any, where none are known)."""
    return any(
        of == program and (days is None or (starts <= days[1] and ends >= days[0]))
        for of, starts, ends in spans
    )
