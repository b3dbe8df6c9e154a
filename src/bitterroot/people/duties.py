"""A duty: one thing that waits for one person. Every room offers its own."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of "My work". `url_args` are the positional arguments of the address `url_name`."""

    title: str
    why: str
    url_name: str
    url_args: tuple[object, ...]
    since: datetime
    button: str
    due: date | None = None
