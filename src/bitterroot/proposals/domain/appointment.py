"""A consultation as an appointment in the calendars of those who meet (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.interfaces.calendar import quoted, text, timed_entry
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address
from bitterroot.proposals.enums import ConsultationState
from bitterroot.proposals.models import Consultation
from bitterroot.record import clock
from bitterroot.record.models import Event

if TYPE_CHECKING:
    import icalendar

LENGTH = timedelta(minutes=45)
MOST = 100  # talks in one calendar
BACK = timedelta(days=30)  # that a talk stays in it
_CHANGES = ("consultation scheduled", "consultation cancelled")


def calendar_file(
    consultation: Consultation, method: Literal["REQUEST", "PUBLISH"] = "REQUEST"
) -> bytes:
    """An iCalendar file of the appointment.

    Its UID stays the same and its SEQUENCE grows whenever the appointment is moved or called off,
    so that a calendar changes the entry it has. `REQUEST` is for the mail to those who meet,
    `PUBLISH` for a download. One that was called off is a `CANCEL`, whatever was asked for.
    Raises NotPossible where it never had a time.
    """
    if consultation.scheduled_for is None:
        raise NotPossible("It is not scheduled yet.")
    import icalendar  # here, so that a process starts without it

    off = consultation.state == ConsultationState.CANCELLED
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Bitterroot//consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else method)
    sequence = _sequences([consultation])[consultation.pk]
    calendar.add_component(_entry(consultation, sequence, invites=off or method == "REQUEST"))
    return bytes(calendar.to_ical())


def entries_for(person: Person) -> Iterator[bytes]:
    """The talks scheduled with `person`, for a calendar of theirs: the first `MOST` since `BACK`.

    Calendar programs ask every few minutes: the lines are written straight away.
    """
    office = policies.current().institution.program_office
    host = (f"ORGANIZER;CN={quoted(office.name)}", f"mailto:{office.email}")
    talks = list(_talks_of(person))
    moved = _sequences(talks)
    for each in talks:
        assert each.scheduled_for is not None
        yield timed_entry(
            f"consultation-{each.pk}", _summary(each), each.scheduled_for, LENGTH,
            [("SEQUENCE", str(moved[each.pk])), ("LOCATION", text(each.place)),
             ("STATUS", "CONFIRMED"), host],
        )  # fmt: skip


def _talks_of(person: Person) -> QuerySet[Consultation]:
    """Asked for or led by them, the first to begin first."""
    ahead = Consultation.objects.filter(
        state=ConsultationState.SCHEDULED, scheduled_for__gte=clock.now() - BACK
    )
    said = ahead.only("title", "scheduled_for", "place")
    first = said.order_by("scheduled_for", "pk")
    return first.filter(Q(requester=person) | Q(consultant=person))[:MOST]


def _summary(consultation: Consultation) -> str:
    return f"Micro-credential consultation: {consultation.title}"


def _entry(consultation: Consultation, sequence: int, *, invites: bool) -> icalendar.Event:
    assert consultation.scheduled_for is not None
    import icalendar

    off = consultation.state == ConsultationState.CANCELLED
    event = icalendar.Event()
    event.add("uid", f"consultation-{consultation.pk}@bitterroot")
    event.add("sequence", sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", consultation.scheduled_for)
    event.add("dtend", consultation.scheduled_for + LENGTH)
    event.add("summary", _summary(consultation))
    event.add("location", consultation.place)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    office = policies.current().institution.program_office
    event["organizer"] = _address(office.email, office.name)
    if invites:
        for person in who_meet(consultation):
            if address := contact_address(person):
                event.add(
                    "attendee", _address(address, person.display_name, RSVP="FALSE"), encode=False
                )
    return event


def who_meet(consultation: Consultation) -> list[Person]:
    """Whose calendars hold the appointment."""
    both = [consultation.requester, consultation.consultant]
    return list({person.pk: person for person in both if person is not None}.values())


def _sequences(consultations: Sequence[Consultation]) -> dict[UUID, int]:
    """How often each was moved or called off, as the record tells. One query."""
    streams = {f"consultation:{each.pk}": each.pk for each in consultations}
    changes = Event.objects.filter(stream__in=list(streams), verb__in=_CHANGES)
    counted = dict(changes.values_list("stream").annotate(Count("pk")).order_by())
    return {pk: max(0, counted.get(stream, 0) - 1) for stream, pk in streams.items()}


def _address(address: str, name: str, **parameters: str) -> icalendar.vCalAddress:
    import icalendar

    found = icalendar.vCalAddress(f"mailto:{address}")
    for key, value in {"CN": name, **parameters}.items():
        found.params[key] = icalendar.vText(value)
    return found
