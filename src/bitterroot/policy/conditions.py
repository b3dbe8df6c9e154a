"""Conditions in a policy: named predicates joined by and, or, not. No expressions, no values.

`credit-bearing or asks for resources`, `interdisciplinary and not (third-party or online)`.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Union

from bitterroot.policy.predicates import EXCLUSIVE, MEANS, PREDICATES
from bitterroot.policy.problems import one_of


class ConditionError(ValueError):
    """Text that is no condition, or names a predicate that nobody defined."""

    def __init__(self, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Node"


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    parts: "tuple[Node, ...]"


Node = Union[str, Not, All, Some]  # noqa: UP007 (a recursive alias needs the quoted form)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it was written, and its meaning."""

    text: str
    node: Node = field(compare=False, repr=False)

    def holds(self, facts: Collection[str]) -> bool:
        """Whether the condition is true where exactly these facts are."""
        return _holds(self.node, facts)

    @property
    def names(self) -> frozenset[str]:
        """Every predicate that the condition mentions."""
        return frozenset(_names(self.node))

    @property
    def possible(self) -> bool:
        """Whether the condition can hold of anything (true too where it speaks of too much)."""
        names = {base for name in self.names for base in MEANS.get(name, {name})}
        if len(names) > _MOST_NAMES:
            return True
        return any(
            self.holds(_with_meanings(facts))
            for facts in map(frozenset, _choices_of(sorted(names)))
            if not any(len(facts & group) > 1 for group in EXCLUSIVE)
        )

    def __str__(self) -> str:
        return self.text


def parse_condition(text: str) -> Condition:
    """Read a condition; raises ConditionError that says what was expected."""
    tidy = " ".join(text.split())
    tokens = re.findall(r"[()]|[^\s()]+", tidy)
    if not tokens:
        raise ConditionError("an empty condition", "the name of a predicate")
    parser = _Parser(tokens)
    node = parser.either()
    if parser.rest():
        raise ConditionError(f"'{parser.rest()[0]}' does not belong here in '{tidy}'")
    return Condition(tidy, node)


class _Parser:
    """Recursive descent: or binds loosest, then and, then not."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def rest(self) -> list[str]:
        return self.tokens[self.at :]

    def _take(self, word: str) -> bool:
        if self.rest()[:1] == [word]:
            self.at += 1
            return True
        return False

    def either(self) -> Node:
        parts = [self.both()]
        while self._take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def both(self) -> Node:
        parts = [self.single()]
        while self._take("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self) -> Node:
        if self._take("not"):
            return Not(self.single())
        if self._take("("):
            inner = self.either()
            if not self._take(")"):
                raise ConditionError("a parenthesis is not closed", "')'")
            return inner
        return self._name()

    def _name(self) -> str:
        words: list[str] = []
        while self.rest() and self.rest()[0] not in {"and", "or", "not", "(", ")"}:
            words.append(self.rest()[0])
            self.at += 1
        name = " ".join(words)
        if not name:
            found = self.rest()[0] if self.rest() else "the end"
            raise ConditionError(
                f"a predicate is missing before {found}", "the name of a predicate"
            )
        if name not in PREDICATES:
            raise ConditionError(f"unknown predicate '{name}'", one_of(sorted(PREDICATES), name))
        return name


_MOST_NAMES = 14  # 2 ** 14 readings are tried at most


def _choices_of(names: list[str]) -> Iterator[tuple[str, ...]]:
    for count in range(len(names) + 1):
        yield from combinations(names, count)


def _with_meanings(facts: frozenset[str]) -> frozenset[str]:
    return facts | {name for name, parts in MEANS.items() if facts & parts}


def _holds(node: Node, facts: Collection[str]) -> bool:
    match node:
        case str():
            return node in facts
        case Not(inner):
            return not _holds(inner, facts)
        case All(parts):
            return all(_holds(part, facts) for part in parts)
        case Some(parts):
            return any(_holds(part, facts) for part in parts)


def _names(node: Node) -> list[str]:
    match node:
        case str():
            return [node]
        case Not(inner):
            return _names(inner)
        case All(parts) | Some(parts):
            return [name for part in parts for name in _names(part)]
