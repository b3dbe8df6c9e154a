"""Where a proposal stands: the one setter of its state, and what that means for its program."""

from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, Outcome
from bitterroot.governance.models import Case, Decision
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy.models.process import FormStep, SignStep
from bitterroot.programs.domain import program as programs
from bitterroot.programs.domain.pilot import full_proposal_ended, propose_in_full
from bitterroot.programs.enums import ProgramState
from bitterroot.proposals.domain.draft import note
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.missing import content_of
from bitterroot.proposals.queries.process import is_later

#: The policy's word for the office that checks proposals.
PROGRAM_OFFICE = "program office"


def locked(proposal: Proposal, *allowed: ProposalState) -> Proposal:
    """The row as it stands now, held until the transaction ends; NotPossible in another state."""
    row = hold(proposal)
    if row.state not in allowed:
        raise NotPossible(
            f"This proposal is {row.get_state_display().lower()}; that is not possible now."
        )
    return row


def set_state(
    by: Actor,
    row: Proposal,
    state: ProposalState,
    verb: str,
    capacity: str = "",
    *,
    tell: bool = True,
    **data: Any,
) -> None:
    """Save the proposal in its new state and record why. Only the verbs of this room call it."""
    row.state = state
    row.save()
    note(by, row, verb, capacity, tell=tell, state=state, **data)


def state_after(case: Case, decision: Decision) -> ProposalState:
    """The proposal's state once `decision` was made on its case."""
    if case.state == CaseState.CLOSED:
        ended_well = decision.outcome not in (Outcome.DECLINED, Outcome.WITHDRAWN)
        return ProposalState.APPROVED if ended_well else ProposalState.DECLINED
    if decision.conditions.filter(closed_at__isnull=True).exists():
        return ProposalState.CONDITIONS
    return state_at(case, ProposalState.IN_REVIEW)


def state_at(case: Case, before_office: ProposalState) -> ProposalState:
    """The proposal's state where its case stands; `before_office` while the office has it."""
    step = policies.of(case).processes[case.process].step(case.step)
    if isinstance(step, FormStep):
        return ProposalState.RETURNED
    if isinstance(step, SignStep):
        return ProposalState.SIGNING
    with_office = getattr(step, "by", None) == PROGRAM_OFFICE
    return before_office if with_office else ProposalState.IN_REVIEW


def let_program_follow(by: Actor, row: Proposal) -> None:
    """What sending a proposal means for its program: there is one now, or its pilot has run."""
    values, co_authors = content_of(row)["values"], list(row.co_authors.all())
    if row.program is None:
        row.program = programs.propose_program(
            by=by, values=values, lead=row.lead, co_leads=co_authors
        )
    elif row.program.state == ProgramState.PROPOSED:
        programs.update_proposed(by=by, program=row.program, values=values, co_leads=co_authors)
    elif is_later(row):
        return  # a change or an end touches the program when it is decided
    elif row.submitted_at is None and row.program.state != ProgramState.FULL_PROPOSED:
        propose_in_full(by=by, program=row.program)


def end_for_program(by: Actor, row: Proposal) -> None:
    """Declined or withdrawn: a program that was only proposed is no more; a pilot runs out."""
    if row.program is None or is_later(row):
        return
    if row.program.state == ProgramState.PROPOSED:
        programs.decline_program(by=by, program=row.program)
    elif row.submitted_at is not None or row.program.state == ProgramState.FULL_PROPOSED:
        full_proposal_ended(by=by, program=row.program)
