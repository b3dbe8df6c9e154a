"""What every page needs: the institution, the person, the way around, whether it is the demo."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.policy import Institution, load_policy
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation; `roles` empty means everyone who is signed in."""

    label: str
    address: str
    roles: frozenset[str] = frozenset()


_PUBLIC = (Way("Catalog", "/catalog"), Way("Verify a badge", "/verify"), Way("Questions", "/faq"))
_STAFF = frozenset(Role) - {Role.AUDITOR}
_SIGNED_IN = (
    Way("My work", "/work", frozenset(Role)),
    Way("Proposals", "/work/proposals", _STAFF),
    Way("Lists", "/work/lists", frozenset({Role.INSTRUCTOR, Role.PROPOSER, Role.PROGRAM_OFFICER})),
    Way("Office", "/office", frozenset({Role.PROGRAM_OFFICER, Role.AUDITOR})),
    Way("Queue", "/queue", frozenset({Role.REGISTRAR, Role.ISSUING_OFFICER})),
    Way("My badges", "/my/badges"),
)


def institution() -> Institution:
    """The institution as the policy in force names it."""
    return load_policy(settings.POLICY_DIR).institution


def without_person(request: HttpRequest) -> None:
    """Let the page be drawn as for a stranger, without asking the database."""
    request.ui_stranger = True  # type: ignore[attr-defined]


def _person(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    if getattr(request, "ui_stranger", False) or user is None or not user.is_authenticated:
        return None
    return user.person  # type: ignore[no-any-return]


def _ways(request: HttpRequest, person: Person | None) -> list[dict[str, Any]]:
    ways = list(_PUBLIC)
    if person is not None:
        roles = roles_of(person)
        mine = [way for way in _SIGNED_IN if not way.roles or way.roles & roles]
        ways = mine + list(_PUBLIC)
    here = [way for way in ways if (request.path + "/").startswith(way.address.rstrip("/") + "/")]
    present = max(here, key=lambda way: len(way.address), default=None)
    return [{"label": w.label, "address": w.address, "present": w == present} for w in ways]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """`institution`, `person` (None for strangers), `ways`, `demo`, `today`. At most two queries."""
    person = _person(request)
    return {
        "institution": institution(),
        "person": person,
        "ways": _ways(request, person),
        "demo": settings.DEMO,
        "origin": settings.ORIGIN,
        "today": clock.today(),
    }
