"""One letter before it is written, and how letters are addressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import NoReverseMatch, reverse

from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address
from bitterroot.people.queries.absences import in_place_of


@dataclass(frozen=True, slots=True)
class Letter:
    """One message before it is written: template, receiver, what the template may mention."""

    template: str
    to_name: str
    to_address: str
    person: Person | None = None
    context: dict[str, Any] = field(default_factory=dict)
    attachment_name: str = ""
    attachment: bytes = b""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Letters about one thing that a day brings; `about` names it and which reminder it is."""

    about: str
    letters: Sequence[Letter]
    stream: str = ""  # of the case, award, … that it is about, for the log


def address(name: str, *args: object, otherwise: str = "/work") -> str:
    """The full address of a screen, as it stands in mails; `otherwise` where it is not served."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        path = otherwise
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def to_people(people: Iterable[Person], template: str, **context: Any) -> list[Letter]:
    """The same letter to each of `people`, once. A deputy's says for whom it comes (`away`)."""
    found: dict[Any, Person] = {}
    for person in people:
        if person.pk not in found or in_place_of(person) is None:
            found[person.pk] = person
    told = list(found.values())
    prefetch_related_objects(told, "addresses")  # asks for nobody whose are known
    words = {**context, "away": None}  # one for all: what they read alike is written once
    return [
        Letter(
            template,
            p.display_name,
            contact_address(p),
            p,
            words if (absence := in_place_of(p)) is None else {**words, "away": absence},
        )
        for p in told
    ]
