"""What a decision means: the proposal keeps in step with it, its program gets what was decided."""

from typing import Any

import orjson

from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor
from bitterroot.programs.domain import program as programs
from bitterroot.programs.domain.change import adopt_change
from bitterroot.programs.domain.ending import end_by_decision
from bitterroot.programs.models import Program
from bitterroot.proposals.domain.state import end_for_program, set_state, state_after
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.changes import effective_day, new_content
from bitterroot.proposals.queries.process import process_of
from bitterroot.record import clock


def follow_decision(by: Actor, decision: Decision) -> None:
    """Keep the proposal's state in step with what was decided on its case, by office or body."""
    case = decision.case
    row = Proposal.objects.select_related("case", "lead", "program").filter(case=case).first()
    if row is None or case is None:
        return
    row.case = case
    state = state_after(case, decision)
    if state == row.state:
        return
    set_state(by, row, state, f"proposal {state.value.replace('_', ' ')}", decision.capacity)
    if state == ProposalState.DECLINED:
        end_for_program(by, row)


def approve_pilot_effect(by: Actor, decision: Decision) -> None:
    """The effect “approve pilot”: the proposed program's gate opens with what was signed."""
    program, values = _decided(decision)
    programs.approve_pilot(by=by, program=program, decision=decision, values=values)


def establish_effect(by: Actor, decision: Decision) -> None:
    """The effect “establish program”: it is offered for good, with what was decided on."""
    program, values = _decided(decision)
    programs.establish(by=by, program=program, decision=decision, values=values)


def new_version_effect(by: Actor, decision: Decision) -> None:
    """The effect “new version”: the change that was decided on holds from its term."""
    program, values = _decided(decision)
    assert decision.case is not None
    proposal: Proposal = decision.case.proposal
    adopt_change(
        by=by,
        program=program,
        decision=decision,
        values=new_content(proposal, values),
        change_class=process_of(proposal).change or "",
        effective_on=effective_day(proposal) or clock.today(),
    )


def end_program_effect(by: Actor, decision: Decision) -> None:
    """The effect “end program”: the teach-out that was decided on begins."""
    program, values = _decided(decision)
    term = str(values.get("teach_out_term") or "")
    end_by_decision(by=by, program=program, decision=decision, end_term=term)


def _decided(decision: Decision) -> tuple[Program, dict[str, Any]]:
    """The program that a decision is about, and the answers in the version that was decided on."""
    assert decision.case is not None
    assert decision.snapshot is not None
    proposal: Proposal = decision.case.proposal
    assert proposal.program is not None
    return proposal.program, orjson.loads(decision.snapshot.content)["values"]
