"""Random acts from proposal to badge under random rules: every invariant of the domain holds.

It walks for as many seconds as WALK_SECONDS says; ten where nothing is said.
"""

import os
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitterroot.governance import policies
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.policy import Policy, load_policy
from bitterroot.policy.checks import cross_check
from proposals.conftest import SET_UP, SINCE, complete_draft
from proposals.test_tracks import WALK, draft

from .awards_kit import AwardWalk

SECONDS = int(os.environ.get("WALK_SECONDS", "10"))
DOCUMENT = load_policy("montana").document()
ROAD = ("propose", "sign", "sign", "sign", "decide", "decide", "offer")
ISSUING = ("list_learners", "issue", "issue", "issue")
ACTS = (
    *ROAD, *ISSUING, *ISSUING, "market", "market", "change", "rest_or_end", "rename_unit", "hold",
    "hold", "hold", "directory_hold", "ask_back", "answer_back", "answer_back", "lift", "reinstate",
    "new_key", "days_pass",
)  # fmt: skip
#: What is proposed: answers that differ from those of a complete draft; None is the walk in the snow.
SHAPES: dict[str, dict[str, Any] | None] = {
    "credit": {"badge_suspendable": True},
    "noncredit": {"kind": "noncredit", "total_credits": None, "total_hours": 30},
    "again": {"repeatable": True},
    "expires": {"badge_validity": "period", "badge_valid_months": 1},
    "taking part": None,
}


@pytest.fixture
def people(uni: SimpleNamespace) -> SimpleNamespace:
    """Rita and Ruth are registrars, Ivo and Ines issue what bears no credit, Nell markets."""
    ensure_signing_key(by=SET_UP)
    known: dict[str, Any] = {}
    for name, role in [
        ("Rita Finley", Role.REGISTRAR),
        ("Ruth Larsen", Role.REGISTRAR),
        ("Ivo Crane", Role.ISSUING_OFFICER),
        ("Ines Moss", Role.ISSUING_OFFICER),
        ("Nell Hart", Role.MARKETING),
    ]:
        made = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=made, role=role, starts_on=SINCE)
        known[name.split()[0].lower()] = made
    base = uni.by
    uni.by = lambda key: type(SET_UP)(known[key]) if key in known else base(key)
    return uni


def begin(house: SimpleNamespace, policy: Policy, shape: str) -> AwardWalk:
    answers = SHAPES[shape]
    if answers is None:
        return AwardWalk(house, policy, draft(house, "badge", WALK))
    return AwardWalk(house, policy, complete_draft(house, **answers))


@st.composite
def policies_at_random(draw: st.DrawFn) -> Policy:
    """The reference institution with other signers, another road to the decision, other awards."""
    processes = [_process(draw, each) for each in DOCUMENT["processes"]]
    awards = DOCUMENT["awards"] | {
        "transcript before award": draw(st.sampled_from(("before", "after", "independent"))),
        "second person revokes": draw(st.booleans()),
        "badges can be suspended": draw(st.booleans()),
        "reinstate within days": draw(st.sampled_from((0, 30))),
        "endorsements": draw(st.sampled_from(("none", "last decision", "all decisions"))),
        "endorsements name people": draw(st.booleans()),
    }
    policy = Policy.from_document({**DOCUMENT, "processes": processes, "awards": awards})
    assert list(cross_check(policy)) == []
    return policy


def _process(draw: st.DrawFn, process: dict[str, Any]) -> dict[str, Any]:
    """Of the two roads of the walk: fewer signers, a body before the office or none."""
    if process["key"] not in ("pilot-proposal", "badge-proposal"):
        return process
    steps = {step["key"]: step for step in process["steps"]}
    asked = steps["signatures"]["in order"]
    kept = asked[: draw(st.integers(1, 2))] + (asked[2:] if draw(st.booleans()) else [])
    steps["signatures"] = steps["signatures"] | {"in order": kept}
    if draw(st.booleans()):
        said = {"label": "L", "sentence": "S."}
        body = {
            "key": "committee", "kind": "vote", "title": "C", "body": draw(st.sampled_from(
                ("ascrc", "graduate-council", "faculty-senate"))),
            "outcomes": {"approve": said, "return": said | {"to": "draft", "reason": True}},
        }  # fmt: skip
        order = list(steps.values())
        order.insert(2, body)
        return process | {"steps": order}
    return process | {"steps": list(steps.values())}


class Budget:
    """How long the walks may take together. A walk that failed is repeated whatever it takes."""

    def __init__(self) -> None:
        self.ends = time.monotonic() + SECONDS
        self.failed = self.repeats = False

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends

    @property
    def is_spent(self) -> bool:
        return self.is_over and not self.failed


@pytest.fixture
def budget() -> Budget:
    return Budget()


#: From the draft to two badges, one of them claimed and shown.
AWARDED: tuple[tuple[str, int], ...] = (
    ("propose", 0), *[("sign", 0)] * 3, ("market", 0), ("decide", 0), ("market", 0),
    ("offer", 0), ("list_learners", 2), ("list_learners", 2), *[("issue", 2)] * 3, ("hold", 0),
    ("hold", 4),
)  # fmt: skip
#: What becomes of them.
LATER: tuple[tuple[str, int], ...] = (
    ("issue", 1), ("issue", 1), ("ask_back", 0), ("answer_back", 0), ("reinstate", 0), ("ask_back", 1),
    ("answer_back", 0), ("ask_back", 2), ("answer_back", 0), ("lift", 0), ("new_key", 0), ("rename_unit", 1), ("change", 1), ("rest_or_end", 3),
    ("rest_or_end", 4), ("days_pass", 9),
)  # fmt: skip


def walked(walk: AwardWalk, acts: tuple[tuple[str, int], ...], *, look: bool) -> AwardWalk:
    for act, pick in acts:
        walk.do(act, pick, look=look)
    return walk


def test_the_acts_of_the_walk_reach_a_badge_and_what_becomes_of_it(
    people: SimpleNamespace,
) -> None:
    """So that the random walks are known to try what they are for."""
    walk = walked(begin(people, policies.current(), "credit"), AWARDED + LATER, look=False)
    walk.do("days_pass", 1)
    refused = [said for said in walk.said if not said.endswith(": done")]
    assert refused == [
        "issue: Already awarded this badge, or twice in this request: row 1, 2. "
        "Refuse these rows; the others can be issued.",
        "rest_or_end: 1 offering runs yet. 1 request for badges is not issued yet.",
    ]


@settings(
    max_examples=5 * SECONDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    policy=policies_at_random(),
    shape=st.sampled_from(sorted(SHAPES)),
    picks=st.lists(st.integers(0, 10_000), min_size=8, max_size=40),
)
def test_every_invariant_holds_whatever_is_tried(
    people: SimpleNamespace, budget: Budget, policy: Policy, shape: str, picks: list[int]
) -> None:
    if budget.is_spent:
        return
    budget.repeats, budget.failed = budget.failed, True
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(policies, "current", lambda: policy)
        walk = begin(people, policy, shape)
        begun = [(act, 0) for act in ("market", *ROAD, *ISSUING)] if picks[0] % 4 else []
        for act, pick in [*begun, *((ACTS[n % len(ACTS)], n // len(ACTS)) for n in picks)]:
            walk.do(act, pick)
            if budget.is_over and not budget.repeats:
                break
        transaction.set_rollback(True)
    budget.failed = False
