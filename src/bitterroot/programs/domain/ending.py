"""How programs end or rest: teach-out, closing, suspension. Awards stay valid through all of it."""

from datetime import timedelta

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import OutsideCalendar
from bitterroot.programs import figures
from bitterroot.programs.domain.dates import wake
from bitterroot.programs.domain.program import must_be_evidence
from bitterroot.programs.domain.state import locked, set_state
from bitterroot.programs.enums import FINISHING, GATE_OPEN, ProgramState
from bitterroot.programs.models import Pilot, Program, TeachOut
from bitterroot.programs.rules import may_run
from bitterroot.programs.seals import teach_out_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MAY_END = (
    *(state for state in GATE_OPEN if state != ProgramState.PILOT_APPROVED),
    *FINISHING,
    ProgramState.SUSPENDED,
)


@transaction.atomic
def begin_teach_out(*, by: Actor, program: Program, end_term: str, reason: str) -> TeachOut:
    """No new learners from today; those enrolled finish by the end of `end_term` (calendar key).

    Called again in a teach-out, it moves its end. Leads, head, registrar and program office are
    told.
    """
    row = locked(program)
    capacity = may_run(by, row).require().capacity
    if row.state not in MAY_END:
        raise NotPossible(f"This cannot be taught out now: {row.get_state_display().lower()}.")
    if not reason.strip():
        raise NotPossible("A teach-out needs a reason.", [("reason", "Write a reason.")])
    return plan_teach_out(by, row, end_term, reason.strip(), capacity)


def plan_teach_out(
    by: Actor, program: Program, end_term: str, reason: str, capacity: str
) -> TeachOut:
    """What `begin_teach_out` and the acknowledgement of a notice do; they checked who may."""
    try:
        term = policies.current().calendar.term(end_term)
    except OutsideCalendar:
        raise NotPossible(
            "The academic calendar has no such term.", [("end_term", "Choose a term.")]
        ) from None
    if term.finals_end < clock.today():
        raise NotPossible("That term is over.", [("end_term", "Choose a later term.")])
    row, _ = TeachOut.objects.update_or_create(
        program=program,
        defaults={
            "end_term": term.key,
            "ends_on": term.finals_end,
            "reason": reason,
            "begun_by": by.person,
            "begun_at": clock.now(),
            "next_on": clock.today(),
        },
    )
    record_event(
        by=by,
        stream=f"program:{program.pk}",
        verb="teach-out planned",
        about=f"teach-out:{row.pk}",
        capacity=capacity,
        seal=teach_out_seal(row),
        data={"end_term": term.key},
    )
    if program.state != ProgramState.TEACH_OUT:
        program.enrolls_until = program.enrolls_until or clock.today()
        program.state_before = ""
        set_state(
            by, program, ProgramState.TEACH_OUT, "teach-out begun", tell=False, capacity=capacity
        )
    return row


@transaction.atomic
def end_by_decision(*, by: Actor, program: Program, decision: Decision, end_term: str) -> TeachOut:
    """A decision on record ends the program: its teach-out begins, as if the office began it.

    One that was never offered has nobody to teach; its teach-out is over with the term. Those
    enrolled, leads, head, registrar and program office are told. Raises NotPossible for one that
    has ended already.
    """
    must_be_evidence(decision)
    row = locked(program)
    if row.state not in (*GATE_OPEN, *FINISHING, ProgramState.SUSPENDED):
        raise NotPossible(f"This program is {row.get_state_display().lower()} already.")
    reason = f"Decided by {decision.body} on {decision.decided_on:%d %b %Y}.".replace(" 0", " ")
    return plan_teach_out(by, row, end_term, reason, decision.capacity)


@transaction.atomic
def close_program(*, by: Actor, program: Program) -> Program:
    """The end: nothing is open any more. Its page stays and says so; its badges stay valid.

    The sweep does it when the teach-out is over, the program office may do it before. Raises
    NotPossible with what is open.
    """
    row = locked(program)
    capacity = ""
    if by.person is not None:
        capacity = may_run(by, row).require().capacity
    if row.state not in (ProgramState.TEACH_OUT, ProgramState.PILOT_LAPSED):
        raise NotPossible("A program closes after its teach-out.")
    if open_ := figures.open_work(row):
        raise NotPossible(" ".join(open_), [("open", sentence) for sentence in open_])
    row.state_before = ""
    set_state(by, row, ProgramState.CLOSED, "program closed", capacity=capacity)
    TeachOut.objects.filter(program=row).update(next_on=None)
    return row


@transaction.atomic
def suspend_program(*, by: Actor, program: Program, reason: str) -> Program:
    """Take it out of the catalog for a while: nothing is offered or issued. The leads are told."""
    row = locked(program)
    capacity = may_run(by, row).require().capacity
    if row.state not in GATE_OPEN:
        raise NotPossible(f"This cannot be suspended now: {row.get_state_display().lower()}.")
    if not reason.strip():
        raise NotPossible("A suspension needs a reason.", [("reason", "Write a reason.")])
    row.state_before = row.state
    set_state(
        by,
        row,
        ProgramState.SUSPENDED,
        "program suspended",
        capacity=capacity,
        reason=reason.strip(),
    )
    return row


@transaction.atomic
def resume_program(*, by: Actor, program: Program) -> Program:
    """Let a suspended program go on where it was. The leads are told."""
    row = locked(program)
    capacity = may_run(by, row).require().capacity
    if row.state != ProgramState.SUSPENDED:
        raise NotPossible("It is not suspended.")
    state, row.state_before = ProgramState(row.state_before), ""
    set_state(by, row, state, "program resumed", capacity=capacity)
    for pilot in Pilot.objects.filter(program=row):
        wake(pilot)
    return row


@transaction.atomic
def archive_program(*, by: Actor, program: Program) -> Program:
    """Put a closed program away: out of the office's lists, its page and badges as before."""
    row = locked(program)
    capacity = may_run(by, row).require().capacity
    if row.state != ProgramState.CLOSED:
        raise NotPossible("Only a closed program is archived.")
    set_state(by, row, ProgramState.ARCHIVED, "program archived", tell=False, capacity=capacity)
    return row


def look_again_tomorrow(teach_out: TeachOut) -> None:
    """Something is still open: the sweep tries once a day."""
    teach_out.next_on = clock.today() + timedelta(days=1)
    teach_out.save(update_fields=["next_on"])
