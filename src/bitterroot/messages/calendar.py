"""What stands in a person's calendar feed: what is due, the meetings of their bodies, their talks."""

import hashlib
from collections.abc import Iterator

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_see_body
from bitterroot.governance.interfaces.calendar import calendar, day_entry, meeting_entries
from bitterroot.governance.queries.bodies import seats_of, title_of
from bitterroot.governance.queries.meetings import coming
from bitterroot.messages.domain.letter import address
from bitterroot.messages.duties import duties_of
from bitterroot.people.models import Person
from bitterroot.proposals.domain.appointment import entries_for

#: Duties whose titles name a learner: a calendar program that others run need not know.
NAMING = frozenset(
    {"registrar:revocation", "registrar:appeal", "registrar:record_request", "registrar:problem"}
)


def feed_of(person: Person) -> bytes:
    """The person's days as an iCalendar file. Things without a day are not in it."""
    return calendar("Micro-credentials", _entries(person))


def feed_of_body(person: Person, body: str) -> bytes | None:
    """The coming meetings of a body as an iCalendar file, for who may see its pages; None for others."""
    if body not in policies.current().bodies or not may_see_body(person, body):
        return None
    title = title_of(body)
    return calendar(title, meeting_entries(title, coming(body)))


def _entries(person: Person) -> Iterator[bytes]:
    for duty in duties_of(person):
        if duty.due is None or duty.url_name in NAMING:
            continue
        link = address(duty.url_name, *duty.url_args)
        uid = hashlib.sha256(f"{duty.url_name} {duty.url_args} {duty.why}".encode()).hexdigest()
        yield day_entry(f"duty-{uid[:32]}", f"Due: {duty.title} ({duty.why})", duty.due, link)
    for body in sorted({s.seat.body for s in seats_of(person)}):
        yield from meeting_entries(title_of(body), coming(body))
    yield from entries_for(person)
