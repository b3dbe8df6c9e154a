"""One letter before it is written, and how letters are addressed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address


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


def address(name: str, *args: object, otherwise: str = "/work") -> str:
    """The full address of a screen, as it stands in mails; `otherwise` where it is not served."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        path = otherwise
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def to_people(people: Iterable[Person], template: str, **context: Any) -> list[Letter]:
    """The same letter to each of `people`, once."""
    found = {person.pk: person for person in people}
    return [
        Letter(template, p.display_name, contact_address(p), p, dict(context))
        for p in found.values()
    ]
