"""Meetings: planned, their agenda published, opened, ended; who comes and goes."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_keep, why_not_in_session
from bitterroot.governance.domain.ballot_keeping import void as make_void
from bitterroot.governance.enums import BallotMethod, BallotState, ItemState, MeetingState
from bitterroot.governance.models import AgendaItem, Attendance, Ballot, Meeting
from bitterroot.governance.queries.bodies import sits_on, sitting, sitting_of
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.people.queries.absences import running
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

BEFORE = (MeetingState.PLANNED, MeetingState.PUBLISHED)


@transaction.atomic
def plan_meeting(*, by: Actor, body: str, starts_at: datetime, place: str) -> Meeting:
    """Plan a meeting. The cut-off for its agenda is counted back from it in business days.

    Raises NotPossible for a moment that is past, and for a day on which a body that keeps to
    the academic year does not sit.
    """
    answer = may_keep(by, body).require()
    policy = policies.current()
    known = policy.bodies[body]
    day = timezone.localtime(starts_at).date()
    if starts_at <= clock.now():
        raise NotPossible("Choose a time that is still to come.", [("starts_at", "Is past.")])
    if not place.strip():
        raise NotPossible("Say where, or how to join.", [("place", "Name the place.")])
    if not policy.calendar.is_business_day(day):
        raise NotPossible("The offices are closed on that day.", [("starts_at", "Is no workday.")])
    if not sits_on(body, day):
        raise NotPossible(
            f"{known.title} does not sit on that day.", [("starts_at", "Is out of session.")]
        )
    meeting = Meeting.objects.create(
        body=body,
        starts_at=starts_at,
        place=place.strip(),
        cut_off=cut_off_of(body, day),
    )
    note(by, meeting, "meeting planned", answer.capacity, starts_at=starts_at.isoformat())
    return meeting


def cut_off_of(body: str, day: date) -> date:
    """The last day on which something can be put on the agenda without a ruling."""
    policy = policies.current()
    return policy.calendar.add_business_days(day, -policy.bodies[body].cut_off_days)


@transaction.atomic
def cancel_meeting(*, by: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Call a meeting off. What was on its agenda waits for another."""
    answer = may_keep(by, meeting.body).require()
    meeting = lock(meeting)
    if meeting.state not in BEFORE:
        raise NotPossible(_no(meeting))
    if not reason.strip():
        raise NotPossible("Say why; members read it.", [("reason", "Write a reason.")])
    meeting.note = reason.strip()
    _put_off(meeting)
    _set(by, meeting, MeetingState.CANCELLED, "meeting cancelled", answer.capacity)
    return meeting


@transaction.atomic
def publish_agenda(*, by: Actor, meeting: Meeting) -> Meeting:
    """Make the agenda known to members; the packet is as it stands now for each matter."""
    answer = may_keep(by, meeting.body).require()
    meeting = lock(meeting)
    if meeting.state != MeetingState.PLANNED:
        raise NotPossible(_no(meeting))
    if meeting.items.filter(state=ItemState.LATE).exists():
        raise NotPossible("Rule on the late items first.")
    meeting.published_at = clock.now()
    _set(by, meeting, MeetingState.PUBLISHED, "agenda published", answer.capacity)
    return meeting


@transaction.atomic
def open_meeting(*, by: Actor, meeting: Meeting) -> Meeting:
    """Call the meeting to order. Whoever opens it is noted as present."""
    answer = may_keep(by, meeting.body).require()
    meeting = lock(meeting)
    if meeting.state not in BEFORE:
        raise NotPossible(_no(meeting))
    if timezone.localtime(meeting.starts_at).date() > clock.today():
        raise NotPossible("The meeting is on a later day.")
    meeting.opened_at = clock.now()
    _set(by, meeting, MeetingState.IN_SESSION, "meeting opened", answer.capacity)
    assert by.person is not None
    _come(by, meeting, by.person, answer.capacity)
    return meeting


@transaction.atomic
def end_meeting(*, by: Actor, meeting: Meeting) -> list[Ballot]:
    """End the meeting. Everyone leaves, and what was not decided waits for another.

    A ballot in the room that is still open becomes void, and says so; electronic ones go on
    until their window closes. Gives the ballots that became void.
    """
    answer = may_keep(by, meeting.body).require()
    meeting = lock(meeting)
    if meeting.state != MeetingState.IN_SESSION:
        raise NotPossible(_no(meeting))
    now = clock.now()
    still = Ballot.objects.filter(
        motion__item__meeting=meeting, method=BallotMethod.ROOM, state=BallotState.OPEN
    )
    void = [
        make_void(by=by, ballot=ballot, why="The meeting ended while this ballot was open.")
        for ballot in still
    ]
    for attendance in meeting.attendance.filter(left_at__isnull=True):
        attendance.left_at = now
        attendance.save(update_fields=["left_at"])
    _put_off(meeting)
    meeting.ended_at = now
    _set(by, meeting, MeetingState.ENDED, "meeting ended", answer.capacity, void=len(void))
    return void


@transaction.atomic
def arrive(*, by: Actor, meeting: Meeting, person: Person) -> Attendance:
    """Note that a member came in: by themselves, or by the chair or secretary."""
    capacity = _may_note(by, meeting, person)
    meeting = lock(meeting)
    if why := why_not_in_session(meeting):
        raise NotPossible(why)
    if sitting_of(person, meeting.body) is None:
        raise NotPossible(f"{person} has no seat in this body today.")
    return _come(by, meeting, person, capacity)


@transaction.atomic
def leave(*, by: Actor, meeting: Meeting, person: Person) -> None:
    """Note that a member went out. Votes already cast stand."""
    capacity = _may_note(by, meeting, person)
    meeting = lock(meeting)
    found = meeting.attendance.filter(person=person, left_at__isnull=True).first()
    if found is None:
        raise NotPossible(f"{person} is not in the room.")
    _go(by, meeting, found, capacity)


@transaction.atomic
def call_roll(
    *,
    by: Actor,
    meeting: Meeting,
    came: Collection[object],
    left: Collection[object],
    seen_at: datetime,
) -> tuple[int, int]:
    """Note at once who of the members came in and who went out, by the keys of the persons.

    `seen_at` is when the roll was read that this answers. Whoever came or went since then stays
    as was noted meanwhile, so that no other session's word is lost and saying it twice changes
    nothing. Gives how many came and how many left. Events as of `arrive` and `leave`.
    """
    capacity = may_keep(by, meeting.body).require().capacity
    meeting = lock(meeting)
    if why := why_not_in_session(meeting):
        raise NotPossible(why)
    rows = list(meeting.attendance.all())
    moved = {r.person_id for r in rows if (r.left_at or r.arrived_at) > seen_at}
    inside = {row.person_id: row for row in rows if row.left_at is None}
    counts = [0, 0]
    for person in _members(meeting):
        there = inside.get(person.pk)
        if person.pk in moved:
            continue
        if there is None and person.pk in came:
            _come(by, meeting, person, capacity)
            counts[0] += 1
        elif there is not None and person.pk in left:
            _go(by, meeting, there, capacity)
            counts[1] += 1
    return counts[0], counts[1]


@transaction.atomic
def all_are_here(*, by: Actor, meeting: Meeting) -> int:
    """Note at once that every member is here who has not said otherwise: that they are away
    these days, or that they leave this meeting. Gives how many came. Events as of `arrive`."""
    capacity = may_keep(by, meeting.body).require().capacity
    meeting = lock(meeting)
    if why := why_not_in_session(meeting):
        raise NotPossible(why)
    known = set(meeting.attendance.values_list("person", flat=True))
    known |= set(running().values_list("person", flat=True))
    came = [person for person in _members(meeting) if person.pk not in known]
    for person in came:
        _come(by, meeting, person, capacity)
    return len(came)


def lock(meeting: Meeting) -> Meeting:
    """The meeting's row as it stands now, held until the transaction ends."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def note(by: Actor, meeting: Meeting, verb: str, capacity: str, **data: Any) -> None:
    """Write what happened at or to a meeting into its chain."""
    record_event(
        by=by,
        stream=f"meeting:{meeting.pk}",
        verb=verb,
        about=f"meeting:{meeting.pk}",
        capacity=capacity,
        data={"body": meeting.body, **data},
        tell=verb in TOLD,
    )


TOLD = frozenset({"meeting planned", "meeting cancelled", "agenda published", "minutes approved"})


def _come(by: Actor, meeting: Meeting, person: Person, capacity: str) -> Attendance:
    there, new = Attendance.objects.get_or_create(
        meeting=meeting, person=person, left_at=None, defaults={"arrived_at": clock.now()}
    )
    if new:
        note(by, meeting, "member arrived", capacity, person=str(person.pk))
    return there


def _members(meeting: Meeting) -> list[Person]:
    """Who acts in a seat of the body today, each once."""
    return list(dict.fromkeys(each.person for each in sitting(meeting.body)))


def _go(by: Actor, meeting: Meeting, there: Attendance, capacity: str) -> None:
    there.left_at = clock.now()
    there.save(update_fields=["left_at"])
    note(by, meeting, "member left", capacity, person=str(there.person_id))


def _may_note(by: Actor, meeting: Meeting, person: Person) -> str:
    if by.person is not None and by.person == person:
        seat = sitting_of(person, meeting.body)
        if seat is None:
            raise Refused("You have no seat in this body today.")
        return seat.capacity
    return may_keep(by, meeting.body).require().capacity


def _put_off(meeting: Meeting) -> None:
    waiting = (ItemState.LISTED, ItemState.LATE)
    AgendaItem.objects.filter(meeting=meeting, state__in=waiting).update(state=ItemState.POSTPONED)


def _no(meeting: Meeting) -> str:
    return f"That is not possible with this meeting now ({meeting.get_state_display().lower()})."


def _set(
    by: Actor, meeting: Meeting, state: MeetingState, verb: str, capacity: str, **data: Any
) -> None:
    """The one place that changes a meeting's state."""
    meeting.state = state
    meeting.save()
    note(by, meeting, verb, capacity, **data)
