"""What a list is checked against: the institution's rules, the program, what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bitterroot.learning.checks.dates import DateOrder
from bitterroot.policy import Column, ListPolicy, Policy

CREDIT, NONCREDIT, HYBRID = "credit", "noncredit", "hybrid"

#: Columns that the two kinds of list call differently and that mean the same to a check.
ONE_KEY = {"campus_email": "email", "personal_email": "second_email"}


@dataclass(frozen=True, eq=False)
class ListRules:
    """The part of an institution's policy that lists are checked by; compared by identity."""

    policy: Policy
    yes: frozenset[str]
    no: frozenset[str]
    passing: frozenset[str]
    failing: frozenset[str]
    grades: frozenset[str]
    date_order: DateOrder

    @classmethod
    def of(cls, policy: Policy) -> ListRules:
        """The rules of a policy, made once for each policy that is in use."""
        made = _MADE.get(id(policy))
        if made is None:
            if len(_MADE) >= 16:
                _MADE.clear()
            made = _MADE[id(policy)] = _make(policy)
        return made

    @property
    def lists(self) -> ListPolicy:
        return self.policy.lists

    def columns(self, kind: str) -> dict[str, Column]:
        """The columns of one kind of list by the checks' own key; a hybrid has those of both."""
        if kind == HYBRID:
            credit, noncredit = self.columns(CREDIT), self.columns(NONCREDIT)
            return {**credit, **noncredit, "cohort": self.lists.cohort}
        return {ONE_KEY.get(c.key, c.key): c for c in self.lists.kinds[kind].columns}


_MADE: dict[int, ListRules] = {}
"""By the address of the policy, which the rules keep alive."""


def _make(policy: Policy) -> ListRules:
    lists = policy.lists
    return ListRules(
        policy=policy,
        yes=frozenset(map(str.casefold, lists.yes)),
        no=frozenset(map(str.casefold, lists.no)),
        passing=frozenset(map(str.casefold, lists.passing_results)),
        failing=frozenset(map(str.casefold, lists.failing_results)),
        grades=frozenset({*lists.grades, *lists.pass_grades, *lists.no_grades}),
        date_order="mdy" if policy.institution.locale.endswith("-US") else "dmy",
    )


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """What the approved program says. None: it does not say, and nothing is checked by it.

    `kind` is credit, noncredit or hybrid; `credits` and `hours` are numbers of the program;
    where not `assessed`, taking part is enough and no result is asked for;
    `minimum_grade` is of the institution's scale; `courses` are numbers such as `JRNL 411`.
    """

    title: str
    kind: str | None = None
    credits: Decimal | None = None
    hours: Decimal | None = None
    minimum_grade: str | None = None
    courses: tuple[str, ...] = ()
    repeatable: bool = False
    assessed: bool = True


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """One run of the program: its term, and the days between which it may be completed."""

    term: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    mou_ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the university knows of people. None: not loaded, and nothing is checked by it.

    Every key is an identity as a line has it: a student id, or an e-mail address in lower case.
    `roster`: who is enrolled. `extract`: family name by student id, of all students.
    `holds`: whose directory information is withheld. `awarded`: who has this badge.
    `unwilling`: who told the university that they want no badges.
    """

    roster: frozenset[str] | None = None
    extract: Mapping[str, str] | None = None
    holds: frozenset[str] = frozenset()
    unwilling: frozenset[str] = frozenset()
    awarded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one check needs besides the list itself. `today` is the institution's day."""

    today: date
    program: ProgramFacts | None = None
    offering: OfferingFacts = field(default_factory=OfferingFacts)
    record: OnRecord = field(default_factory=OnRecord)
