"""Conditions read as English and mean what logic says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.policy import PREDICATES, ConditionError, parse_condition

NAMES = st.sampled_from(["credit", "graduate level", "third-party", "asks for resources"])
FACTS = st.sets(NAMES)


def test_or_binds_loosest_and_not_tightest() -> None:
    condition = parse_condition("credit or graduate level and not third-party")
    assert condition.holds({"credit", "third-party"})
    assert condition.holds({"graduate level"})
    assert not condition.holds({"graduate level", "third-party"})
    assert condition.names == {"credit", "graduate level", "third-party"}


def test_parentheses_and_spaces() -> None:
    condition = parse_condition("  not ( credit or\n third-party ) ")
    assert str(condition) == "not ( credit or third-party )"
    assert condition.holds(set())
    assert not condition.holds({"third-party"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty condition"),
        ("and credit", "a predicate is missing before and"),
        ("credit and", "a predicate is missing before the end"),
        ("(credit", "a parenthesis is not closed"),
        ("credit)", "')' does not belong here in 'credit)'"),
        ("credits", "unknown predicate 'credits'"),
        ("credit == 3", "unknown predicate 'credit == 3'"),
        ("not not", "a predicate is missing before the end"),
    ],
)
def test_text_that_is_no_condition(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert str(caught.value) == message


@given(NAMES, NAMES, FACTS)
def test_not_both_is_one_not(a: str, b: str, facts: set[str]) -> None:
    left = parse_condition(f"not ({a} and {b})").holds(facts)
    assert left == parse_condition(f"not {a} or not {b}").holds(facts)
    assert left != parse_condition(f"{a} and {b}").holds(facts)


def test_every_predicate_can_be_written_and_says_what_it_means() -> None:
    for name, predicate in PREDICATES.items():
        assert parse_condition(name).holds({name})
        assert predicate.sentence.endswith(".")
