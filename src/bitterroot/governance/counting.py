"""How a body's votes are counted: plain arithmetic over its rule, without Django and without rows.

The base is the number of members who may vote on this matter: seats that are filled, less those
who are recused. Thresholds are compared in whole numbers, never in floating point.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Choice = Literal["yes", "no", "abstain"]
Passes = Literal["simple majority", "absolute majority", "two thirds"]
Tie = Literal["fails", "chair decides"]
Quorum = Literal["half", "majority", "two thirds"] | int


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What a body's rule says about counting.

    `quorum` is a share of the base, or a fixed number, which no recusal lowers. `passes` says how
    many must say yes: more than half of the votes cast (`simple majority`), more than half of the
    base (`absolute majority`), or at least two thirds of the votes cast. Abstentions are votes
    cast only where `abstentions_count`; they then weigh as a no.
    """

    quorum: Quorum = "half"
    passes: Passes = "simple majority"
    tie: Tie = "fails"
    chair_votes: bool = True
    abstentions_count: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Votes on one motion. `eligible` is the base; `present` took part (or sat in the room)."""

    yes: int
    no: int
    abstain: int
    eligible: int
    present: int

    def __post_init__(self) -> None:
        parts = (self.yes, self.no, self.abstain)
        if min(*parts, self.eligible) < 0 or not sum(parts) <= self.present <= self.eligible:
            raise ValueError("votes are more than those present, or those present than the base")


class Hands(NamedTuple):
    """A show of hands in the room, as chair or secretary counted it."""

    yes: int
    no: int
    abstain: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a count means under a rule.

    `needed` is how many must be present, `yes_needed` how many must say yes. `tied` says that the
    chair's vote decides and none was given yet; `passed` is then False.
    """

    quorate: bool
    passed: bool
    tied: bool
    needed: int
    yes_needed: int


def quorum_of(quorum: Quorum, base: int) -> int:
    """How many of `base` must be present; at least one, so that nobody decides alone on nothing."""
    if isinstance(quorum, int):
        return max(1, quorum)
    return max(
        1, {"half": (base + 1) // 2, "majority": base // 2 + 1}.get(quorum, -(-2 * base // 3))
    )


def is_quorate(rule: BodyRule, *, base: int, present: int) -> bool:
    """Whether `present` of `base` may decide."""
    return present >= quorum_of(rule.quorum, base)


def yes_needed(rule: BodyRule, count: Count) -> int:
    """How many must say yes for the motion to pass, given the votes that were cast."""
    cast = count.yes + count.no + (count.abstain if rule.abstentions_count else 0)
    if rule.passes == "absolute majority":
        return count.eligible // 2 + 1
    if rule.passes == "two thirds":
        return max(1, -(-2 * cast // 3))
    return cast // 2 + 1


def verdict(rule: BodyRule, count: Count, *, casting: Choice | None = None) -> Verdict:
    """What the count means. `casting` is what the chair says where a tie is the chair's to decide.

    Only a simple majority can be tied: yes and no are equal, and someone voted.
    """
    needed = quorum_of(rule.quorum, count.eligible)
    quorate = count.present >= needed
    wanted = yes_needed(rule, count)
    passed = quorate and count.yes >= wanted
    tie = rule.passes == "simple majority" and count.yes == count.no > 0
    decides = quorate and not passed and tie and rule.tie == "chair decides"
    if decides and casting in ("yes", "no"):
        return Verdict(quorate, casting == "yes", False, needed, wanted)
    return Verdict(quorate, passed, decides, needed, wanted)


def in_words(rule: BodyRule) -> list[str]:
    """The rule in sentences, as a member reads it."""
    quorum = {
        "half": "half of the members who may vote",
        "majority": "more than half of the members who may vote",
        "two thirds": "two thirds of the members who may vote",
    }.get(str(rule.quorum), f"{rule.quorum} members")
    passes = {
        "simple majority": "more than half of the votes cast are yes",
        "absolute majority": "more than half of all members who may vote say yes",
        "two thirds": "at least two thirds of the votes cast are yes",
    }[rule.passes]
    abstain = "counts as a vote cast" if rule.abstentions_count else "is not a vote cast"
    tie = "The chair decides a tie." if rule.tie == "chair decides" else "A tie fails."
    chair = (
        "The chair votes as every member."
        if rule.chair_votes
        else "The chair votes only to decide a tie."
        if rule.tie == "chair decides"
        else "The chair does not vote."
    )
    return [
        f"Quorum is {quorum}; whoever is recused is not counted.",
        f"A motion passes when {passes}. An abstention {abstain}.",
        f"{tie} {chair}",
    ]
