"""The one setter of a program's state. Only the verbs of this room call it."""

from typing import Any

from bitterroot.people.actor import Actor
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program
from bitterroot.programs.seals import program_seal
from bitterroot.record.domain.events import record_event


def set_state(
    by: Actor,
    program: Program,
    state: ProgramState,
    verb: str,
    *,
    tell: bool = True,
    capacity: str = "",
    **data: Any,
) -> None:
    """Save the program in its new state and record why, on the program's own stream."""
    program.state = state
    program.save()
    about = f"program:{program.pk}"
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        seal=program_seal(program),
        data={"state": state, **data},
        tell=tell,
    )


def locked(program: Program) -> Program:
    """The program's row, held until the transaction ends: its stream has one writer at a time."""
    return Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
