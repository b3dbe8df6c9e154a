"""Recognizing what a column is by its heading, whatever the wording, case or order of words.

The policy lists wordings that people use. A heading is taken for a column when it is one of
them; failing that, when it has the same words in another order or among words that say nothing
(`Learner's e-mail address (required)`); failing that, when it is one of them but for a slip of
the keyboard. Each column is given to the best such heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from bitterroot.learning.checks.facts import HYBRID, ListRules
from bitterroot.learning.checks.text import words_of
from bitterroot.policy import heading_key

FULL_NAME = "full_name"
"""Not a column of the policy: one column that holds the whole name, to be taken apart."""

_FULL_NAME_WORDINGS = (
    "name", "full name", "learner", "student", "participant", "learner name", "student name",
    "participant name", "name of learner", "name last first", "last first", "attendee", "trainee",
)  # fmt: skip
_SAY_NOTHING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "to",
        "on",
        "in",
        "is",
        "was",
        "by",
        "if",
        "any",
        "and",
        "your",
        "our",
        "their",
        "this",
        "s",
        "please",
        "enter",
        "fill",
        "learner",
        "learners",
        "student",
        "students",
        "participant",
        "participants",
        "attendee",
        "attendees",
        "trainee",
        "candidate",
        "candidates",
        "recipient",
        "earner",
        "person",
        "official",
        "required",
        "optional",
        "field",
        "column",
        "y",
        "n",
        "yes",
        "no",
        "mm",
        "dd",
        "yy",
        "yyyy",
        "date",
        "number",
        "no",
        "code",
        "list",
    ]
)
_ALONE = frozenset({"consent", "grade", "credits", "hours", "email", "surname", "paid", "notes"})
"""Single words that are enough inside a longer heading."""

_OPPOSITES = ("second", "personal", "private", "other", "alternate", "home")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of an uploaded list: where it stands, what it says, what it is taken for."""

    at: int
    text: str
    key: str | None = None


class _Wordings:
    """Every wording that the policy knows, prepared for looking up."""

    def __init__(self, rules: ListRules) -> None:
        self.exact: dict[str, str] = {}
        self.by_words: dict[frozenset[str], str] = {}
        for key, column in rules.columns(HYBRID).items():
            for other in (column, *_same_column(rules, key)):
                for wording in (other.label, other.key, key, *other.headings):
                    self._add(wording.replace("_", " "), key)
        for wording in _FULL_NAME_WORDINGS:
            self._add(wording, FULL_NAME)
        self.keys = [each for each in self.exact if len(each) >= 5]

    def _add(self, wording: str, key: str) -> None:
        self.exact.setdefault(heading_key(wording), key)
        words = frozenset(words_of(wording))
        self.by_words.setdefault(words, key)
        if telling := words - _SAY_NOTHING:
            self.by_words.setdefault(telling, key)


def _same_column(rules: ListRules, key: str) -> list:
    return [c for kind in ("credit", "noncredit") if (c := rules.columns(kind).get(key))]


@lru_cache(maxsize=8)
def _wordings(rules: ListRules) -> _Wordings:
    return _Wordings(rules)


def recognize(texts: Sequence[str], rules: ListRules) -> list[Heading]:
    """The headings of a row, each with the key of the column it is taken for, or None.

    No key is given twice: the better match has it, then the one further left. A second column
    of addresses becomes `second_email`; a list with only a second address has it as the first.
    """
    ranked = sorted(
        (rank, at, key)
        for at, text in enumerate(texts)
        if text
        for rank, key in _candidates(text, rules)
    )
    taken: dict[str, int] = {}
    given: dict[int, str] = {}
    for _rank, at, key in ranked:
        if key == "email" and key in taken and taken[key] != at:
            key = "second_email"
        if at not in given and key not in taken:
            given[at], taken[key] = key, at
    if "second_email" in taken and "email" not in taken:
        given[taken["second_email"]] = "email"
    if FULL_NAME in taken and {"first_name", "last_name"} <= taken.keys():
        spare = taken[FULL_NAME]
        del given[spare]
        if "display_name" not in taken:
            given[spare] = "display_name"
    return [Heading(at, text, given.get(at)) for at, text in enumerate(texts) if text]


def _candidates(text: str, rules: ListRules) -> list[tuple[int, str]]:
    """What a heading may be, as (rank, key); rank 0 is certain."""
    wordings = _wordings(rules)
    if key := wordings.exact.get(heading_key(text)) or wordings.exact.get(_whole_key(text)):
        return [(0, key)]
    words = frozenset(words_of(text.split("(")[0] or text))
    if not words or len(words) > 12:
        return []
    telling = words - _SAY_NOTHING
    for some in (words, telling):
        if some and (key := wordings.by_words.get(some)):
            return [(1, key)]
    if within := _within(telling, wordings):
        return [(2, within)]
    if slip := _slip(heading_key(text), wordings):
        return [(3, slip)]
    return []


def _whole_key(text: str) -> str:
    """The heading's key with what stands in parentheses kept."""
    return heading_key(text.replace("(", " ").replace(")", " "))


def _within(words: frozenset[str], wordings: _Wordings) -> str | None:
    """The column of the longest wording whose words are all among `words`, if it is the only."""
    fits = [
        (len(some), key)
        for some, key in wordings.by_words.items()
        if some < words and (len(some) > 1 or some <= _ALONE)
    ]
    longest = max((size for size, _ in fits), default=0)
    keys = {key for size, key in fits if size == longest}
    if len(keys) != 1:
        return None
    key = keys.pop()
    if key == "email" and not words.isdisjoint(_OPPOSITES):
        return "second_email"
    return key


def _slip(key: str, wordings: _Wordings) -> str | None:
    """The column whose wording differs from `key` by a slip of the keyboard."""
    if len(key) < 5:
        return None
    best, column = 0.0, None
    for known in wordings.keys:
        if abs(len(known) - len(key)) <= 2 and known[-1:] == key[-1:]:
            likeness = SequenceMatcher(None, known, key, autojunk=False).ratio()
            if likeness > best:
                best, column = likeness, wordings.exact[known]
    return column if best >= 0.88 else None


def missing(
    found: set[str], kind: str, rules: ListRules, *, graded: bool, assessed: bool = True
) -> list[str]:
    """Labels of the columns without which a list of this kind cannot be checked.

    `graded`: whether the program asks for a minimum grade, so that grades are needed.
    Where nothing is `assessed`, who is on the list took part and no result is asked for.
    """
    columns = rules.columns(kind)
    lacking = []
    for key, column in columns.items():
        if not column.required or column.from_elsewhere or key in found:
            continue
        if key in {"first_name", "last_name"} and FULL_NAME in found:
            continue
        if key == "grade" and not graded:
            continue
        if kind == HYBRID and key in _ONE_SIDE:
            continue
        if key == "requirements_met" and "result" in found:
            continue
        lacking.append(column.label)
    if assessed and kind != "credit" and not found & {"result", "requirements_met"}:
        lacking.append(columns["result"].label)
    return lacking


_ONE_SIDE = frozenset({"hours", "result", "grade", "credits"})
