"""The way of a proposal: signatures, office, decision. Nothing else changes its state."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.capacities import Asked, who_signs
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import decision as decisions
from bitterroot.governance.domain import link as links
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.enums import CaseState, Outcome
from bitterroot.governance.models import Case, Condition, Decision, SignatureRequest
from bitterroot.governance.rules import authors_of
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Unit
from bitterroot.people.queries import acts_for
from bitterroot.policy.models.process import FormStep, SignStep
from bitterroot.programs.domain import program as programs
from bitterroot.programs.models import Program
from bitterroot.proposals.domain.draft import PROCESS, note
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.missing import content_of, facts_of, missing
from bitterroot.proposals.rules import EDITABLE, may_check, may_submit, may_take_back
from bitterroot.record import clock

OPEN = (
    ProposalState.DRAFT,
    ProposalState.SIGNING,
    ProposalState.SUBMITTED,
    ProposalState.IN_REVIEW,
    ProposalState.RETURNED,
    ProposalState.CONDITIONS,
)


def signers(proposal: Proposal) -> list[Asked]:
    """Who will be asked, in order. Raises NotPossible where an office has no holder."""
    policy = policies.of(proposal.case)
    values = policy.forms[PROCESS].filled(proposal.values)
    unit = Unit.objects.get(pk=values["owner_unit"])
    facts = facts_of(proposal)
    asked: list[Asked] = []
    authors = authors_of(proposal.case)
    for signer in policy.processes[PROCESS].signers_for("signatures", facts):
        asked += who_signs(signer, lead=proposal.lead, unit=unit, values=values, authors=authors)
    once: dict[object, Asked] = {}
    for who in asked:
        once.setdefault(who.person or who.partner_email, who)
    return list(once.values())


@transaction.atomic
def submit_for_signatures(*, by: Actor, proposal: Proposal) -> Proposal:
    """Freeze a version and ask for signatures in order.

    Signatures that stand are kept; those whose covered material fields changed are void and
    their signers are told. Raises NotPossible with what is missing, field by field.
    """
    answer = may_submit(by, proposal).require()
    row = _locked(proposal, *EDITABLE)
    gaps = missing(row)
    if gaps:
        raise NotPossible("Something is still missing.", [(gap.field, gap.message) for gap in gaps])
    assert by.person is not None
    values = content_of(row)["values"]
    co_authors = list(row.co_authors.all())
    if row.program is None:
        row.program = programs.propose_program(
            by=by, values=values, lead=row.lead, co_leads=co_authors
        )
    else:
        programs.update_proposed(by=by, program=row.program, values=values, co_leads=co_authors)
    case = cases.lock(row.case)
    snapshot = cases.freeze(by=by, case=case, content=content_of(row), person=by.person)
    case.facts = sorted(facts_of(row))
    case.save(update_fields=["facts"])
    cases.move(by=by, case=case, step="signatures")
    row.case = case
    _set(
        by, row, ProposalState.SIGNING, "proposal sent for signatures", answer.capacity, tell=False
    )
    signatures.request_signatures(by=by, case=case, snapshot=snapshot, asked=signers(row))
    advance(by=system("all signatures given"), proposal=row)
    return row


@transaction.atomic
def advance(*, by: Actor, proposal: Proposal) -> bool:
    """Send the proposal to the office once everyone has signed and the agreement is executed."""
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("case", "lead", "program")
        .get(pk=proposal.pk)
    )
    if row.state != ProposalState.SIGNING or not signatures.all_signed(row.case):
        return False
    case = cases.lock(row.case)
    step = policies.of(case).processes[case.process].step(case.step)
    if not isinstance(step, SignStep) or step.unmet(facts_of(row)):
        return False
    cases.move(by=by, case=case, step="office")
    row.case, row.submitted_at = case, clock.now()
    _set(by, row, ProposalState.SUBMITTED, "proposal submitted")
    return True


@transaction.atomic
def sign(*, by: Actor, signature: SignatureRequest, typed_name: str) -> SignatureRequest:
    """Sign; when it was the last signature, the proposal goes to the office.

    Raises Refused for someone who was asked but does not hold the office any more on this day.
    """
    _still_in_office(signature)
    done = signatures.sign(by=by, signature=signature, typed_name=typed_name)
    advance(by=system("all signatures given"), proposal=done.case.proposal)
    return done


def sign_by_link(*, token: str, code: str, typed_name: str) -> SignatureRequest:
    """Sign as a partner's officer by link and code."""

    def go_on(by: Actor, done: SignatureRequest) -> SignatureRequest:
        advance(by=system("all signatures given"), proposal=done.case.proposal)
        return done

    return links.sign_by_link(token=token, code=code, typed_name=typed_name, then=go_on)


def object_by_link(
    *, token: str, code: str, comment: str, decline: bool = False
) -> SignatureRequest:
    """Return with a comment or decline as a partner's officer: the proposal goes to its lead."""
    return links.object_by_link(
        token=token, code=code, comment=comment, decline=decline, then=_send_back
    )


@transaction.atomic
def object_to(
    *, by: Actor, signature: SignatureRequest, comment: str, decline: bool = False
) -> SignatureRequest:
    """Return with a comment or decline: the proposal goes back to its lead. No signature is void."""
    done = signatures.object_to(by=by, signature=signature, comment=comment, decline=decline)
    return _send_back(by, done)


def _send_back(by: Actor, done: SignatureRequest) -> SignatureRequest:
    row = _locked(done.case.proposal, ProposalState.SIGNING)
    _to_draft(by, row, ProposalState.RETURNED, "proposal returned by signatory")
    return done


@transaction.atomic
def take_back(*, by: Actor, proposal: Proposal) -> Proposal:
    """Back to draft while it is being signed; signatures stand until what they cover changes."""
    answer = may_take_back(by, proposal).require()
    row = _locked(proposal, ProposalState.SIGNING)
    _to_draft(by, row, ProposalState.DRAFT, "proposal taken back", answer.capacity)
    return row


@transaction.atomic
def withdraw(*, by: Actor, proposal: Proposal, reason: str) -> Proposal:
    """End it before it is decided, for a reason that is kept."""
    answer = may_take_back(by, proposal).require()
    row = _locked(proposal, *OPEN, ProposalState.ON_HOLD)
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write a reason.")])
    cases.close(by=by, case=cases.lock(row.case))
    if row.program is not None:
        programs.decline_program(by=by, program=row.program)
    _set(
        by,
        row,
        ProposalState.WITHDRAWN,
        "proposal withdrawn",
        answer.capacity,
        reason=reason.strip(),
    )
    return row


@transaction.atomic
def put_on_hold(*, by: Actor, proposal: Proposal, reason: str) -> Proposal:
    """Stop the clock, for a reason. Nothing is void."""
    answer = may_check(by, proposal).require()
    row = _locked(proposal, *OPEN)
    if not reason.strip():
        raise NotPossible("Say why it is on hold.", [("reason", "Write a reason.")])
    case = cases.lock(row.case)
    case.state = CaseState.ON_HOLD
    case.save(update_fields=["state"])
    row.previous_state = row.state
    _set(by, row, ProposalState.ON_HOLD, "proposal on hold", answer.capacity, reason=reason.strip())
    return row


@transaction.atomic
def resume(*, by: Actor, proposal: Proposal) -> Proposal:
    """Let it go on where it stood."""
    answer = may_check(by, proposal).require()
    row = _locked(proposal, ProposalState.ON_HOLD)
    case = cases.lock(row.case)
    case.state = CaseState.OPEN
    case.save(update_fields=["state"])
    state, row.previous_state = ProposalState(row.previous_state), ""
    _set(by, row, state, "proposal resumed", answer.capacity)
    return row


@transaction.atomic
def accept_complete(*, by: Actor, proposal: Proposal) -> Proposal:
    """The office found it complete; it is in review. The lead is told."""
    answer = may_check(by, proposal).require()
    row = _locked(proposal, ProposalState.SUBMITTED)
    _set(by, row, ProposalState.IN_REVIEW, "proposal received", answer.capacity)
    return row


@transaction.atomic
def decide(
    *,
    by: Actor,
    proposal: Proposal,
    outcome: str,
    reason: str = "",
    field_reasons: Mapping[str, str] | None = None,
    conditions: Sequence[tuple[str, date | None]] = (),
) -> Decision:
    """Approve, approve with conditions, return or decline (the policy's words).

    Incomplete ones may be returned without a review; anything else needs the completeness check.
    """
    may_check(by, proposal).require()
    allowed = [ProposalState.IN_REVIEW, *([ProposalState.SUBMITTED] if outcome == "return" else [])]
    row = _locked(proposal, *allowed)
    return decisions.decide(
        by=by,
        case=row.case,
        outcome=outcome,
        reason=reason,
        field_reasons=field_reasons,
        conditions=conditions,
    )


def follow_decision(by: Actor, decision: Decision) -> None:
    """Keep the proposal's state in step with what was decided on its case, by office or body."""
    case = decision.case
    row = Proposal.objects.select_related("case", "lead", "program").filter(case=case).first()
    if row is None or case is None:
        return
    row.case = case
    state = _state_after(case, decision)
    if state == row.state:
        return
    _set(by, row, state, f"proposal {state.value.replace('_', ' ')}", decision.capacity)
    if state == ProposalState.DECLINED and row.program is not None:
        programs.decline_program(by=by, program=row.program)


def _state_after(case: Case, decision: Decision) -> ProposalState:
    if case.state == CaseState.CLOSED:
        ended_well = decision.outcome not in (Outcome.DECLINED, Outcome.WITHDRAWN)
        return ProposalState.APPROVED if ended_well else ProposalState.DECLINED
    if decision.conditions.filter(closed_at__isnull=True).exists():
        return ProposalState.CONDITIONS
    step = policies.of(case).processes[case.process].step(case.step)
    if isinstance(step, FormStep):
        return ProposalState.RETURNED
    return ProposalState.SIGNING if isinstance(step, SignStep) else ProposalState.IN_REVIEW


@transaction.atomic
def close_condition(*, by: Actor, condition: Condition, evidence: str) -> None:
    """Close a condition; with the last one the approval takes effect."""
    case = condition.decision.case
    assert case is not None
    row = _locked(case.proposal, ProposalState.CONDITIONS)
    may_check(by, row).require()
    decisions.close_condition(by=by, condition=condition, evidence=evidence)


def approve_pilot_effect(by: Actor, decision: Decision) -> None:
    """The effect “approve pilot”: the proposed program's gate opens with what was signed."""
    program, values = _decided(decision)
    programs.approve_pilot(by=by, program=program, decision=decision, values=values)


def establish_effect(by: Actor, decision: Decision) -> None:
    """The effect “establish program”: it is offered for good, with what was decided on."""
    program, values = _decided(decision)
    programs.establish(by=by, program=program, decision=decision, values=values)


def _decided(decision: Decision) -> tuple[Program, dict[str, Any]]:
    """The program that a decision is about, and the answers in the version that was decided on."""
    assert decision.case is not None
    assert decision.snapshot is not None
    proposal: Proposal = decision.case.proposal
    assert proposal.program is not None
    return proposal.program, orjson.loads(decision.snapshot.content)["values"]


def _still_in_office(signature: SignatureRequest) -> None:
    proposal = Proposal.objects.select_related("lead", "case").get(case=signature.case_id)
    asked = signature.delegated_from or signature.person
    policy = policies.of(proposal.case)
    values = policy.forms[PROCESS].filled(proposal.values)
    step = policy.processes[PROCESS].step("signatures")
    assert isinstance(step, SignStep)
    unit = Unit.objects.get(pk=values["owner_unit"])
    authors = authors_of(proposal.case)
    for signer in step.signers:
        if signer.capacity != signature.capacity:
            continue
        found = who_signs(signer, lead=proposal.lead, unit=unit, values=values, authors=authors)
        today = [a.person for a in found]
        if asked in today or any(acts_for(who, asked) for who in today):
            return
    raise Refused(
        f"You do not hold the office “{signature.capacity_title}” any more. When the lead takes the"
        " proposal back and sends it again, whoever holds it now is asked."
    )


def _to_draft(
    by: Actor, row: Proposal, state: ProposalState, verb: str, capacity: str = ""
) -> None:
    case = cases.lock(row.case)
    cases.move(by=by, case=case, step="draft")
    row.case = case
    _set(by, row, state, verb, capacity)


def _locked(proposal: Proposal, *allowed: ProposalState) -> Proposal:
    cases.lock(proposal.case)  # the case first, as decisions of bodies do
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("case", "lead", "program")
        .get(pk=proposal.pk)
    )
    if row.state not in allowed:
        raise NotPossible(
            f"This proposal is {row.get_state_display().lower()}; that is not possible now."
        )
    return row


def _set(
    by: Actor,
    row: Proposal,
    state: ProposalState,
    verb: str,
    capacity: str = "",
    *,
    tell: bool = True,
    **data: Any,
) -> None:
    """The one place that changes a proposal's state."""
    row.state = state
    row.save()
    note(by, row, verb, capacity, tell=tell, state=state, **data)
