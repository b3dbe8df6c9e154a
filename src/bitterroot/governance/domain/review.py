"""Reviews by rubric: written as one goes, then submitted; nobody reads a draft of another."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bitterroot.governance.body_rules import may_take_part, why_not_before
from bitterroot.governance.body_seals import review_seal
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.run import conclude, step_of
from bitterroot.governance.models import ReviewSheet, StepRun
from bitterroot.governance.queries.bodies import body_of
from bitterroot.governance.queries.reviews import rubric_of
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

RECOMMENDATIONS = {
    "approve": "Approve",
    "approve with conditions": "Approve with conditions",
    "return": "Return to the proposers",
    "decline": "Decline",
}
NOTE = 4000


@transaction.atomic
def write_review(
    *,
    by: Actor,
    run: StepRun,
    scores: Mapping[str, Mapping[str, Any]],
    recommendation: str = "",
    public_note: str = "",
    confidential_note: str = "",
    no_conflict: bool = False,
) -> ReviewSheet:
    """Keep a reviewer's sheet as far as it is written. It can be changed until it is submitted."""
    sheet = _held(by, run)
    rubric = rubric_of(sheet.run)
    asked = {criterion.key for criterion in rubric.criteria}
    sheet.scores = {
        key: {
            "score": _score(said.get("score"), len(rubric.scale)),
            "comment": str(said.get("comment", ""))[:NOTE],
        }
        for key, said in scores.items()
        if key in asked
    }
    sheet.recommendation = recommendation if recommendation in RECOMMENDATIONS else ""
    sheet.public_note = public_note.strip()[:NOTE]
    sheet.confidential_note = confidential_note.strip()[:NOTE]
    sheet.no_conflict = no_conflict
    sheet.written_at = clock.now()
    sheet.save()
    return sheet


@transaction.atomic
def submit_review(*, by: Actor, run: StepRun) -> ReviewSheet:
    """Hand the sheet in: every criterion scored, low scores with a comment, no conflict declared.

    In a step of reviews, the last one that the policy asks for ends the step.
    """
    sheet = _held(by, run)
    if problems := problems_of(sheet):
        raise NotPossible("The review is not complete yet.", problems)
    sheet.submitted_at = clock.now()
    sheet.save()
    record_event(
        by=by,
        stream=cases.stream_of(sheet.run.case),
        verb="review submitted",
        about=f"review:{sheet.pk}",
        capacity=may_take_part(by, sheet.run).capacity,
        seal=review_seal(sheet),
        data={"recommendation": sheet.recommendation, "body": sheet.run.body},
    )
    _end_of_reviews(by, sheet.run)
    return sheet


def problems_of(sheet: ReviewSheet) -> list[tuple[str, str]]:
    """What is missing in a sheet, by field."""
    rubric = rubric_of(sheet.run)
    found = []
    for criterion in rubric.criteria:
        said = sheet.scores.get(criterion.key, {})
        if said.get("score") is None:
            found.append((f"score_{criterion.key}", f"{criterion.label}: choose a score."))
        elif said["score"] < rubric.comment_below and not said.get("comment", "").strip():
            found.append(
                (f"comment_{criterion.key}", f"{criterion.label}: say why the score is low.")
            )
    if not sheet.recommendation:
        found.append(("recommendation", "Choose what you recommend."))
    if not sheet.no_conflict:
        found.append(("no_conflict", "Declare that you have no conflict, or step aside."))
    return found


def _end_of_reviews(by: Actor, run: StepRun) -> None:
    if run.kind != "review":
        return
    wanted = getattr(step_of(run), "at_least", 1)
    done = run.reviews.filter(submitted_at__isnull=False).count()
    if done >= wanted:
        conclude(
            by=by,
            run=run,
            outcome="ended",
            body_name=body_of(run).title,
            capacity=f"{done} review{'' if done == 1 else 's'}",
        )


def _held(by: Actor, run: StepRun) -> ReviewSheet:
    case = cases.lock(run.case)
    run = StepRun.objects.get(pk=run.pk)
    run.case = case
    may_take_part(by, run).require()
    if why := why_not_before(run):
        raise NotPossible(why)
    sheet = ReviewSheet.objects.filter(run=run, reviewer=by.person).first()
    if sheet is None:
        return ReviewSheet(run=run, reviewer=by.person, written_at=clock.now())
    if sheet.submitted_at is not None:
        raise NotPossible("This review is handed in.")
    sheet.run = run
    return sheet


def _score(value: Any, size: int) -> int | None:
    """The score as a place on a scale of so many words, or None where it is none."""
    return next((n for n in range(size) if str(value) == str(n)), None)
