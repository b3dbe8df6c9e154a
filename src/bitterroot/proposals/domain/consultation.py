"""Consultations: asked for, scheduled, held, closed. Nothing else changes their state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.policy import Policy
from bitterroot.proposals.enums import ConsultationState
from bitterroot.proposals.models import Consultation
from bitterroot.proposals.rules import (
    is_office,
    may_ask,
    may_cancel_consultation,
    may_hold_consultation,
)
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event
from bitterroot.record.in_words import day

OUTCOMES = {
    "go": "Go ahead with a proposal",
    "revise": "Revise the idea and talk again",
    "badge_track": "Use the stand-alone badge track",
    "noncredit_track": "Use the non-credit track",
    "not_suitable": "Not suitable",
}
#: The track that an outcome recommends; the others leave it as it was asked.
RECOMMENDS = {"badge_track": "badge", "noncredit_track": "noncredit"}
ALLOWS_PROPOSAL = ("go", "badge_track", "noncredit_track")


def outcomes(policy: Policy) -> dict[str, str]:
    """What may come of a consultation: a track is recommended only where the policy has it."""
    tracks = {track.key for track in policy.taxonomy.tracks}
    return {key: text for key, text in OUTCOMES.items() if RECOMMENDS.get(key) in {None, *tracks}}


@transaction.atomic
def request_consultation(*, by: Actor, unit: Unit, values: Mapping[str, Any]) -> Consultation:
    """Ask for a consultation (form A). The program office is told."""
    answer = may_ask(by).require()
    form = policies.current().forms["consultation-request"]
    problems = policies.current().form_problems(
        "consultation-request", {**values, "unit": unit.key}
    )
    if problems:
        raise NotPossible(
            "Please answer what is missing.", [(p.field, p.message) for p in problems]
        )
    assert by.person is not None
    tidy = form.clean({**values, "unit": unit.key})
    days = [str(each.get("day", "")) for each in tidy.get("preferred_times", [])]
    if any(day and day < clock.today().isoformat() for day in days):
        said = "Choose days to come."
        raise NotPossible(said, [("preferred_times", said)])
    row = Consultation(
        requester=by.person,
        unit=unit,
        title=tidy["idea_title"],
        values=tidy,
        requested_at=clock.now(),
    )
    row.save(force_insert=True)
    _set(by, row, ConsultationState.REQUESTED, "consultation requested", answer.capacity)
    return row


@transaction.atomic
def schedule(
    *, by: Actor, consultation: Consultation, at: datetime, place: str, consultant: Person
) -> Consultation:
    """Fix day and place. The requester gets a mail with a calendar file."""
    answer = is_office(by).require()
    row = _locked(consultation, ConsultationState.REQUESTED, ConsultationState.SCHEDULED)
    if at <= clock.now():
        raise NotPossible("Choose a time to come.", [("at", "Choose a time to come.")])
    row.scheduled_for, row.place, row.consultant = at, place.strip(), consultant
    _set(by, row, ConsultationState.SCHEDULED, "consultation scheduled", answer.capacity)
    return row


@transaction.atomic
def hold(*, by: Actor, consultation: Consultation, notes: str, outcome: str) -> Consultation:
    """Record that it was held and what came of it. The requester is told.

    Not before the day for which it is fixed: it would stand as held on a day to come.
    """
    answer = may_hold_consultation(by, consultation).require()
    row = _locked(consultation, ConsultationState.SCHEDULED)
    if is_to_come(row):
        raise NotPossible(
            f"It is fixed for {day(row.scheduled_for)}. Record from that day on what came of it; if you"
            " meet earlier, move it first."
        )
    if outcome not in outcomes(policies.current()):
        raise NotPossible("Choose an outcome.", [("outcome", "Choose one.")])
    if not notes.strip():
        raise NotPossible("Write what was said, in a few words.", [("notes", "Write notes.")])
    row.notes, row.outcome, row.held_at = notes.strip(), outcome, clock.now()
    _set(by, row, ConsultationState.HELD, "consultation held", answer.capacity)
    return row


def is_to_come(row: Consultation) -> bool:
    """Whether the day for which it is fixed has not come."""
    return row.scheduled_for is not None and clock.day_of(row.scheduled_for) > clock.today()


@transaction.atomic
def close(*, by: Actor, consultation: Consultation) -> Consultation:
    """Nothing more will come of a held consultation."""
    answer = is_office(by).require()
    row = _locked(consultation, ConsultationState.HELD)
    _set(by, row, ConsultationState.CLOSED, "consultation closed", answer.capacity, tell=False)
    return row


@transaction.atomic
def cancel(*, by: Actor, consultation: Consultation) -> Consultation:
    """Call it off; the other side is told."""
    answer = may_cancel_consultation(by, consultation).require()
    row = _locked(consultation, ConsultationState.REQUESTED, ConsultationState.SCHEDULED)
    _set(by, row, ConsultationState.CANCELLED, "consultation cancelled", answer.capacity)
    return row


@transaction.atomic
def mark_no_show(*, by: Actor, consultation: Consultation) -> Consultation:
    """It was scheduled and did not take place."""
    answer = is_office(by).require()
    row = _locked(consultation, ConsultationState.SCHEDULED)
    if row.scheduled_for and row.scheduled_for > clock.now():
        raise NotPossible("It is still to come.")
    _set(by, row, ConsultationState.NO_SHOW, "consultation missed", answer.capacity)
    return row


def _locked(consultation: Consultation, *allowed: ConsultationState) -> Consultation:
    row = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if row.state not in allowed:
        raise NotPossible(f"This consultation is {row.get_state_display().lower()}.")
    return row


def _set(
    by: Actor,
    row: Consultation,
    state: ConsultationState,
    verb: str,
    capacity: str,
    *,
    tell: bool = True,
) -> None:
    """The one place that changes a consultation's state."""
    row.state = state
    row.save()
    about = f"consultation:{row.pk}"
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        tell=tell,
        data={"state": state, "outcome": row.outcome},
    )
