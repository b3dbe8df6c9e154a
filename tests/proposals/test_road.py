"""From a draft to an open gate: who signs, what voids, who decides."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.queries import approval_chain
from bitterroot.people.domain.person import assign_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.queries import by_slug, template_for, why_not_listed
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import save_values
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.missing import missing
from bitterroot.record.models import Event

from .conftest import SET_UP, SINCE


def state_of(proposal: Proposal) -> str:
    return Proposal.objects.get(pk=proposal.pk).state


def asked(proposal: Proposal) -> SignatureRequest:
    return proposal.case.signatures.get(state__in=[SignatureState.REQUESTED, SignatureState.VIEWED])


def sign_next(uni: SimpleNamespace, proposal: Proposal) -> SignatureRequest:
    request = asked(proposal)
    key = next(k for k in ("sam", "hale", "deane") if getattr(uni, k) == request.person)
    return verbs.sign(by=uni.by(key), signature=request, typed_name=request.person.display_name)


def sign_and_approve(uni: SimpleNamespace, proposal: Proposal) -> None:
    """Dana sends it, three sign, and Olive finds it complete and approves."""
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    verbs.accept_complete(by=uni.by("olive"), proposal=proposal)
    verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve")


def states(proposal: Proposal) -> dict[str, str]:
    latest = {}
    for s in proposal.case.signatures.order_by("requested_at", "order"):
        latest.setdefault(s.capacity, []).append(s.state)
    return {k: "+".join(sorted(v)) for k, v in latest.items()}


def test_a_complete_draft_misses_nothing(proposal: Proposal) -> None:
    assert missing(proposal) == []


def test_three_signatures_and_an_approval_open_the_gate(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    proposal.refresh_from_db()
    assert by_slug(proposal.program.slug) is None
    assert why_not_listed(proposal.program) == [
        "Waits for the signature of Sam Stokes (Supervisor of the lead) since 18 Nov 2026."
    ]
    evening = datetime(2026, 11, 4, 3, 30, tzinfo=UTC)  # of the third, in Montana
    proposal.case.signatures.update(requested_at=evening)
    assert why_not_listed(proposal.program)[0].endswith("since 3 Nov 2026.")
    for _ in range(3):
        assert state_of(proposal) == ProposalState.SIGNING
        sign_next(uni, proposal)
    assert state_of(proposal) == ProposalState.SUBMITTED
    verbs.accept_complete(by=uni.by("olive"), proposal=proposal)
    decision = verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve")
    program = by_slug(proposal.program.slug)
    assert program is not None
    assert program.state == ProgramState.PILOT_APPROVED
    template = template_for(program)
    assert template.achievement["name"] == "GIS for Community Planning"
    chain = approval_chain(decision)
    assert [s["name"] for s in chain["signatures"]] == [
        "Sam Stokes",
        "Hale Yellowtail",
        "Deane Larsen",
    ]
    assert {s["snapshot_sha256"] for s in chain["signatures"]} == {chain["snapshot_sha256"]}
    assert Event.objects.filter(verb="gate opened").count() == 1


def test_a_material_edit_voids_the_signatures_that_cover_it_and_only_those(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> None:
    dana = uni.by("dana")
    verbs.submit_for_signatures(by=dana, proposal=proposal)
    for _ in range(2):
        sign_next(uni, proposal)
    verbs.object_to(
        by=uni.by("deane"), signature=asked(proposal), comment="The accessibility part is thin."
    )
    assert state_of(proposal) == ProposalState.RETURNED
    assert states(proposal)["supervisor of lead"] == "signed"  # a return voids nothing
    change(proposal, contact_phone="406 555 0100")
    verbs.submit_for_signatures(by=dana, proposal=Proposal.objects.get(pk=proposal.pk))
    assert states(proposal) == {  # a minor edit voids nothing
        "supervisor of lead": "signed",
        "head of owner unit": "signed",
        "dean of owner unit": "requested+void",
    }
    sign_next(uni, proposal)
    assert state_of(proposal) == ProposalState.SUBMITTED
    verbs.decide(
        by=uni.by("olive"),
        proposal=proposal,
        outcome="return",
        field_reasons={"accessibility": "Say how."},
    )
    change(proposal, accessibility="Captions, field alternatives and WCAG 2.1 AA.")
    verbs.submit_for_signatures(by=dana, proposal=Proposal.objects.get(pk=proposal.pk))
    now = states(proposal)
    assert now["dean of owner unit"] == "signed+void"  # the dean's sections did not change
    assert now["supervisor of lead"] == "requested+void"
    voided = SignatureRequest.objects.get(capacity="supervisor of lead", state="void")
    assert voided.void_reason == "Changed since: Accessibility and accommodation."


def test_nobody_but_the_one_asked_signs(uni: SimpleNamespace, proposal: Proposal) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for key in ("dana", "hale", "olive", "stranger"):
        with pytest.raises(Refused):
            verbs.sign(by=uni.by(key), signature=asked(proposal), typed_name="x")


def test_nobody_decides_on_their_own_proposal(uni: SimpleNamespace, proposal: Proposal) -> None:
    assign_role(by=SET_UP, person=uni.dana, role=Role.PROGRAM_OFFICER, starts_on=SINCE)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    with pytest.raises(Refused, match="Nobody decides on their own proposal"):
        verbs.accept_complete(by=uni.by("dana"), proposal=proposal)


def test_a_condition_keeps_the_gate_shut_until_it_is_closed(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    olive = uni.by("olive")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    for _ in range(3):
        sign_next(uni, proposal)
    verbs.accept_complete(by=olive, proposal=proposal)
    decision = verbs.decide(
        by=olive,
        proposal=proposal,
        outcome="approve with conditions",
        conditions=[("Name a second instructor.", None), ("Send the rubric.", None)],
    )
    proposal.refresh_from_db()
    first, second = decision.conditions.order_by("id")
    verbs.close_condition(by=olive, condition=first, evidence="Letter of 17 November.")
    assert by_slug(proposal.program.slug) is None
    verbs.close_condition(by=olive, condition=second, evidence="Rubric received.")
    assert by_slug(proposal.program.slug) is not None
    assert state_of(proposal) == ProposalState.APPROVED


def test_the_second_of_two_submits_is_told_so(uni: SimpleNamespace, proposal: Proposal) -> None:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    with pytest.raises(NotPossible, match="being signed"):
        verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    assert proposal.case.signatures.count() == 3


def test_an_older_tab_cannot_overwrite_what_was_saved_meanwhile(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> None:
    old = proposal.revision
    change(proposal, rationale="Counties ask for it too.")
    save_values(by=uni.by("dana"), proposal=proposal, values={"audience": "Anyone."}, revision=old)
    with pytest.raises(NotPossible, match="Why it is needed"):
        save_values(
            by=uni.by("dana"), proposal=proposal, values={"rationale": "Nobody asks."}, revision=old
        )
    assert Proposal.objects.get(pk=proposal.pk).values["rationale"] == "Counties ask for it too."
