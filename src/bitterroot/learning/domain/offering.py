"""Offerings: one run of a program in a term. Learners are tracked by offering."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.enums import OPENS_GATE, Outcome
from bitterroot.learning import rules
from bitterroot.learning.models import Offering
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.programs.domain.program import start_pilot
from bitterroot.programs.enums import GATE_OPEN, REMEMBERED, ProgramState
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries.versions import version_on
from bitterroot.proposals.queries.agreements import why_no_offering
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

_OPENING = (*OPENS_GATE, Outcome.EARLIER)


@transaction.atomic
def create_offering(
    *,
    by: Actor,
    program: Program,
    term: str,
    instructors: Sequence[Person],
    session: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    modality: str = "",
) -> Offering:
    """Plan a run of a program in a term of the academic calendar, such as `fall-2026`.

    Days left out are the term's own. Asks for the decision on record that allows it, and for the
    program's agreements to be in force where the policy says so. The first offering of an approved
    pilot starts the pilot's clock. Event: offering created. Raises NotPossible where one of these is
    missing, and for days that were over before the program was first approved (domain.md 2.3, 2).
    """
    capacity = ""
    if by.person:
        capacity = rules.may_offer(by.person, program).require().capacity
    program = Program.objects.select_for_update().get(pk=program.pk)
    if why := why_no_offering(program):
        raise NotPossible(why)
    found = policies.current().calendar.term_named(term.replace("-", " "))
    if found is None:
        raise NotPossible(f"The academic calendar has no term “{term}”.", [("term", "Unknown.")])
    starts_on, ends_on = starts_on or found.start, ends_on or found.finals_end
    version = approved_version(program, starts_on)
    if ends_on < starts_on:
        raise NotPossible("An offering ends after it starts.", [("ends_on", "Before the start.")])
    approved = first_approved_on(program)
    if approved and ends_on < approved:
        raise NotPossible(
            f"“{program.title}” was approved after these days were over: nothing was offered then.",
            [("term", "It ended before the program was approved.")],
        )
    if not instructors:
        raise NotPossible("An offering has an instructor.", [("instructors", "Name at least one.")])
    offering = Offering.objects.create(
        program=program,
        program_version=version,
        term=found.key,
        session=session.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        modality=modality,
        created_at=clock.now(),
    )
    offering.instructors.set(instructors)
    record_event(
        by=by,
        stream=f"offering:{offering.pk}",
        verb="offering created",
        about=f"offering:{offering.pk}",
        capacity=capacity,
        data={"program": f"program:{program.pk}", "term": found.key, "version": version.n},
        tell=False,
    )
    if program.state == ProgramState.PILOT_APPROVED:
        start_pilot(by=by, program=program, term=found.key)
    return offering


def follow_version(by: Actor, version: ProgramVersion) -> None:
    """Let offerings that are planned, and begin when `version` holds, be offerings of it.

    Whoever has begun, or whose badges were asked for, keeps the version under which they began.
    Called in the transaction that approves the version. Event: offering follows version.
    """
    planned = Offering.objects.filter(
        program=version.program_id,
        starts_on__gt=clock.today(),
        program_version__n__lt=version.n,
        requests=None,
    )
    if version.effective_on is not None:
        planned = planned.filter(starts_on__gte=version.effective_on)
    for offering in planned.order_by("pk"):
        offering.program_version = version
        offering.save(update_fields=["program_version"])
        record_event(
            by=by,
            stream=f"offering:{offering.pk}",
            verb="offering follows version",
            about=f"offering:{offering.pk}",
            data={"version": version.n},
            tell=False,
        )


def first_approved_on(program: Program) -> date | None:
    """The day on which the program was first approved, whoever wrote it down and when."""
    found = program.versions.order_by("n").values_list("decision__decided_on", flat=True)
    return found.first()


def counts_from(offering: Offering) -> date:
    """The first day on which it can be completed: nobody completes what was not approved yet."""
    approved = first_approved_on(offering.program)
    return max(offering.starts_on, approved) if approved else offering.starts_on


def approved_version(program: Program, on: date) -> ProgramVersion:
    """The version in force on that day, with the decision that allows it. Raises NotPossible
    without one."""
    if program.state in REMEMBERED:
        raise NotPossible(
            f"“{program.title}” takes no new learners: {program.get_state_display().lower()}."
        )
    if program.state not in GATE_OPEN:
        raise NotPossible(
            f"“{program.title}” is not approved: nothing may be offered or issued yet."
        )
    version = version_on(program, on)
    if version is None or version.decision.outcome not in _OPENING:
        raise NotPossible(f"No decision on record allows “{program.title}” to be offered.")
    if version.decision.conditions.filter(closed_at__isnull=True).exists():
        raise NotPossible(f"Conditions of the approval of “{program.title}” are still open.")
    return version
