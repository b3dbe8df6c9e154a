"""A course without credit and a badge are changed by forms of their own: the budget changes too."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.policy import load_policy
from bitterroot.programs.models import Program
from bitterroot.proposals.domain import mou as mous
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.domain.change import start_change, ways
from bitterroot.proposals.domain.draft import attest_procedures, save_values
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.agreement_start import first_values
from bitterroot.proposals.queries.budget import budget_of
from bitterroot.proposals.queries.changes import changed_keys, class_of
from bitterroot.proposals.queries.missing import missing

from .test_changes import WHY
from .test_road import sign_next, state_of
from .test_tracks import COURSE, WALK, decided, draft

EXECUTED = {"file_name": "mou.pdf", "data": b"%PDF-1.7", "executed_on": date(2026, 11, 18)}


@pytest.fixture
def course(uni: SimpleNamespace) -> Program:
    """Meetings that Decide: offered, its memorandum signed by the four parties."""
    row = draft(uni, "noncredit", COURSE)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    memorandum(uni, row)
    return decided(uni, row, 2)


@pytest.fixture
def walk(uni: SimpleNamespace) -> Program:
    """A badge for taking part in a walk; it says so and claims nothing."""
    row = draft(uni, "badge", WALK)
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    return decided(uni, row, 2)


def memorandum(uni: SimpleNamespace, row: Proposal) -> None:
    mou = mous.draft_mou(by=uni.by("dana"), proposal=row, values=first_values(row))
    mous.execute_mou(by=uni.by("olive"), mou=mou, **EXECUTED)  # type: ignore[arg-type]


def changed(uni: SimpleNamespace, program: Program, **values: Any) -> Proposal:
    row = start_change(by=uni.by("dana"), program=program)
    row = attest_procedures(by=uni.by("dana"), proposal=row)
    said = {**WHY, **values}
    return save_values(by=uni.by("dana"), proposal=row, values=said, revision=row.revision)


def taken(uni: SimpleNamespace, row: Proposal, signatures: int) -> dict[str, Any]:
    """Signed and decided; what the new version says."""
    for _ in range(signatures):
        sign_next(uni, row)
    verbs.accept_complete(by=uni.by("olive"), proposal=row)
    verbs.decide(by=uni.by("olive"), proposal=row, outcome="approve")
    assert state_of(row) == ProposalState.APPROVED
    assert row.program is not None
    content: dict[str, Any] = row.program.versions.get(n=2).content
    return content


def test_the_price_of_a_course_is_changed_with_its_costs(
    uni: SimpleNamespace, course: Program
) -> None:
    costs = [{"item": "Instruction", "amount": "2000.00"}, {"item": "Room", "amount": "400.00"}]
    row = changed(uni, course, price="260.00", fixed_costs=costs)
    assert (row.process, changed_keys(row)) == (
        "minor-change-noncredit",
        {"price": "minor", "fixed_costs": "minor", "badge_cost_amount": "minor"},
    )
    assert missing(row) == []
    budget = budget_of(row.values)
    assert budget is not None
    assert (budget.break_even, str(budget.left)) == (10, "1440.00")
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    content = taken(uni, row, 2)  # head and dean
    assert (content["price"], content["fixed_costs"]) == ("260.00", costs)
    assert content["revenue_split"] == COURSE["revenue_split"]
    assert "change_reason" not in content


def test_a_budget_that_does_not_add_up_is_not_sent(uni: SimpleNamespace, course: Program) -> None:
    half = [{"party": "UMOnline", "percent": 50}]
    row = changed(uni, course, revenue_split=half, price="100.00", mou_effect="Drawn up anew.")
    said = {gap.field: gap.message for gap in missing(row)}
    assert said["revenue_split"] == "The shares make 50 percent, not 100."
    assert said["shortfall"].startswith("28 learners are needed to carry the costs, and 16 are")


def test_other_shares_are_major_and_wait_for_a_memorandum_drawn_up_anew(
    uni: SimpleNamespace, course: Program
) -> None:
    shares = [{"party": "UMOnline", "percent": 30}, {"party": "Department", "percent": 70}]
    row = changed(uni, course, revenue_split=shares, mou_effect="Drawn up anew.")
    assert (row.process, class_of(row), missing(row)) == ("major-change-noncredit", "major", [])
    mou = mous.draft_mou(by=uni.by("dana"), proposal=row, values=first_values(row))
    assert mou.values["revenue_split"] == shares
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    for _ in range(2):
        sign_next(uni, row)
    assert state_of(row) == ProposalState.SIGNING  # the parties have not signed
    mous.execute_mou(by=uni.by("olive"), mou=mou, **EXECUTED)  # type: ignore[arg-type]
    assert taken(uni, row, 0)["revenue_split"] == shares


def test_a_badge_for_taking_part_is_changed_without_the_senate(
    uni: SimpleNamespace, walk: Program
) -> None:
    row = changed(uni, walk, title="Winter Track Walk", short_title="Winter Walk")
    assert (row.process, missing(row)) == ("major-change-badge", [])
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=row)
    assert [s.capacity for s in row.case.signatures.order_by("order")] == [
        "supervisor of lead",
        "head of owner unit",
    ]
    content = taken(uni, row, 2)
    assert (content["title"], content["assessed"]) == ("Winter Track Walk", "unassessed")


def test_each_track_of_each_institution_asks_in_a_change_what_its_proposal_asked(
    course: Program,
) -> None:
    assert [way.form for _, way in ways(course)] == ["change-noncredit"] * 3
    for name in ("montana", "hudson-valley", "lakeland-state"):
        policy = load_policy(name)
        for track in policy.taxonomy.tracks:
            begun = policy.process_for("program", track=track.key)
            assert begun is not None
            asked = policy.forms[begun.form].fields.keys()
            for word in ("editorial", "minor", "major"):
                change = policy.process_for("change", track=track.key, change=word)  # type: ignore[arg-type]
                assert change is not None
                assert asked <= policy.forms[change.form].fields.keys()
