"""Two proposals that are bound are decided by the office together: the first waits for the other."""

from types import SimpleNamespace

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain.bundle import bind, open_ready, release_bound
from bitterroot.governance.models import Bound, StepRun
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import waiting_for
from bitterroot.proposals.queries.bundle import bundle_of
from bitterroot.record.domain.audit import verify_record

from .conftest import complete_draft
from .test_road import sign_next, state_of


@pytest.fixture
def pair(uni: SimpleNamespace, proposal: Proposal) -> tuple[Proposal, Proposal]:
    """Maps for planners and maps for teachers, bound before they are sent."""
    other = complete_draft(uni, title="GIS for Teachers", short_title="Teachers GIS")
    bind(by=uni.by("olive"), cases_=[proposal.case, other.case], title="Maps")
    return proposal, other


def signed(uni: SimpleNamespace, row: Proposal) -> StepRun:
    """Sent, signed by three, found complete: at the office's decision."""
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(3):
        sign_next(uni, row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    return row.case.runs.get(path="office")


def duties(uni: SimpleNamespace) -> list[str]:
    return [each.title for each in waiting_for(uni.olive) if "Waits for your decision" in each.why]


def test_the_first_waits_for_the_second_before_the_office(
    uni: SimpleNamespace, pair: tuple[Proposal, Proposal]
) -> None:
    first, second = pair
    run = signed(uni, first)
    assert (run.state, run.note, duties(uni)) == ("waiting", "Waits for GIS for Teachers.", [])
    with pytest.raises(
        NotPossible, match=r"Waits for GIS for Teachers\. They are decided on together"
    ):
        verbs.decide(by=uni.by("olive"), proposal=first, outcome="approve")
    assert signed(uni, second).state == "open"
    assert open_ready() == 1
    assert sorted(duties(uni)) == ["GIS for Community Planning", "GIS for Teachers"]
    for row in pair:
        verbs.decide(by=uni.by("olive"), proposal=row, outcome="approve")
        assert state_of(row) == "approved"
    assert verify_record().broken == []


def test_what_the_office_has_already_waits_once_it_is_bound(
    uni: SimpleNamespace, proposal: Proposal
) -> None:
    other = complete_draft(uni, title="GIS for Teachers", short_title="Teachers GIS")
    assert signed(uni, proposal).state == "open"
    assert duties(uni) == [proposal.title]
    bind(by=uni.by("olive"), cases_=[proposal.case, other.case], title="Maps")
    assert duties(uni) == []
    assert [(each.proposal.title, each.waits) for each in bundle_of(proposal)] == [
        ("GIS for Community Planning", "Waits for GIS for Teachers."),
        ("GIS for Teachers", ""),
    ]
    with pytest.raises(NotPossible, match="They are decided on together"):
        verbs.decide(by=uni.by("olive"), proposal=proposal, outcome="approve")
    assert (signed(uni, other).state, open_ready()) == ("open", 1)
    assert len(duties(uni)) == 2


def test_what_waits_can_be_returned_or_goes_on_alone(
    uni: SimpleNamespace, pair: tuple[Proposal, Proposal]
) -> None:
    first, _ = pair
    signed(uni, first)
    verbs.decide(by=uni.by("olive"), proposal=first, outcome="return", reason="No syllabus.")
    assert state_of(first) == "returned"
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=first)
    verbs.accept_complete(by=uni.by("olive"), proposal=first)
    bound = Bound.objects.get(case=first.case)
    release_bound(by=uni.by("olive"), bound=bound, reason="The grant ends in March.")
    assert (open_ready(), duties(uni)) == (1, [first.title])
    verbs.decide(by=uni.by("olive"), proposal=first, outcome="approve")
    assert state_of(first) == "approved"


def test_a_policy_may_let_them_wait_before_bodies_alone(
    uni: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = policies.current().document()
    policy = Policy.from_document({**document, "bundles": {"wait": "bodies"}})
    monkeypatch.setattr(policies, "current", lambda: policy)
    rows = complete_draft(uni), complete_draft(uni, title="GIS for Teachers")
    bind(by=uni.by("olive"), cases_=[row.case for row in rows], title="Maps")
    assert signed(uni, rows[0]).state == "open"
