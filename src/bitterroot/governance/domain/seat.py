"""Seats in bodies: taken for a term, ended, lent to a delegate. Each seat is its own chain."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_delegate, may_seat
from bitterroot.governance.body_seals import seat_seal
from bitterroot.governance.domain.away import acts_in
from bitterroot.governance.enums import SeatOffice
from bitterroot.governance.models import Seat
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

ONE_EACH = (SeatOffice.CHAIR, SeatOffice.SECRETARY)


@transaction.atomic
def seat_member(
    *,
    by: Actor,
    body: str,
    person: Person,
    title: str,
    office: str = SeatOffice.MEMBER,
    voting: bool = True,
    unit: Unit | None = None,
    starts_on: date,
    ends_on: date | None = None,
) -> Seat:
    """Give `person` a seat in the body for a term (days inclusive; open ended without `ends_on`).

    Raises NotPossible where the person sits there already in that term, the office is held, or
    all voting seats of the body are taken.
    """
    answer = may_seat(by, body).require()
    known = policies.current().bodies.get(body)
    if known is None:
        raise NotPossible("The policy knows no such body.", [("body", "Choose one.")])
    if not title.strip():
        raise NotPossible("Name the seat.", [("title", "Name the seat.")])
    if ends_on is not None and ends_on < starts_on:
        raise NotPossible("A term ends after it begins.", [("ends_on", "Give a later day.")])
    list(Seat.objects.select_for_update().filter(body=body).values_list("pk", flat=True))
    meanwhile = _during(body, starts_on, ends_on)
    if meanwhile.filter(person=person).exists():
        raise NotPossible(f"{person} sits in {known.title} in that time already.")
    if office in ONE_EACH and meanwhile.filter(office=office).exists():
        raise NotPossible(f"{known.title} has a {SeatOffice(office).label.lower()} in that time.")
    if voting and known.seats and meanwhile.filter(voting=True).count() >= known.seats:
        raise NotPossible(f"All {known.seats} voting seats of {known.title} are taken.")
    seat = Seat(
        body=body,
        person=person,
        title=title.strip(),
        office=office,
        voting=voting,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _save(by, seat, "seat taken", answer.capacity, {"body": body, "person": str(person.pk)})
    return seat


@transaction.atomic
def end_seat(*, by: Actor, seat: Seat, ends_on: date, reason: str) -> Seat:
    """Let the term of a seat end on a day, which may be earlier than was meant."""
    answer = may_seat(by, seat.body).require()
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if ends_on < seat.starts_on:
        raise NotPossible("A term ends after it begins.", [("ends_on", "Give a later day.")])
    if not reason.strip():
        raise NotPossible("Say why the term ends.", [("reason", "Write a reason.")])
    seat.ends_on = ends_on
    data = {"ends_on": ends_on.isoformat(), "reason": reason.strip()}
    _save(by, seat, "seat ended", answer.capacity, data)
    return seat


@transaction.atomic
def delegate_seat(*, by: Actor, seat: Seat, to: Person | None, until: date | None = None) -> Seat:
    """Let `to` sit and vote in this seat up to and including `until`; without `to`, end that."""
    answer = may_delegate(by, seat).require()
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if to is not None:
        if not policies.current().bodies[seat.body].deputies:
            raise NotPossible("By its rule nobody sits for a member of this body.")
        if until is None or until < clock.today():
            raise NotPossible("Say until when.", [("until", "Give a day that is still to come.")])
        if to == seat.person or seat.body in acts_in(to, clock.today(), until):
            raise NotPossible("Choose someone who does not sit in this body already.")
    seat.delegate, seat.delegate_until = to, until if to else None
    data = {"to": str(to.pk) if to else "", "until": until.isoformat() if to and until else ""}
    _save(by, seat, "seat delegated", answer.capacity, data)
    return seat


def _during(body: str, start: date, end: date | None) -> Any:
    found = Seat.objects.filter(body=body).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=start))
    return found if end is None else found.filter(starts_on__lte=end)


def _save(by: Actor, seat: Seat, verb: str, capacity: str, data: dict[str, Any]) -> None:
    seat.save()
    record_event(
        by=by,
        stream=f"seat:{seat.pk}",
        verb=verb,
        about=f"seat:{seat.pk}",
        capacity=capacity,
        seal=seat_seal(seat),
        data=data,
    )
