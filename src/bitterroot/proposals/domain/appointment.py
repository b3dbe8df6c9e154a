"""A consultation as an appointment in the calendars of those who meet (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db.models import Count, Q

from bitterroot.governance import policies
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


def entries_for(person: Person) -> list[icalendar.Event]:
    """The talks that are scheduled with `person`, for a calendar of theirs."""
    mine = Consultation.objects.filter(
        Q(requester=person) | Q(consultant=person), state=ConsultationState.SCHEDULED
    )
    talks = list(mine.exclude(scheduled_for=None).order_by("scheduled_for")[:MOST])
    moved = _sequences(talks)
    return [_entry(each, moved[each.pk], invites=False) for each in talks]


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
    event.add("summary", f"Micro-credential consultation: {consultation.title}")
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
