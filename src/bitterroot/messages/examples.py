"""Example data for previews: every value that a letter may mention, invented, the same each time."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from bitterroot.governance import policies
from bitterroot.record import clock

_TEXTS = {
    "display_name": "Winona Bright Water",
    "name": "GIS for Community Planning",
    "title": "GIS for Community Planning",
    "case": "GIS for Community Planning",
    "proposal": "GIS for Community Planning",
    "program": "GIS for Community Planning",
    "mou": "Agreement with River Works LLC",
    "body": "Interdisciplinary subcommittee",
    "subject": "GIS for Community Planning",
    "place": "Main Hall 202",
    "by": "Dana Kipp",
    "holder": "Winona Bright Water",
    "role": "Marketing officer",
    "link": "https://badges.example.edu/an-example",
    "office_link": "https://badges.example.edu/an-example",
    "packet": "https://badges.example.edu/an-example",
    "code": "123456",
    "username": "wb101",
    "capacity_title": "Head, Department of Geography",
    "browser": "Firefox on Windows",
    "what": "a tracking list",
    "next_step": "Comments of the campus",
    "became": "was revoked",
    "named": "Revocation",
    "came_of_it": "Revoked",
    "outcome": "approved",
    "state": "open",
    "unit": "Department of Geography",
    "owner_unit": "Department of Geography",
}
_REASONS = ("reason", "comment", "comments", "text", "notes", "note", "why", "answer", "appeal")
_NUMBERS = frozenset(
    {"total", "done", "n", "rows", "lines", "days", "years", "year", "left", "earlier", "issued", "refused",
     "in_flight", "count", "have", "needed"}
)  # fmt: skip
_DAYS = frozenset(
    {"due", "on", "first", "month", "old", "new", "since", "at", "last_day", "cut_off", "sign_by"}
)


class Example(str):
    """A value that has whatever is asked of it, named by what was asked."""

    path: str

    def __new__(cls, path: str) -> "Example":
        last = path.rpartition(".")[2].removeprefix("get_").removesuffix("_display")
        if last in _REASONS or last.endswith("_reason"):
            text = "Here stands what was written as a reason."
        else:
            text = _TEXTS.get(last) or last.replace("_", " ").capitalize()
        made = super().__new__(cls, text)
        made.path = path
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return value_of(f"{self.path}.{name}")

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return value_of(f"{self.path}.{key}")
        raise TypeError(key)

    def __iter__(self) -> Iterator[Any]:
        return iter([Example(self.path), Example(self.path)])


def value_of(path: str) -> Any:
    """The example for a path of a template, by what it is called."""
    last = path.rpartition(".")[2]
    if last in _NUMBERS:
        return 3
    if last.endswith("_at") or last == "scheduled_for" or last == "at":
        return clock.now() + timedelta(days=7)
    if last.endswith(("_on", "_until", "_from")) or last in _DAYS:
        return clock.today() + timedelta(days=14)
    return Example(path)


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def words(names: Iterable[str]) -> dict[str, Any]:
    """Examples for a letter that mentions these names. Lists of several values are spelled out."""
    due = {"label": "Yearly review", "on": _day(30), "title": "Maps for Towns", "due": _day(30),
           "why": "Waits for your signature", "text": "Name the towns.", "due_on": _day(30)}  # fmt: skip
    return {name: value_of(name) for name in names} | {
        "institution": policies.current().institution,
        "name": "Winona Bright Water",
        "dues": [due, due],
        "duties": [due, due],
        "late": [due],
        "soon": [],
        "rest": [due],
        "conditions": [due],
        "moved": [("Yearly review", _day(10), _day(20))],
        "mend": [("Rationale", "Name the towns that asked for it.")],
        "matters": [("GIS for Community Planning", 3, 4)],
        "stages": [("Pilot", 4), ("Established", 7)],
    }
