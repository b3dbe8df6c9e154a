"""A process as a picture: nothing is cut off, and an arrow that is not the usual way says when."""

import re

import pytest

from bitterroot.policy import load_policy
from bitterroot.policy.drawing import actor_of, outline, svg


@pytest.mark.parametrize("institution", ["montana", "hudson-valley", "lakeland-state"])
def test_no_text_of_a_step_that_stands_alone_is_cut_off(institution: str) -> None:
    policy = load_policy(institution)
    for process in policy.processes.values():
        cut = [
            t for t in re.findall(r"<text[^>]*>([^<]*)</text>", svg(policy, process)) if "…" in t
        ]
        beside = {
            b.title
            for step in process.steps.values()
            for b in getattr(step, "branches", {}).values()
        }
        assert [t for t in cut if not any(b.startswith(t[:-1]) for b in beside)] == []


def test_hudson_s_executive_committee_is_reached_only_by_an_objection() -> None:
    policy = load_policy("hudson-valley")
    drawn = svg(policy, policy.processes["pilot-proposal"])
    assert drawn.count("only if someone objects") == 1
    assert "only if" not in svg(policy, policy.processes["minor-change"])


def test_a_comment_period_of_the_campus_says_whose_it_is() -> None:
    policy = load_policy("lakeland-state")
    process = policy.processes["proposal"]
    assert actor_of(policy, process.steps["campus"]) == "the whole staff"
    assert "Comments of the campus [comment] the whole staff, 10 business days" in outline(
        policy, process
    )
