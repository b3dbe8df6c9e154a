"""What anyone may read of bodies that meet in public: meetings, published agendas, approved minutes.

Of meetings from the day on since which the body meets in public; earlier ones stay with its members.
"""

import datetime as dt
import re
from collections.abc import Sequence

from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.enums import ItemState, MeetingState, MinutesState, Section
from bitterroot.governance.models import AgendaItem, Meeting, Minutes
from bitterroot.governance.queries.meetings import SECTIONS, coming, next_meetings
from bitterroot.policy.models.bodies import Body
from bitterroot.record import clock

#: Late items wait for a ruling of the chair and are not told before it; taken up, they are action items.
TOLD = (ItemState.LISTED, ItemState.DECIDED, ItemState.POSTPONED)
HELD = (MeetingState.ENDED, MeetingState.MINUTES_APPROVED)
_ADDRESS = re.compile(r"\S*(?:://|\bwww\.)|\b[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}/")


def open_bodies() -> list[Body]:
    """The bodies of the policy in force that meet in public."""
    return [body for body in policies.current().bodies.values() if body.public_meetings]


def open_body(key: str) -> Body | None:
    """The body with this key, if it meets in public."""
    body = policies.current().bodies.get(key)
    return body if body is not None and body.public_meetings else None


def place_for_all(place: str) -> str:
    """A place without the web address at which members join, and what follows it, such as a passcode.

    >>> place_for_all("University Center 330, or https://meet.example/77 (passcode 4711)")
    'University Center 330, and online'
    """
    found = _ADDRESS.search(place)
    if found is None:
        return place
    before = re.sub(r"(?:[\s,;:(/–-]|\b(?:or|and|at|via|by)\b)+$", "", place[: found.start()])
    return f"{before}, and online" if before else "Online"


def in_public(meeting: Meeting) -> Meeting:
    """The meeting as strangers read it; not to be saved."""
    meeting.place = place_for_all(meeting.place)
    return meeting


def is_public(meeting: Meeting) -> bool:
    """Whether strangers may read of this meeting."""
    body = open_body(meeting.body)
    return body is not None and body.meets_in_public(clock.day_of(meeting.starts_at))


def to_come(body: Body, most: int | None = None) -> list[Meeting]:
    """The meetings that are planned or in session, the next first, as strangers read them."""
    found = coming(body.key).filter(starts_at__gte=_since(body))
    return [in_public(meeting) for meeting in found[:most]]


def next_ones() -> dict[str, Meeting]:
    """The next meeting of each body that meets in public and has one, by its key, as strangers read it."""
    found = {}
    following = next_meetings()
    for body in open_bodies():
        first = following.get(body.key)
        if first is not None and not is_public(first):
            first = next(iter(to_come(body, 1)), None)
        if first is not None:
            found[body.key] = in_public(first)
    return found


def held(body: Body, most: int) -> list[Meeting]:
    """The meetings that are over, the last first."""
    found = Meeting.objects.filter(body=body.key, state__in=HELD, starts_at__gte=_since(body))
    return list(found.order_by("-starts_at")[:most])


def _since(body: Body) -> dt.datetime:
    """The moment from which on what the body does is public."""
    day = body.public_since or dt.date(1900, 1, 1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def agenda_of(meeting: Meeting) -> list[tuple[str, Sequence[AgendaItem]]]:
    """The titles of a published agenda by section; nothing before it is published."""
    if meeting.published_at is None and meeting.opened_at is None:
        return []
    items = list(
        meeting.items.filter(state__in=TOLD)
        .exclude(section=Section.LATE)
        .select_related("run__case")
        .order_by("position", "pk")
    )
    found = [(section, [item for item in items if item.section == section]) for section in SECTIONS]
    return [(str(Section(section).label), of) for section, of in found if of]


def minutes_of(meeting: Meeting) -> Minutes | None:
    """The minutes that the body approved; None before."""
    return meeting.minutes.filter(state=MinutesState.APPROVED).first()
