"""What every page needs: the institution, the person, the way around, whether it is the demo."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from bitterroot.governance import policies
from bitterroot.governance.queries.bodies import seats_of
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.policy import Institution
from bitterroot.record import clock


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation; `roles` empty means everyone who is signed in."""

    label: str
    address: str
    roles: frozenset[str] = frozenset()


_PUBLIC = (Way("Catalog", "/catalog"), Way("Verify a badge", "/verify"), Way("Questions", "/faq"))
SITS = "sits"  # of someone without a role who sits in a body
_STAFF = frozenset(Role) - {Role.AUDITOR}
_ANSWER = (Role.PROGRAM_OFFICER, Role.AUDITOR, Role.HEAD, Role.DEAN, Role.GRADUATE_DEAN)
_SIGNED_IN = (
    Way("My work", "/work", frozenset({*Role, SITS})),
    Way("Proposals", "/work/proposals", _STAFF),
    Way("Lists", "/work/lists", frozenset({Role.INSTRUCTOR, Role.PROPOSER, Role.PROGRAM_OFFICER})),
    Way("Office", "/office", frozenset({Role.PROGRAM_OFFICER, Role.AUDITOR})),
    Way("Bodies", "/bodies", frozenset({*Role, SITS})),
    Way("Figures", "/figures", frozenset({*_ANSWER, "provost"})),
    Way("Marketing", "/work/marketing", frozenset({Role.MARKETING})),
    Way("Queue", "/queue", frozenset({Role.REGISTRAR, Role.ISSUING_OFFICER})),
    Way("People", "/office/people", frozenset({Role.SYSTEM_ADMIN})),
    Way("Policy", "/office/policy", frozenset({Role.SYSTEM_ADMIN})),
    Way("Signing", "/office/signing", frozenset({Role.SYSTEM_ADMIN})),
    Way("Outgoing mail", "/office/mail", frozenset({Role.SYSTEM_ADMIN})),
    Way("My badges", "/my/badges"),
)


def institution() -> Institution:
    """The institution as the policy in force names it."""
    return policies.current().institution


def without_person(request: HttpRequest) -> None:
    """Let the page be drawn as for a stranger, without asking the database."""
    request.ui_stranger = True  # type: ignore[attr-defined]


def _person(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    if getattr(request, "ui_stranger", False) or user is None or not user.is_authenticated:
        return None
    return user.person  # type: ignore[no-any-return]


ROOM = 74  # letters of the labels, and 3 an entry, that fit one line at 1280 px beside a name
NAME = 12  # letters of a name that is no wider than the line allows for; each more takes its room
MORE = 8  # of these, what the menu “More” takes


def _ways(request: HttpRequest, person: Person | None) -> dict[str, Any]:
    """`ways` that fit one line, `more_ways` that do not, and whether one of those is `present`."""
    ways = list(_PUBLIC)
    if person is not None:
        roles = roles_of(person) or frozenset({SITS} if seats_of(person) else ())
        mine = [way for way in _SIGNED_IN if not way.roles or way.roles & roles]
        ways = mine + list(_PUBLIC)
    here = [way for way in ways if (request.path + "/").startswith(way.address.rstrip("/") + "/")]
    present = max(here, key=lambda way: len(way.address), default=None)
    shown = [{"label": w.label, "address": w.address, "present": w == present} for w in ways]
    fit = _how_many_fit(ways, person.display_name if person else "")
    more = shown[fit:]
    return {
        "ways": shown[:fit],
        "more_ways": more,
        "more_present": any(way["present"] for way in more),
    }


def _how_many_fit(ways: list[Way], name: str) -> int:
    room = ROOM - min(max(0, len(name) - NAME), NAME)
    widths = [len(way.label) + 3 for way in ways]
    if sum(widths) <= room:
        return len(ways)
    return sum(1 for n in range(len(ways)) if sum(widths[: n + 1]) <= room - MORE)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """`institution`, `pilot_years` (0 without pilots), `person` (None for strangers), `ways` … At most three queries."""
    person = _person(request)
    return {
        "institution": institution(),
        "meets_in_public": any(each.public_meetings for each in policies.current().bodies.values()),
        "pilot_years": policies.current().pilot.years if policies.current().has_pilots else 0,
        "person": person,
        **_ways(request, person),
        "demo": settings.DEMO,
        "origin": settings.ORIGIN,
        "today": clock.today(),
    }
