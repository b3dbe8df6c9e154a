"""What is wrong with a policy's files, said so that the person who wrote them can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and what was expected there.

    `file` is relative to the policy's folder; `line` counts from 1 (0: the whole file).
    `path` is the way to the value, for example `forms > pilot-proposal > title`.
    """

    file: str
    line: int
    path: str
    message: str
    expected: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        way = f" {self.path}:" if self.path else ""
        hint = f". Expected {self.expected}." if self.expected else ""
        return f"{place}:{way} {self.message}{hint}"


class PolicyError(Exception):
    """A policy that cannot be used; `problems` holds every mistake found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` most probably meant, or None."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def one_of(known: Iterable[str], word: str = "") -> str:
    """A phrase that lists the known names, with the nearest to `word` first if there is one."""
    names = list(known)
    close = nearest(word, names) if word else None
    listed = ", ".join(names)
    return f"'{close}' (one of: {listed})" if close else f"one of: {listed}"
