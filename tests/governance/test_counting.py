"""Quorum, thresholds, ties and abstentions: the arithmetic of a body's vote."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.governance.counting import BodyRule, Count, in_words, quorum_of, verdict


@pytest.mark.parametrize(
    ("quorum", "base", "needed"),
    [
        ("half", 0, 1),
        ("half", 1, 1),
        ("half", 4, 2),
        ("half", 5, 3),
        ("majority", 4, 3),
        ("majority", 5, 3),
        ("two thirds", 6, 4),
        ("two thirds", 7, 5),
        (20, 40, 20),
        (20, 8, 20),
    ],
)
def test_how_many_must_be_there(quorum: str | int, base: int, needed: int) -> None:
    assert quorum_of(quorum, base) == needed  # type: ignore[arg-type]


SENATE = BodyRule(quorum=20)
COUNCIL = BodyRule(passes="absolute majority")
THIRDS = BodyRule(passes="two thirds")
CAST = BodyRule(abstentions_count=True)


@pytest.mark.parametrize(
    ("rule", "yes", "no", "abstain", "eligible", "present", "passed"),
    [
        (SENATE, 31, 2, 1, 40, 34, True),
        (SENATE, 10, 9, 0, 40, 19, False),  # one short of the quorum
        (SENATE, 10, 10, 0, 40, 20, False),  # a tie fails
        (SENATE, 1, 0, 19, 40, 20, True),  # abstentions are not votes cast
        (SENATE, 0, 0, 20, 40, 20, False),
        (CAST, 5, 2, 3, 10, 10, False),  # five of ten is not more than half
        (CAST, 6, 1, 3, 10, 10, True),
        (COUNCIL, 5, 0, 0, 10, 5, False),
        (COUNCIL, 6, 0, 0, 10, 6, True),
        (THIRDS, 4, 2, 0, 10, 6, True),
        (THIRDS, 3, 2, 0, 10, 5, False),
        (THIRDS, 0, 0, 6, 10, 6, False),
    ],
)
def test_what_passes(
    rule: BodyRule, yes: int, no: int, abstain: int, eligible: int, present: int, passed: bool
) -> None:
    assert verdict(rule, Count(yes, no, abstain, eligible, present)).passed is passed


def test_a_recusal_can_lower_the_quorum_and_can_lose_it() -> None:
    rule = BodyRule(quorum="half")
    assert verdict(rule, Count(2, 0, 0, 4, 2)).quorate  # two of four
    assert verdict(rule, Count(2, 0, 0, 3, 2)).quorate  # one who was away is recused
    assert not verdict(rule, Count(1, 0, 0, 3, 1)).quorate  # one of the two in the room is recused


def test_the_chair_decides_a_tie_only_where_the_rule_says_so() -> None:
    tie = Count(3, 3, 0, 7, 6)
    lets = BodyRule(tie="chair decides", chair_votes=False)
    assert (verdict(lets, tie).tied, verdict(lets, tie).passed) == (True, False)
    assert verdict(lets, tie, casting="yes").passed
    assert not verdict(lets, tie, casting="no").passed
    assert verdict(lets, tie, casting="abstain").tied
    assert not verdict(BodyRule(), tie, casting="yes").passed
    assert not verdict(
        lets, Count(2, 4, 0, 7, 6), casting="yes"
    ).passed  # there is no tie to decide
    short = replace(lets, quorum=7)
    assert not verdict(short, tie, casting="yes").passed  # nor anything without a quorum


@pytest.mark.parametrize("votes", [(3, 0, 0, 3, 2), (1, 0, 0, 1, 2), (-1, 0, 0, 3, 3)])
def test_a_count_that_cannot_be_is_no_count(votes: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="votes are more"):
        Count(*votes)


def test_the_rule_is_said_in_words() -> None:
    assert in_words(BodyRule(quorum=20, tie="chair decides", chair_votes=False)) == [
        "Quorum is 20 members; whoever is recused is not counted.",
        "A motion passes when more than half of the votes cast are yes. "
        "An abstention is not a vote cast.",
        "The chair decides a tie. The chair votes only to decide a tie.",
    ]


rules = st.builds(
    BodyRule,
    quorum=st.sampled_from(["half", "majority", "two thirds"]) | st.integers(1, 40),
    passes=st.sampled_from(["simple majority", "absolute majority", "two thirds"]),
    tie=st.sampled_from(["fails", "chair decides"]),
    abstentions_count=st.booleans(),
)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    """Votes as a body of up to sixty may cast them."""
    eligible = draw(st.integers(0, 60))
    present = draw(st.integers(0, eligible))
    yes = draw(st.integers(0, present))
    no = draw(st.integers(0, present - yes))
    return Count(yes, no, draw(st.integers(0, present - yes - no)), eligible, present)


@given(rules, counts())
def test_nothing_passes_without_a_quorum_or_without_a_yes(rule: BodyRule, count: Count) -> None:
    found = verdict(rule, count)
    assert not found.passed or (found.quorate and count.yes > 0)
    assert not (found.passed and found.tied)


@given(rules, counts())
def test_whoever_says_no_instead_of_yes_never_helps(rule: BodyRule, count: Count) -> None:
    if count.yes:
        other = replace(count, yes=count.yes - 1, no=count.no + 1)
        assert verdict(rule, count).passed >= verdict(rule, other).passed


@given(rules, counts())
def test_a_motion_and_its_contrary_never_both_pass(rule: BodyRule, count: Count) -> None:
    contrary = replace(count, yes=count.no, no=count.yes)
    assert not (verdict(rule, count).passed and verdict(rule, contrary).passed)


@given(rules, counts())
def test_counting_abstentions_never_makes_it_easier(rule: BodyRule, count: Count) -> None:
    strict = verdict(replace(rule, abstentions_count=True), count)
    loose = verdict(replace(rule, abstentions_count=False), count)
    assert loose.passed >= strict.passed


@given(st.sampled_from(["half", "majority", "two thirds"]), st.integers(1, 200))
def test_a_share_of_the_base_can_always_be_reached(quorum: str, base: int) -> None:
    needed = quorum_of(quorum, base)  # type: ignore[arg-type]
    assert 1 <= needed <= base
    assert needed >= quorum_of(quorum, base - 1)  # type: ignore[arg-type]
