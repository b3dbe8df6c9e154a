"""What waits for a person in pilots: reviews and notices to write, to acknowledge, to answer."""

from datetime import datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone

from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import assignments, holds
from bitterroot.people.queries.absences import acts_as, held_by
from bitterroot.programs.domain.dates import clock_of, known, looks_back_on
from bitterroot.programs.enums import REVIEW_OWED, RUNNING, IntentState, ProgramState, ReviewState
from bitterroot.programs.figures import spans_taught, taught_by, teaches_in
from bitterroot.programs.models import Intent, Program, ProgramReview
from bitterroot.programs.queries import led_by
from bitterroot.programs.rules import heads_for
from bitterroot.record import clock

_MOST = 50
RUNS = Q(pilot__program__state__in=RUNNING)


def waiting_for(person: Person) -> list[Duty]:
    """Duties of leads, instructors, heads and the program office; at most fifty of each sort."""
    duties = [*_of_lead(person), *_of_instructor(person)]
    if units := _units_under(person):
        duties += _of_head(person, units)
    if holds(person, Role.PROGRAM_OFFICER):
        duties += _of_office(person)
    return duties


def _of_lead(person: Person) -> list[Duty]:
    mine = Q(pilot__program__in=led_by(person))
    reviews = _reviews().filter(mine, RUNS, state__in=REVIEW_OWED)
    notices = _notices().filter(mine, RUNS, state=IntentState.OPEN)
    duties = [
        _review(
            row,
            f"Returned: {row.comments}"
            if row.state == ReviewState.RETURNED
            else "Its figures are filled in; the rest is yours to say",
            "Continue" if row.state == ReviewState.DRAFT else "Write the review",
            row.decided_at if row.state == ReviewState.RETURNED else row.opened_at,
        )
        for row in reviews[:_MOST]
    ]
    return duties + [
        _notice(
            row,
            f"Returned: {row.returned_reason}"
            if row.returned_reason
            else "Say whether the program is to continue or to be removed",
            "Write the notice",
            row.opened_at,
        )
        for row in notices[:_MOST]
    ]


def _of_instructor(person: Person) -> list[Duty]:
    """Reviews that the leads write now, of a year in which the person taught and said nothing yet."""
    taught = Q(pilot__program__in=taught_by(person))
    rows = _reviews().filter(taught, RUNS, state__in=REVIEW_OWED)
    rows = rows.exclude(pilot__program__in=led_by(person)).exclude(contributions__writer=person)
    why = "Its leads write the review; you may add what you saw"
    found = list(rows.prefetch_related("pilot__extensions")[:_MOST])
    spans = spans_taught(person, {row.pilot.program_id for row in found}) if found else []
    return [
        _review(row, why, "Add to the review", row.opened_at)
        for row in found
        if teaches_in(spans, row.pilot.program_id, looks_back_on(row))
    ]


def _of_head(person: Person, units: set[str]) -> list[Duty]:
    under = Q(pilot__program__owner_unit__in=units)
    reviews = _reviews().filter(
        under, state=ReviewState.SUBMITTED, head_acknowledged_at__isnull=True
    )
    notices = _notices().filter(under, state=IntentState.SIGNED_BY_LEAD)
    waiting, signed = list(reviews[:_MOST]), list(notices[:_MOST])
    programs = [review.pilot.program for review in waiting]
    heads = heads_for([*programs, *(notice.pilot.program for notice in signed)])
    return [
        _review(row, f"{_lead(row)} submitted it", "Read and acknowledge", row.submitted_at)
        for row in waiting
        if acts_as(person, heads[row.pilot.program_id])
    ] + [
        _notice(row, f"{_lead(row)} signed it", "Read and sign", row.lead_signed_at)
        for row in signed
        if acts_as(person, heads[row.pilot.program_id])
    ]


def _of_office(person: Person) -> list[Duty]:
    others = ~Q(pilot__program__lead=person)
    reviews = _reviews().filter(
        others, state=ReviewState.SUBMITTED, head_acknowledged_at__isnull=False
    )
    notices = _notices().filter(others, state=IntentState.SUBMITTED)
    lapsed = Program.objects.filter(state=ProgramState.PILOT_LAPSED).exclude(lead=person)
    duties = [
        _review(row, "The head has acknowledged it", "Rate and accept", row.head_acknowledged_at)
        for row in reviews[:_MOST]
    ]
    duties += [
        _notice(row, "Signed by lead and head", "Acknowledge", row.head_signed_at)
        for row in notices[:_MOST]
    ]
    return duties + [
        Duty(
            f"Lapsed: {program.title}",
            "Extend the pilot, or plan how those enrolled finish",
            "faculty:pilot",
            (program.slug,),
            _morning_after(program),
            "Decide",
        )
        for program in lapsed.order_by("enrolls_until")[:_MOST]
    ]


def _units_under(person: Person) -> set[str]:
    """Keys of the units that the person heads or is dean of, with all below them."""
    roles = assignments().filter(held_by(person), role__in=[Role.HEAD, Role.DEAN])
    found = set(roles.values_list("unit_id", flat=True)) - {None}
    if not found:
        return set()
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    while more := {key for key, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _reviews() -> QuerySet[ProgramReview]:
    return ProgramReview.objects.select_related(
        "pilot__program__owner_unit", "pilot__program__lead"
    ).order_by("due_on")


def _notices() -> QuerySet[Intent]:
    return (
        Intent.objects.select_related("pilot__program__owner_unit", "pilot__program__lead")
        .prefetch_related("pilot__extensions")
        .order_by("opened_at")
    )


def _review(row: ProgramReview, why: str, button: str, since: datetime | None) -> Duty:
    program = row.pilot.program
    return Duty(
        f"Yearly review, pilot year {row.year}: {program.title}",
        why,
        "faculty:review",
        (program.slug, row.year),
        since or clock.now(),
        button,
        row.due_on,
    )


def _notice(row: Intent, why: str, button: str, since: datetime | None) -> Duty:
    program = row.pilot.program
    ticking = clock_of(row.pilot)
    due = known(lambda: ticking.intent_due) if ticking else None
    return Duty(
        f"Notice on the pilot: {program.title}",
        why,
        "faculty:notice",
        (program.slug,),
        since or clock.now(),
        button,
        due,
    )


def _lead(row: ProgramReview | Intent) -> str:
    return row.pilot.program.lead.display_name


def _morning_after(program: Program) -> datetime:
    if program.enrolls_until is None:
        return clock.now()
    return timezone.make_aware(datetime.combine(program.enrolls_until, time(23, 59)))
