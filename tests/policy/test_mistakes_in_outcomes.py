"""Mistakes in what comes of a process: they load nowhere, and are named where they were made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bitterroot.policy import load_policy

Edit = Callable[..., list[str]]
PILOT = "processes/pilot-proposal.yaml"
FULL = "processes/full-proposal.yaml"
OFFICE = "processes > pilot-proposal > steps > office > outcomes"
APPROVE = "        label: Approve\n        effect: approve pilot\n"
DECLINE = "        label: Decline\n        reason: true\n"


def test_a_refusal_approves_nothing(folder: Path, after: Edit) -> None:
    [problem] = after(PILOT, DECLINE, DECLINE + "        effect: approve pilot\n")
    assert problem.endswith(
        f"{OFFICE} > decline > effect: 'decline' approves nothing, so no effect comes of it. "
        "Expected the effect at an outcome that approves."
    )


def test_an_approval_of_which_nothing_comes(folder: Path, after: Edit) -> None:
    [problem] = after(PILOT, APPROVE, "        label: Approve\n")
    assert problem.endswith(
        f"{OFFICE} > approve: the case ends with it, and nothing comes of that. "
        "Expected 'effect: establish program', or a step after it."
    )


def test_an_effect_that_belongs_to_another_sort_of_process(folder: Path, after: Edit) -> None:
    [problem] = after(PILOT, APPROVE, APPROVE.replace("approve pilot", "end program"))
    assert problem.endswith(
        f"{OFFICE} > approve > effect: a process that begins a program does not come to "
        "'end program'. Expected one of: approve pilot, establish program."
    )


def test_an_approval_that_goes_round_in_circles(folder: Path, after: Edit) -> None:
    old = "        label: Recommend\n        sentence: The proposal goes to the committees of"
    [problem] = after(FULL, old, old.replace("Recommend\n", "Recommend\n        to: draft\n"))
    assert problem.endswith(
        "subcommittee > outcomes > approve > to: 'approve' goes on, and 'draft' is no later step. "
        "Expected one of: committees, senate, provost, system."
    )


def test_a_step_that_is_passed_leads_back(folder: Path, after: Edit) -> None:
    old = "    title: Signatures\n"
    problems = after(FULL, old, old + "    then: draft\n")
    assert any(
        problem.endswith(
            "signatures > then: 'draft' is no later step. "
            "Expected one of: complete, subcommittee, committees, senate, provost, system."
        )
        for problem in problems
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "    form: pilot-proposal\n    by: [lead, co-lead]\n",
            "    form: intent\n    by: [lead, co-lead]\n",
            "draft > form: this process is about the form 'pilot-proposal'."
            " Expected 'pilot-proposal'.",
        ),
        (
            "    by: [lead, co-lead]\n",
            "    by: [co-lead]\n",
            "draft > submit by: 'lead' submits what they may not write. Expected one of: co-lead.",
        ),
        (
            "        covers: [identity, money, curriculum, operation]\n",
            "        covers: []\n",
            "in order > 3 > covers: a signature that covers nothing says nothing."
            " Expected 'all', or sections of the form.",
        ),
        (
            "      - who: head of owner unit\n",
            "      - who: supervisor of lead\n",
            "in order > 2: 'supervisor of lead' is asked twice. Expected one of them.",
        ),
    ],
)
def test_who_writes_and_who_signs(folder: Path, after: Edit, old: str, new: str, why: str) -> None:
    [problem] = after(PILOT, old, new)
    assert problem.endswith(why)


def test_more_reviews_than_members(folder: Path, after: Edit) -> None:
    old = "  subcommittee:\n    kind: vote\n"
    step = (
        "  readers:\n    kind: review\n    title: Readers\n    rubric: program-review\n"
        "    body: ascrc\n    at least: 13\n    due: 10 business days\n"
    )
    [problem] = after(FULL, old, step + old)
    assert problem.endswith(
        "readers > at least: Academic Standards and Curriculum Review Committee has 12 members who "
        "review, not 13. Expected 1 to 12."
    )
    assert after(FULL, "at least: 13", "at least: 12") == []


def test_a_chair_without_a_vote_reviews_too(folder: Path, after: Edit) -> None:
    old = "  subcommittee:\n    kind: vote\n"
    step = (
        "  readers:\n    kind: review\n    title: Readers\n    rubric: program-review\n"
        "    body: faculty-senate\n    at least: 61\n    due: 10 business days\n"
    )
    assert load_policy(folder).bodies["faculty-senate"].voters == 60
    assert after(FULL, old, step + old) == []
