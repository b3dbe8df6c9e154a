"""Where the open cases stand, by process and step; which versions of the policy they keep."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import PolicyVersion, StepRun


@dataclass(frozen=True, slots=True)
class Standing:
    """The open cases of one process.

    `at` counts the cases at each path; a case in two branches at once counts at both. `elsewhere`
    are paths that the policy drawn no longer has, with the number of cases that stand there.
    """

    at: dict[str, int]
    elsewhere: dict[str, int]


def counts(process: str | None = None) -> dict[str, Counter[str]]:
    """Open cases by process and path. One query."""
    open_ = StepRun.objects.filter(state=RunState.OPEN, case__state=CaseState.OPEN)
    if process is not None:
        open_ = open_.filter(case__process=process)
    found: dict[str, Counter[str]] = {}
    rows = open_.exclude(kind__in=["all of", "any of"]).order_by()
    for row in rows.values("case__process", "path").annotate(n=Count("case", distinct=True)):
        found.setdefault(row["case__process"], Counter())[row["path"]] += row["n"]
    return found


def standing(process: str, paths: frozenset[str]) -> Standing:
    """The open cases of `process`, set against the `paths` that a drawing of it has."""
    found = counts(process).get(process, Counter())
    return Standing(
        {path: n for path, n in found.items() if path in paths},
        {path: n for path, n in sorted(found.items()) if path not in paths},
    )


def versions() -> list[PolicyVersion]:
    """Every version that was in force, newest first, each with `open_cases`. One query."""
    open_ = Count("case", filter=Q(case__state=CaseState.OPEN))
    rows = PolicyVersion.objects.defer("document").annotate(open_cases=open_)
    return list(rows.order_by("-effective_from", "-loaded_at", "sha256"))
