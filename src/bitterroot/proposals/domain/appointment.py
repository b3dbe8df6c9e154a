"""A consultation as an appointment in the calendars of those who meet (RFC 5545, RFC 5546)."""

from datetime import timedelta
from typing import Literal

import icalendar
from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address
from bitterroot.proposals.enums import ConsultationState
from bitterroot.proposals.models import Consultation
from bitterroot.record import clock
from bitterroot.record.models import Event

LENGTH = timedelta(minutes=45)
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
    off = consultation.state == ConsultationState.CANCELLED
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Bitterroot//consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else method)
    calendar.add_component(_entry(consultation, invites=off or method == "REQUEST"))
    return bytes(calendar.to_ical())


def entries_for(person: Person) -> list[icalendar.Event]:
    """The talks that are scheduled with `person`, for a calendar of theirs."""
    mine = Consultation.objects.filter(
        Q(requester=person) | Q(consultant=person), state=ConsultationState.SCHEDULED
    )
    return [_entry(each, invites=False) for each in mine.exclude(scheduled_for=None)]


def _entry(consultation: Consultation, *, invites: bool) -> icalendar.Event:
    assert consultation.scheduled_for is not None
    off = consultation.state == ConsultationState.CANCELLED
    event = icalendar.Event()
    event.add("uid", f"consultation-{consultation.pk}@bitterroot")
    event.add("sequence", _sequence(consultation))
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


def _sequence(consultation: Consultation) -> int:
    """How often it was moved or called off, as the record tells."""
    stream = f"consultation:{consultation.pk}"
    changes = Event.objects.filter(stream=stream, verb__in=_CHANGES).count()
    return max(0, changes - 1)


def _address(address: str, name: str, **parameters: str) -> icalendar.vCalAddress:
    found = icalendar.vCalAddress(f"mailto:{address}")
    for key, value in {"CN": name, **parameters}.items():
        found.params[key] = icalendar.vText(value)
    return found
