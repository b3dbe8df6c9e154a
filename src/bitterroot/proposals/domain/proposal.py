"""The way of a proposal: signatures, office, decision. Nothing else changes its state."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.capacities import Asked, who_signs
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import decision as decisions
from bitterroot.governance.domain import link as links
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.domain.acts import confirm
from bitterroot.governance.models import Condition, Decision, SignatureRequest
from bitterroot.governance.rules import authors_of
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Unit
from bitterroot.people.queries import acts_for
from bitterroot.policy.models.process import SignStep
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.domain.road import follow_class
from bitterroot.proposals.domain.state import (
    end_for_program,
    let_program_follow,
    locked,
    set_state,
    state_at,
)
from bitterroot.proposals.enums import UNDER_WAY, ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.concurrence import why_wait
from bitterroot.proposals.queries.missing import answers_of, content_of, facts_of, missing
from bitterroot.proposals.queries.process import process_of, signing_of
from bitterroot.proposals.queries.signers import asked_to_sign
from bitterroot.proposals.rules import (
    EDITABLE,
    may_check,
    may_decide,
    may_submit,
    may_take_back,
    office_run,
)
from bitterroot.record import clock

#: In these a proposal can be put on hold.
OPEN = tuple(state for state in UNDER_WAY if state != ProposalState.ON_HOLD)
#: What the record says where finding a proposal complete is a step of its own.
COMPLETE = "Found complete."


def signers(proposal: Proposal) -> list[Asked]:
    """Who will be asked, in order. Raises NotPossible where an office has no holder."""
    return asked_to_sign(proposal, answers_of(proposal), facts_of(proposal))


@transaction.atomic
def submit_for_signatures(*, by: Actor, proposal: Proposal) -> Proposal:
    """Freeze a version and ask for signatures in order.

    Signatures that stand are kept; those whose covered material fields changed are void and
    their signers are told. Raises NotPossible with what is missing, field by field.
    """
    answer = may_submit(by, proposal).require()
    row = locked(proposal, *EDITABLE)
    follow_class(by, row)
    gaps = missing(row)
    if gaps:
        raise NotPossible("Something is still missing.", [(gap.field, gap.message) for gap in gaps])
    assert by.person is not None
    let_program_follow(by, row)
    case = row.case
    row.written_by.add(*row.co_authors.all())
    snapshot = cases.freeze(by=by, case=case, content=content_of(row), person=by.person)
    case.facts = sorted(facts_of(row))
    case.save(update_fields=["facts"])
    step = signing_of(row)
    if step is None:  # nobody signs (any more): the case goes on at once
        signatures.request_signatures(by=by, case=case, snapshot=snapshot, asked=[])
        _go_on(by, row, process_of(row).start)
        return row
    cases.move(by=by, case=case, step=step.key)
    set_state(
        by, row, ProposalState.SIGNING, "proposal sent for signatures", answer.capacity, tell=False
    )
    signatures.request_signatures(by=by, case=case, snapshot=snapshot, asked=signers(row))
    advance(by=system("all signatures given"), proposal=row)
    return row


def _go_on(by: Actor, row: Proposal, path: str) -> None:
    """Send the proposal to the step after that at `path`: the office is told and checks it."""
    following = process_of(row).after(path)
    assert following is not None
    cases.move(by=by, case=row.case, step=following)
    row.submitted_at = clock.now()
    set_state(by, row, state_at(row.case, ProposalState.SUBMITTED), "proposal submitted")


@transaction.atomic
def advance(*, by: Actor, proposal: Proposal) -> bool:
    """Send the proposal to the office once everyone has signed and the agreement is executed."""
    row = hold(proposal)
    if row.state != ProposalState.SIGNING or not signatures.all_signed(row.case):
        return False
    case = row.case
    step = policies.of(case).processes[case.process].step(case.step)
    if not isinstance(step, SignStep) or step.unmet(facts_of(row)):
        return False
    _go_on(by, row, case.step)
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
    """Return with a comment or decline: the proposal goes back to its lead. No signature is void.

    Raises Refused for someone who was asked but does not hold the office any more on this day.
    """
    _still_in_office(signature)
    done = signatures.object_to(by=by, signature=signature, comment=comment, decline=decline)
    return _send_back(by, done)


@transaction.atomic
def expire(*, signature: SignatureRequest) -> SignatureRequest:
    """End a request to sign that nobody answered in time: the proposal goes back to its lead.

    Signatures already given stand. Raises NotPossible where it can still be answered, or was.
    """
    found = signatures.locked(signature)
    signatures.note_expired(found)
    return _send_back(system("end of the time to sign"), found)


def _send_back(by: Actor, done: SignatureRequest) -> SignatureRequest:
    row = locked(done.case.proposal, ProposalState.SIGNING)
    _to_draft(by, row, ProposalState.RETURNED, "proposal returned by signatory")
    return done


@transaction.atomic
def take_back(*, by: Actor, proposal: Proposal) -> Proposal:
    """Back to draft while it is being signed; signatures stand until what they cover changes."""
    answer = may_take_back(by, proposal).require()
    row = locked(proposal, ProposalState.SIGNING)
    _to_draft(by, row, ProposalState.DRAFT, "proposal taken back", answer.capacity)
    return row


@transaction.atomic
def withdraw(*, by: Actor, proposal: Proposal, reason: str) -> Proposal:
    """End it before it is decided, for a reason that is kept."""
    answer = may_take_back(by, proposal).require()
    row = locked(proposal, *UNDER_WAY)
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write a reason.")])
    cases.close(by=by, case=row.case)
    end_for_program(by, row)
    set_state(
        by,
        row,
        ProposalState.WITHDRAWN,
        "proposal withdrawn",
        answer.capacity,
        reason=reason.strip(),
    )
    return row


@transaction.atomic
def put_on_hold(
    *, by: Actor, proposal: Proposal, reason: str, review_on: date | None = None
) -> Proposal:
    """Stop the clock, for a reason. Nothing is void. The office is reminded on `review_on`."""
    answer = may_check(by, proposal).require()
    row = locked(proposal, *OPEN)
    if not reason.strip():
        raise NotPossible("Say why it is on hold.", [("reason", "Write a reason.")])
    if review_on is not None and review_on <= clock.today():
        raise NotPossible("That day is past.", [("review_on", "Choose a day that is to come.")])
    cases.hold(by=by, case=row.case, review_on=review_on)
    row.previous_state = row.state
    set_state(
        by, row, ProposalState.ON_HOLD, "proposal on hold", answer.capacity, reason=reason.strip()
    )
    return row


@transaction.atomic
def resume(*, by: Actor, proposal: Proposal) -> Proposal:
    """Let it go on where it stood; what is open is due later by the days that it stood still."""
    answer = may_check(by, proposal).require()
    row = locked(proposal, ProposalState.ON_HOLD)
    cases.release(by=by, case=row.case)
    state, row.previous_state = ProposalState(row.previous_state), ""
    set_state(by, row, state, "proposal resumed", answer.capacity)
    return row


@transaction.atomic
def accept_complete(*, by: Actor, proposal: Proposal) -> Proposal:
    """The office found it complete; it is in review. The lead is told.

    Raises NotPossible while a unit that is asked to concur has its time, where the policy waits.
    """
    answer = may_check(by, proposal).require()
    row = locked(proposal, ProposalState.SUBMITTED)
    if why := why_wait(row):
        raise NotPossible(why)
    run = office_run(by, row)
    if run is not None and run.kind == "record":  # its policy has a step for this alone
        confirm(by=by, run=run, reason=COMPLETE)
        row.refresh_from_db()
    set_state(by, row, ProposalState.IN_REVIEW, "proposal received", answer.capacity)
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
    to: str | None = None,
) -> Decision:
    """Approve, approve with conditions, return or decline (the policy's words), as the office
    before which it is. `to` is the step that a return goes to, where the policy leaves a choice.

    Incomplete ones may be returned without a review; anything else needs the completeness check.
    """
    may_decide(by, proposal).require()
    allowed = [ProposalState.IN_REVIEW, *([ProposalState.SUBMITTED] if outcome == "return" else [])]
    row = locked(proposal, *allowed)
    run = office_run(by, row)
    if run is not None and run.kind == "record":
        return confirm(by=by, run=run, outcome=outcome, reason=reason, to=to)
    return decisions.decide(
        by=by,
        case=row.case,
        outcome=outcome,
        reason=reason,
        field_reasons=field_reasons,
        conditions=conditions,
        to=to,
    )


@transaction.atomic
def close_condition(*, by: Actor, condition: Condition, evidence: str) -> None:
    """Close a condition; with the last one the approval takes effect."""
    case = condition.decision.case
    assert case is not None
    locked(case.proposal, ProposalState.CONDITIONS)
    decisions.close_condition(by=by, condition=condition, evidence=evidence)


def _still_in_office(signature: SignatureRequest) -> None:
    proposal = Proposal.objects.select_related("lead", "case").get(case=signature.case_id)
    asked = signature.delegated_from or signature.person
    values = answers_of(proposal)
    unit = Unit.objects.get(pk=values["owner_unit"])
    authors = authors_of(proposal.case)
    step = signing_of(proposal)
    for signer in step.signers if step else ():
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
    cases.move(by=by, case=row.case, step="draft")
    set_state(by, row, state, verb, capacity)
