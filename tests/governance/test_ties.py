"""A tie that the chair decides, where the chair takes no part in the matter: nobody decides it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.body_sweep import run_due
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.seat import seat_member
from bitterroot.governance.models import Ballot, Decision, Seat, StepRun
from bitterroot.governance.queries.body_duties import waiting_for
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy
from bitterroot.record import clock

from .bodies_kit import BODY, SET_UP, _now, house, later, matter, moved  # noqa: F401

RULES: list[dict[str, Any]] = [
    {"tie": "chair decides", "chair votes": False},
    {"tie": "chair decides", "chair votes": True},
]


@pytest.fixture(params=RULES, ids=["the chair has no vote", "the chair votes"])
def _chair_decides(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    document = policies.current().document()
    next(each for each in document["bodies"] if each["key"] == BODY).update(request.param)
    policy = Policy.from_document(document)
    monkeypatch.setattr(policies, "current", lambda: policy)


def tied(house: SimpleNamespace, run: StepRun) -> Ballot:  # noqa: F811
    """Two said yes and two no."""
    ballot = open_ballot(by=house.by("sven"), motion=moved(house, run), method="electronic")
    for key, choice in (("ada", "yes"), ("ben", "yes"), ("cyd", "no"), ("dov", "no")):
        cast_vote(by=house.by(key), ballot=ballot, choice=choice)
    return ballot


def tied_without_the_chair(house: SimpleNamespace, run: StepRun) -> Ballot:  # noqa: F811
    """The same, and then the chair steps aside."""
    ballot = tied(house, run)
    recuse(by=house.by("chandra"), run=run, reason="My sister teaches in it.")
    return ballot


def duties(house: SimpleNamespace) -> list[str]:  # noqa: F811
    return [duty.why for duty in waiting_for(house.chandra) if "tied" in duty.why]


@pytest.mark.usefixtures("_chair_decides")
def test_a_chair_who_is_recused_decides_no_tie(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    ballot = tied_without_the_chair(house, run)
    with later(days=20):
        ballot = close_ballot(by=house.by("chandra"), ballot=ballot, casting="yes")
    assert (ballot.state, ballot.result["passed"]) == ("closed", False)
    assert not Decision.objects.filter(run=run).exists()


@pytest.mark.usefixtures("_chair_decides")
def test_a_tie_that_nobody_may_decide_fails_by_itself(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    ballot = tied_without_the_chair(house, run)
    with later(days=20):
        assert duties(house) == []
        assert run_due() == 1
    ballot.refresh_from_db()
    assert (ballot.state, ballot.result["passed"]) == ("closed", False)
    assert ballot.motion.state == "failed"


@pytest.mark.usefixtures("_chair_decides")
def test_a_chair_who_wrote_it_decides_no_tie(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    run.case.snapshots.update(created_by=house.chandra)
    ballot = tied(house, run)
    with later(days=20):
        assert run_due() == 1
    ballot.refresh_from_db()
    assert (ballot.state, ballot.result["passed"]) == ("closed", False)


@pytest.mark.usefixtures("_chair_decides")
def test_a_chair_who_takes_part_decides_it(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    ballot = tied(house, run)
    with later(days=20):
        assert run_due() == 0
        assert duties(house) == [
            "The vote is tied; the chair decides (Interdisciplinary subcommittee)"
        ]
        with pytest.raises(NotPossible, match="You decide it"):
            close_ballot(by=house.by("chandra"), ballot=ballot)
        ballot = close_ballot(by=house.by("chandra"), ballot=ballot, casting="yes")
    assert ballot.result["passed"] is True


@pytest.mark.usefixtures("_chair_decides")
def test_a_tie_waits_for_a_chair_while_nobody_presides(house: SimpleNamespace) -> None:  # noqa: F811
    run = matter(house)
    ballot = tied(house, run)
    with later(days=20):
        Seat.objects.filter(office__in=("chair", "secretary")).update(ends_on=clock.today())
    with later(days=21):
        assert run_due() == 0
        seat_member(
            by=SET_UP,
            body=BODY,
            person=house.una,
            title="Chair",
            office="chair",
            voting=False,
            starts_on=clock.today(),
        )
        ballot = close_ballot(by=house.by("una"), ballot=ballot, casting="yes")
    assert ballot.result["passed"] is True
