"""What anyone may read of a body's counts: of its approvals, and of nothing else."""

from types import SimpleNamespace

import pytest

from bitterroot.governance.models import Decision, StepRun
from bitterroot.governance.queries.chain import open_count
from bitterroot.record.in_words import dollars

TALLY = {
    "yes": 5, "no": 2, "abstain": 0, "recused": 0, "eligible": 7, "present": 7, "quorum": 4,
    "passed": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "told"), [("approve", True), ("return", False), ("decline", False)]
)
def test_only_the_count_of_an_approval_is_open(outcome: str, told: bool) -> None:
    run = StepRun(body="faculty-senate")
    decision = Decision(run=run, outcome=outcome, body="Faculty Senate", tally=TALLY)
    bodies = {"faculty-senate": SimpleNamespace(public="tally", title="Faculty Senate")}
    assert ("5 yes" in open_count(decision, bodies)) is told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "shown"), [("1850", "$1,850"), ("free", "$free"), (["12", "15"], "$['12', '15']")]
)
def test_what_is_no_amount_is_shown_as_it_is(said: object, shown: str) -> None:
    assert dollars(said) == shown  # type: ignore[arg-type]
