"""Signatures: who gives them in whose place, when they are asked for, and what makes them void."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bitterroot.governance.domain import link as links
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import Decision, SignatureRequest
from bitterroot.governance.queries import approval_chain, waiting_for
from bitterroot.people.domain.person import assign_role, create_person, delegate, end_role
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import RoleAssignment
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.draft import attach_file, invite_co_author
from bitterroot.proposals.domain.mou import draft_mou, execute_mou
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from bitterroot.record.models import Event

from .conftest import SET_UP, SINCE
from .test_road import asked, sign_next, state_of, states

PARTNER = {
    "third_party": True,
    "partner_organizations": [
        {"name": "City of Missoula", "officer": "Pat Rivers", "email": "pat@city.example"}
    ],
    "mou_state": "in progress",
    "data_shared": "None.",
}


def fresh(row: Proposal) -> Proposal:
    return Proposal.objects.get(pk=row.pk)


@pytest.fixture
def signing(uni: SimpleNamespace, proposal: Proposal) -> Proposal:
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    return fresh(proposal)


@pytest.fixture
def at_partner(
    uni: SimpleNamespace, proposal: Proposal, change: Callable[..., Proposal]
) -> SignatureRequest:
    """Everyone here has signed; Pat Rivers of the city is asked."""
    change(proposal, **PARTNER)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    for _ in range(3):
        sign_next(uni, fresh(proposal))
    return asked(fresh(proposal))


def test_a_delegate_signs_and_both_names_stand_in_the_record(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    request = asked(signing)
    for nobody in (uni.sam, uni.dana):
        with pytest.raises(NotPossible, match="neither yourself nor an author"):
            signatures.delegate(by=uni.by("sam"), signature=request, to=nobody, reason="Away.")
    signatures.delegate(by=uni.by("sam"), signature=request, to=uni.stranger, reason="Away.")
    with pytest.raises(Refused, match="Only the person who is asked"):
        verbs.sign(by=uni.by("sam"), signature=request, typed_name="Sam Stokes")
    assert [d.title for d in waiting_for(uni.stranger)] == ["GIS for Community Planning"]
    done = verbs.sign(by=uni.by("stranger"), signature=asked(signing), typed_name="Stan Finley")
    assert (done.person, done.delegated_from) == (uni.stranger, uni.sam)
    event = Event.objects.get(verb="signature delegated")
    assert (event.actor_name, str(uni.stranger.pk) in event.data) == ("Sam Stokes", True)
    assert asked(signing).person == uni.hale


def test_a_co_author_cannot_be_given_the_signature(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    invite_co_author(by=uni.by("dana"), proposal=proposal, person=uni.stranger)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    with pytest.raises(NotPossible, match="nor an author"):
        signatures.delegate(
            by=uni.by("sam"), signature=asked(fresh(proposal)), to=uni.stranger, reason=""
        )


def test_who_declines_says_why_and_the_lead_may_ask_again(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        verbs.object_to(by=uni.by("sam"), signature=asked(signing), comment=" ", decline=True)
    verbs.object_to(by=uni.by("sam"), signature=asked(signing), comment="No staff.", decline=True)
    assert state_of(signing) == ProposalState.RETURNED
    assert states(signing)["supervisor of lead"] == "declined"
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(signing))
    assert states(signing)["supervisor of lead"] == "requested+void"


def test_nobody_signs_what_was_taken_back_is_on_hold_or_withdrawn(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    def sam_cannot(words: str) -> None:
        assert waiting_for(uni.sam) == []
        with pytest.raises(Refused, match=words):
            verbs.sign(by=uni.by("sam"), signature=asked(fresh(signing)), typed_name="Sam Stokes")

    verbs.put_on_hold(by=uni.by("olive"), proposal=signing, reason="The catalog is reworked.")
    sam_cannot("it is on hold")
    verbs.resume(by=uni.by("olive"), proposal=fresh(signing))
    assert len(waiting_for(uni.sam)) == 1
    verbs.take_back(by=uni.by("dana"), proposal=fresh(signing))
    sam_cannot("back with its authors")
    verbs.withdraw(by=uni.by("dana"), proposal=fresh(signing), reason="Another year.")
    sam_cannot("it is closed")
    assert state_of(signing) == ProposalState.WITHDRAWN


def test_only_who_holds_the_office_on_the_day_signs(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    sign_next(uni, signing)
    headship = RoleAssignment.objects.get(person=uni.hale, role=Role.HEAD)
    end_role(by=SET_UP, assignment=headship, on=date(2026, 11, 17))
    nora = create_person(by=SET_UP, display_name="Nora Weasel")
    assign_role(by=SET_UP, person=nora, role=Role.HEAD, unit=uni.unit, starts_on=SINCE)
    with pytest.raises(Refused, match="do not hold the office"):
        sign_next(uni, signing)
    verbs.take_back(by=uni.by("dana"), proposal=fresh(signing))
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(signing))
    assert asked(fresh(signing)).person == nora


def test_who_delegated_an_office_while_away_may_still_sign(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    sign_next(uni, signing)
    headship = RoleAssignment.objects.get(person=uni.hale, role=Role.HEAD)
    delegate(by=SET_UP, assignment=headship, to=uni.stranger, until=date(2026, 12, 1))
    assert sign_next(uni, signing).person == uni.hale


def test_a_changed_file_voids_those_who_cover_its_section_alone(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    for _ in range(2):
        sign_next(uni, signing)
    verbs.take_back(by=uni.by("dana"), proposal=fresh(signing))
    attach_file(
        by=uni.by("dana"),
        proposal=fresh(signing),
        field="rubric",
        name="rubric.pdf",
        data=b"%PDF-1.7 rubric",
    )
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(signing))
    void = SignatureRequest.objects.filter(state=SignatureState.VOID).exclude(acted_at=None)
    assert set(void.values_list("capacity", "void_reason")) == {
        ("supervisor of lead", "Changed since: Rubric."),
        ("head of owner unit", "Changed since: Rubric."),
    }


def test_a_partner_signs_by_link_and_code_once(at_partner: SignatureRequest) -> None:
    first = links.mint_link(by=SET_UP, signature=at_partner)
    token = links.mint_link(by=SET_UP, signature=at_partner)
    code = links.make_code(signature=at_partner)
    at_partner.refresh_from_db()
    row = {f.name: str(getattr(at_partner, f.name)) for f in at_partner._meta.concrete_fields}
    assert not [k for k, v in row.items() if token in v or code == v]
    assert links.signature_for_token(first) is None  # the newer link replaced it
    assert links.signature_for_token(token) == at_partner
    done = verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers")
    assert (done.state, done.method, done.typed_name) == ("signed", "link", "Pat Rivers")
    with pytest.raises(NotPossible, match="no longer valid"):
        verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers")
    assert not Event.objects.filter(data__contains=token).exists()


def test_five_wrong_codes_end_the_code(at_partner: SignatureRequest) -> None:
    token = links.mint_link(by=SET_UP, signature=at_partner)
    code = links.make_code(signature=at_partner)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for told in ("left: 4", "left: 3", "left: 2", "left: 1", "five tries are used up"):
        with pytest.raises(NotPossible, match=told):
            verbs.sign_by_link(token=token, code=wrong, typed_name="Pat Rivers")
    with pytest.raises(NotPossible, match="Five wrong codes"):
        verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers")
    again = links.make_code(signature=at_partner)
    assert verbs.sign_by_link(token=token, code=again, typed_name="Pat Rivers").state == "signed"


def test_a_code_ends_after_a_quarter_of_an_hour(at_partner: SignatureRequest) -> None:
    token = links.mint_link(by=SET_UP, signature=at_partner)
    with pytest.raises(NotPossible, match="Ask for a code first"):
        verbs.sign_by_link(token=token, code="000000", typed_name="Pat Rivers")
    code = links.make_code(signature=at_partner)
    start = clock.now()
    with (
        clock.standing_at(start + timedelta(minutes=15)),
        pytest.raises(NotPossible, match="older than 15 minutes"),
    ):
        verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers")
    with clock.standing_at(start + timedelta(minutes=14, seconds=59)):
        assert verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers").state == "signed"


def test_five_codes_are_made_within_an_hour(at_partner: SignatureRequest) -> None:
    start = clock.now()
    for minute in range(5):
        with clock.standing_at(start + timedelta(minutes=minute)):
            links.make_code(signature=at_partner)
    with (
        clock.standing_at(start + timedelta(minutes=59, seconds=59)),
        pytest.raises(NotPossible, match="ask again at 10:00"),  # the office's time
    ):
        links.make_code(signature=at_partner)
    with clock.standing_at(start + timedelta(hours=1)):
        links.make_code(signature=at_partner)
    at_partner.refresh_from_db()
    assert (at_partner.codes_made, at_partner.codes_since) == (1, start + timedelta(hours=1))


def test_a_partner_returns_and_later_declines_by_link(
    uni: SimpleNamespace, at_partner: SignatureRequest
) -> None:
    proposal = at_partner.case.proposal
    token = links.mint_link(by=SET_UP, signature=at_partner)
    code = links.make_code(signature=at_partner)
    with pytest.raises(NotPossible, match="Say why"):
        verbs.object_by_link(token=token, code=code, comment=" ")
    done = verbs.object_by_link(token=token, code=code, comment="We teach in May, not in June.")
    assert (done.state, done.comment) == ("returned", "We teach in May, not in June.")
    assert state_of(proposal) == ProposalState.RETURNED
    assert links.signature_for_token(token) is None
    returned = Event.objects.get(verb="signature returned")
    assert (returned.actor_name, returned.capacity) == (
        "Bitterroot (link of Pat Rivers)",
        at_partner.capacity_title,
    )
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=fresh(proposal))
    again = asked(fresh(proposal))
    assert again.partner_email == "pat@city.example"  # those here who signed are not asked again
    token = links.mint_link(by=SET_UP, signature=again)
    code = links.make_code(signature=again)
    done = verbs.object_by_link(token=token, code=code, comment="No staff for it.", decline=True)
    assert done.state == "declined"
    assert state_of(proposal) == ProposalState.RETURNED


def test_a_link_ends_after_fourteen_days(at_partner: SignatureRequest) -> None:
    token = links.mint_link(by=SET_UP, signature=at_partner)
    start = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
    with clock.standing_at(start + timedelta(days=14)):
        assert links.signature_for_token(token) == at_partner
    with clock.standing_at(start + timedelta(days=14, seconds=1)):
        assert links.signature_for_token(token) is None


def test_all_signatures_wait_for_the_executed_agreement(
    uni: SimpleNamespace, at_partner: SignatureRequest
) -> None:
    proposal = at_partner.case.proposal
    token = links.mint_link(by=SET_UP, signature=at_partner)
    code = links.make_code(signature=at_partner)
    verbs.sign_by_link(token=token, code=code, typed_name="Pat Rivers")
    assert state_of(proposal) == ProposalState.SIGNING
    mou = draft_mou(by=uni.by("dana"), proposal=fresh(proposal), values={"title": "City and UM"})
    with pytest.raises(NotPossible, match="future"):
        execute_mou(
            by=uni.by("olive"),
            mou=mou,
            file_name="mou.pdf",
            data=b"%PDF-1.7 mou",
            executed_on=date(2026, 11, 19),
        )
    execute_mou(
        by=uni.by("olive"),
        mou=mou,
        file_name="mou.pdf",
        data=b"%PDF-1.7 mou",
        executed_on=date(2026, 11, 17),
    )
    assert state_of(proposal) == ProposalState.SUBMITTED
    verbs.accept_complete(by=uni.by("olive"), proposal=fresh(proposal))
    decision = verbs.decide(by=uni.by("olive"), proposal=fresh(proposal), outcome="approve")
    assert [s["name"] for s in approval_chain(decision)["signatures"]] == [
        "Sam Stokes",
        "Hale Yellowtail",
        "Deane Larsen",
        "Pat Rivers",
    ]


def test_a_signature_in_the_evening_is_of_that_day_in_missoula(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    with clock.standing_at(datetime(2026, 11, 19, 2, 30, tzinfo=UTC)):  # 7:30 p.m. there
        sign_next(uni, signing)
    case = fresh(signing).case
    decision = Decision(
        case=case, outcome="approve", decided_on=date(2026, 11, 19), recorded_at=clock.now()
    )
    assert [s["signed_on"] for s in approval_chain(decision)["signatures"]] == ["2026-11-18"]


def test_nobody_signs_with_the_name_of_somebody_else(
    uni: SimpleNamespace, signing: Proposal
) -> None:
    with pytest.raises(NotPossible, match="asked of Sam Stokes") as refused:
        verbs.sign(by=uni.by("sam"), signature=asked(signing), typed_name="Hale Yellowtail")
    assert refused.value.problems == [("typed_name", "Type your own name: Sam Stokes.")]
    assert asked(signing).typed_name == ""
    done = verbs.sign(by=uni.by("sam"), signature=asked(signing), typed_name="Dr. S. STÖKES")
    assert (done.state, done.typed_name) == ("signed", "Dr. S. STÖKES")


@pytest.mark.parametrize(
    ("shown", "legal", "typed", "signs"),
    [
        ("Sam Stokes", "Wu Kexin", "Kexin Wu", True),  # the legal name, unlike the one shown
        ("王伟", "", "王 伟", True),
        ("Óscar O'Brien", "", "Oscar OBrien", True),
        ("Madonna", "", "madonna", True),
        ("Dr. Sam Stokes", "", "Dr. Hale Yellowtail", False),  # they share a title alone
        ("S. Stokes", "", "S. Yellowtail", False),
        ("Sam Stokes", "Wu Kexin", "Dr.", False),
    ],
)
def test_whoever_is_asked_signs_with_any_name_of_theirs(
    uni: SimpleNamespace, signing: Proposal, shown: str, legal: str, typed: str, signs: bool
) -> None:
    uni.sam.display_name, uni.sam.legal_name = shown, legal
    uni.sam.save()
    if signs:
        done = verbs.sign(by=uni.by("sam"), signature=asked(signing), typed_name=typed)
        assert done.typed_name == typed
    else:
        with pytest.raises(NotPossible, match="asked of"):
            verbs.sign(by=uni.by("sam"), signature=asked(signing), typed_name=typed)
