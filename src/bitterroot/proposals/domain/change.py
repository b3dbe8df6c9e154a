"""Form M: a change of an approved program, or its end. Each is a proposal with a case of its own."""

from typing import Any

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain.case import open_case
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.forms import Form
from bitterroot.policy.models.process import CLASSES, Begins, ChangeClass, Process
from bitterroot.programs.domain.state import locked
from bitterroot.programs.enums import GATE_OPEN, ProgramState
from bitterroot.programs.models import Program
from bitterroot.programs.queries.versions import newest_version
from bitterroot.programs.rules import is_lead
from bitterroot.proposals.domain.draft import note
from bitterroot.proposals.domain.full import carry_files, taken_over
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.changes import ANEW
from bitterroot.proposals.queries.process import open_proposal, track_key, why_it_waits_for
from bitterroot.record import clock

LIVING = (*GATE_OPEN, ProgramState.SUSPENDED)


@transaction.atomic
def start_change(*, by: Actor, program: Program) -> Proposal:
    """Begin a change with every answer and file of the version that was approved last.

    How heavy it becomes decides by which process it goes (`road.follow_class`). Raises Refused
    for anyone but the lead, NotPossible with what stands in the way.
    """
    return _start(by, program, "change", "change started")


@transaction.atomic
def start_termination(*, by: Actor, program: Program) -> Proposal:
    """Begin to ask that a program ends. Refused and NotPossible as above."""
    return _start(by, program, "termination", "termination started")


def _start(by: Actor, program: Program, begins: Begins, verb: str) -> Proposal:
    answer = is_lead(by, program).require()
    program = locked(program)
    if why := why_not_begun(program, begins):
        raise NotPossible(why)
    assert by.person is not None
    policy = policies.current()
    process = lightest(begins, program)
    assert process is not None
    form = policy.forms[process.form]
    row = Proposal(
        title=program.title,
        program=program,
        process=process.key,
        lead=by.person,
        owner_unit=program.owner_unit,
        created_at=clock.now(),
    )
    row.values = _begun_with(program, form)
    row.case = open_case(
        by=by, process=process.key, subject=f"proposal:{row.pk}", title=program.title
    )
    row.save(force_insert=True)
    row.co_authors.set(program.co_leads.all())
    carry_files(by, row, form, newest_version(program))
    note(by, row, verb, answer.capacity, tell=False)
    return row


def lightest(begins: Begins, program: Program) -> Process | None:
    """The process by which a change of it begins (that of the lightest class), or its end."""
    policy = policies.current()
    if begins != "change":
        return policy.process_for(begins)
    return next((way for _, way in ways(program)), None)


def ways(program: Program) -> list[tuple[ChangeClass, Process]]:
    """Each class of change of which the policy speaks, with the process for the program's track."""
    policy, track = policies.current(), track_key(program)
    found = [(word, policy.process_for("change", track=track, change=word)) for word in CLASSES]
    return [(word, way) for word, way in found if way is not None]


def why_not_begun(program: Program, begins: Begins) -> str:
    """What stands in the way of a change or an end, in a sentence; empty if nothing does."""
    if lightest(begins, program) is None:
        what = "changes" if begins == "change" else "endings that are asked for"
        return f"The policy of this institution knows no {what}."
    if program.state not in LIVING:
        return f"This program is {program.get_state_display().lower()}: that is not possible now."
    # One at a time: each starts from the version in force, so that none undoes what another did.
    row = open_proposal(program)
    return why_it_waits_for(row) if row else ""


def _begun_with(program: Program, form: Form) -> dict[str, Any]:
    """The answers of the version approved last; what starts as another answer goes on doing so."""
    version = newest_version(program)
    content: dict[str, Any] = dict(version.content) if version else {}
    follows = {key for key in content if key in form.fields and _follows(form, content, key)}
    return form.clean(taken_over(program, content, form, follows.union(ANEW)))


def _follows(form: Form, content: dict[str, Any], key: str) -> bool:
    source = form.fields[key].starts_as
    return bool(source) and content.get(key) == content.get(source or "")
