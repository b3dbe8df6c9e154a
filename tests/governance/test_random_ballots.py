"""Random ballots under random rules of a body: whoever is recused is out of the base and out of the count.

What a ballot comes to is reckoned here once more, in the plainest way, and compared.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bitterroot.governance import policies
from bitterroot.governance.domain.ballot import cast_vote, close_ballot, open_ballot
from bitterroot.governance.domain.body_sweep import run_due
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.enums import BallotState
from bitterroot.governance.models import Ballot, Case, Decision
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy, load_policy
from bitterroot.policy.checks import cross_check

from .bodies_kit import BODY, _now, house, later, matter, moved  # noqa: F401

DOCUMENT = load_policy("montana").document()
SEATED = ("chandra", "ada", "ben", "cyd", "dov", "eli")
WORDS = ("yes", "no", "abstain")

rules = st.fixed_dictionaries(
    {
        "quorum": st.sampled_from(("half", "majority", "two thirds", 1, 3, 5)),
        "passes": st.sampled_from(("simple majority", "absolute majority", "two thirds")),
        "tie": st.sampled_from(("fails", "chair decides")),
        "chair votes": st.booleans(),
        "abstentions count": st.booleans(),
    }
)
acts = st.lists(
    st.tuples(st.sampled_from(("vote", "vote", "vote", "recuse")), st.sampled_from(SEATED),
              st.sampled_from(WORDS)),
    max_size=14,
)  # fmt: skip


@dataclass
class Reckoning:
    """Who may vote, who is out, and who said what, kept beside the ballot."""

    rule: dict[str, Any]
    out: set[str]
    said: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> set[str]:
        chair = set() if self.rule["chair votes"] else {"chandra"}
        return set(SEATED) - chair - self.out

    def count(self, word: str) -> int:
        return sum(said == word for key, said in self.said.items() if key in self.base)

    @property
    def needed(self) -> int:
        n = len(self.base)
        shares = {"half": -(-n // 2), "majority": n // 2 + 1, "two thirds": -(-2 * n // 3)}
        return max(1, shares.get(self.rule["quorum"], self.rule["quorum"]))

    @property
    def tie_for_the_chair(self) -> bool:
        tied = self.rule["passes"] == "simple majority" and self.count("yes") == self.count("no")
        fails = not self.passes(self.count("yes"))
        lets = self.rule["tie"] == "chair decides" and "chandra" not in self.out
        return tied and self.count("yes") > 0 and fails and lets

    def passes(self, yes: int) -> bool:
        cast = yes + self.count("no")
        if self.rule["abstentions count"]:
            cast += self.count("abstain")
        if self.rule["passes"] == "absolute majority":
            return 2 * yes > len(self.base)
        if self.rule["passes"] == "two thirds":
            return yes > 0 and 3 * yes >= 2 * cast
        return 2 * yes > cast


def under(rule: dict[str, Any]) -> Policy:
    """The reference institution, whose subcommittee has this rule."""
    bodies = [each | (rule if each["key"] == BODY else {}) for each in DOCUMENT["bodies"]]
    policy = Policy.from_document({**DOCUMENT, "bodies": bodies})
    assert list(cross_check(policy)) == []
    return policy


PLAIN = {
    "quorum": "half", "passes": "simple majority", "tie": "chair decides", "chair votes": False,
    "abstentions count": False,
}  # fmt: skip
TWO_AND_TWO = [("vote", "ada", "yes"), ("vote", "ben", "yes"), ("vote", "cyd", "no")]
TWO_AND_TWO += [("vote", "dov", "no")]


@example(rule=PLAIN, out={"chandra"}, acted=TWO_AND_TWO, casting="yes")
@example(rule=PLAIN, out=set(), acted=TWO_AND_TWO, casting="yes")
@example(rule=PLAIN, out=set(), acted=[*TWO_AND_TWO, ("recuse", "dov", "no")], casting="no")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rule=rules,
    out=st.sets(st.sampled_from(("chandra", "cyd", "dov", "eli")), max_size=3),
    acted=acts,
    casting=st.sampled_from(("yes", "no")),
)
def test_a_ballot_comes_to_what_its_votes_come_to(
    house: SimpleNamespace,  # noqa: F811
    rule: dict[str, Any],
    out: set[str],
    acted: list[tuple[str, str, str]],
    casting: str,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        policy = under(rule)
        patch.setattr(policies, "current", lambda: policy)
        walk(house, Reckoning(rule, set(out)), acted, casting)


def walk(
    house: SimpleNamespace,  # noqa: F811
    known: Reckoning,
    acted: list[tuple[str, str, str]],
    casting: str,
) -> None:
    run = matter(house, f"Matter {Case.objects.count()}")
    for key in known.out:
        recuse(by=house.by(key), run=run)
    motion = moved(house, run)
    if len(known.base) < known.needed:
        with pytest.raises(NotPossible, match="There is no quorum"):
            open_ballot(by=house.by("sven"), motion=motion, method="electronic")
        return
    ballot = open_ballot(by=house.by("sven"), motion=motion, method="electronic")
    for what, key, word in acted:
        act(house, ballot, known, what, key, word)
        if Ballot.objects.get(pk=ballot.pk).state != BallotState.OPEN:
            assert known.base == set()  # nobody is left who could vote
            return
    with later(days=20):
        run_due()
        ballot.refresh_from_db()
        quorate = sum(known.count(word) for word in WORDS) >= known.needed
        if quorate and known.tie_for_the_chair and known.said.get("chandra") not in ("yes", "no"):
            assert ballot.state == BallotState.OPEN
            ballot = close_ballot(by=house.by("chandra"), ballot=ballot, casting=casting)
            known.said["the tie"] = casting
    judge(ballot, known, quorate)


def act(
    house: SimpleNamespace,  # noqa: F811
    ballot: Ballot,
    known: Reckoning,
    what: str,
    key: str,
    word: str,
) -> None:
    """One member votes, or steps aside; refused exactly where they are out."""
    if what == "recuse":
        if key in known.out:
            with pytest.raises(NotPossible, match="recused already"):
                recuse(by=house.by(key), run=ballot.motion.run)
            return
        recuse(by=house.by(key), run=ballot.motion.run)
        known.out.add(key)
        return
    if key not in known.base:
        with pytest.raises(Refused, match="not among those who may vote"):
            cast_vote(by=house.by(key), ballot=ballot, choice=word)
        return
    cast_vote(by=house.by(key), ballot=ballot, choice=word)
    known.said[key] = word


def judge(ballot: Ballot, known: Reckoning, quorate: bool) -> None:
    """The ballot says what its votes say, and a decision follows where it passed, nowhere else."""
    decided = Decision.objects.filter(run=ballot.motion.run)
    if not quorate:
        assert (ballot.state, decided.exists()) == (BallotState.VOID, False)
        return
    assert ballot.state == BallotState.CLOSED
    told = {key: ballot.result[key] for key in ("yes", "no", "abstain", "eligible", "quorum")}
    assert told == {
        **{word: known.count(word) for word in WORDS},
        "eligible": len(known.base),
        "quorum": known.needed,
    }
    chair = known.said.get("the tie") or known.said.get("chandra")
    passed = known.passes(known.count("yes")) or (known.tie_for_the_chair and chair == "yes")
    assert (ballot.result["passed"], decided.exists()) == (passed, passed)
    if names := ballot.result["names"]:
        out = {"Chandra Okoye" if k == "chandra" else f"{k.capitalize()} Reyes" for k in known.out}
        assert not out & {name for each in names.values() for name in each}
