"""What reviewers are asked, and what they have said."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bitterroot.governance import policies
from bitterroot.governance.models import ReviewSheet, StepRun
from bitterroot.policy.models.bodies import Criterion


@dataclass(frozen=True, slots=True)
class Asked:
    """A rubric as it is asked of one matter: criteria whose condition holds, and the scale."""

    title: str
    about: str
    scale: tuple[str, ...]
    comment_below: int
    criteria: tuple[Criterion, ...]


def rubric_of(run: StepRun) -> Asked:
    """The rubric of a matter; one without criteria where the policy names none."""
    policy = policies.of(run.case)
    key = getattr(policy.processes[run.case.process].step(run.path), "rubric", None)
    if not key:
        return Asked("Review", "", ("absent", "weak", "adequate", "strong"), 0, ())
    rubric = policy.rubrics[key]
    return Asked(
        rubric.title,
        rubric.about,
        tuple(rubric.scale),
        rubric.comment_below,
        tuple(rubric.criteria_for(run.case.facts)),
    )


def submitted(run: StepRun) -> list[ReviewSheet]:
    """The reviews of this version that the body has, first come first, also from before a postponement."""
    found = ReviewSheet.objects.filter(
        run__case=run.case_id,
        run__path=run.path,
        run__body=run.body,
        run__snapshot=run.snapshot_id,
        submitted_at__isnull=False,
    )
    return list(found.select_related("reviewer").order_by("submitted_at"))


def submitted_on(runs: Collection[StepRun]) -> dict[UUID, list[ReviewSheet]]:
    """`submitted` on each of these matters, by the run's key. One query."""
    found = ReviewSheet.objects.filter(
        run__case__in={run.case_id for run in runs}, submitted_at__isnull=False
    )
    by: dict[tuple[object, ...], list[ReviewSheet]] = {}
    for sheet in found.select_related("reviewer", "run").order_by("submitted_at"):
        by.setdefault(_version(sheet.run), []).append(sheet)
    return {run.pk: by.get(_version(run), []) for run in runs}


def _version(run: StepRun) -> tuple[object, ...]:
    return run.case_id, run.path, run.body, run.snapshot_id


@dataclass(frozen=True, slots=True)
class Scored:
    """How one criterion was scored by all: how many gave each score, and what was said."""

    label: str
    counts: tuple[int, ...]
    comments: tuple[str, ...]


def summary_of(run: StepRun, sheets: list[ReviewSheet]) -> list[Scored]:
    """Scores by criterion, without names: what the packet and the proposers may read."""
    rubric = rubric_of(run)
    found = []
    for criterion in rubric.criteria:
        said = [sheet.scores.get(criterion.key, {}) for sheet in sheets]
        counts = tuple(
            sum(each.get("score") == n for each in said) for n in range(len(rubric.scale))
        )
        comments = tuple(each["comment"] for each in said if each.get("comment"))
        found.append(Scored(criterion.label, counts, comments))
    return found
