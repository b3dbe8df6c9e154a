"""Where the open cases stand, by process and step; which versions of the policy they keep."""

from dataclasses import dataclass

from django.db.models import Count, Q

from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Case, PolicyVersion, StepRun


@dataclass(frozen=True, slots=True)
class Standing:
    """The open cases of one process.

    `at` counts the cases at each path; a case in two branches at once counts at both. `elsewhere`
    are paths that the policy drawn no longer has, with the number of cases that stand there.
    """

    at: dict[str, int]
    elsewhere: dict[str, int]


def under_way() -> dict[str, int]:
    """How many cases of each process are open. One query, of an index alone."""
    open_ = Case.objects.filter(state=CaseState.OPEN).order_by()
    return dict(open_.values_list("process").annotate(n=Count("*")))


def standing(process: str, paths: frozenset[str]) -> Standing:
    """The open cases of `process`, set against the `paths` that a drawing of it has. One query:
    a case has one open run at a path."""
    runs = StepRun.objects.filter(
        state=RunState.OPEN, case__state=CaseState.OPEN, case__process=process
    )
    at = runs.exclude(kind__in=["all of", "any of"]).order_by().values_list("path")
    found = dict(at.annotate(n=Count("*")))
    return Standing(
        {path: n for path, n in found.items() if path in paths},
        {path: n for path, n in sorted(found.items()) if path not in paths},
    )


def versions() -> list[PolicyVersion]:
    """Every version that was in force, newest first, each with `open_cases`. One query."""
    open_ = Count("case", filter=Q(case__state=CaseState.OPEN))
    rows = PolicyVersion.objects.defer("document").annotate(open_cases=open_)
    return list(rows.order_by("-effective_from", "-loaded_at", "sha256"))
