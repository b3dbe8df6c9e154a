"""Yearly reviews of a pilot (form F): opened, written, submitted, acknowledged, rated."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bitterroot.governance.answers import keep
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.programs import figures
from bitterroot.programs.domain.dates import looks_back_on, policy_of, wake
from bitterroot.programs.domain.state import locked
from bitterroot.programs.enums import REVIEW_OWED, Rating, ReviewState
from bitterroot.programs.models import ProgramReview
from bitterroot.programs.queries.versions import version_on
from bitterroot.programs.rules import is_head, is_lead, may_run, may_write
from bitterroot.programs.seals import review_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

FORM = "annual-review"


@transaction.atomic
def open_review(*, by: Actor, review: ProgramReview) -> ProgramReview:
    """Let the lead write it, begun with the outcomes and measures that were approved. She is told."""
    row = held(review)
    if row.state != ReviewState.SCHEDULED:
        raise NotPossible("This review is open already.")
    row.state, row.opened_at = ReviewState.OPEN, clock.now()
    row.values = _begun_with(row)
    row.save()
    note(by, row, "yearly review opened")
    return row


def _begun_with(row: ProgramReview) -> dict[str, Any]:
    version = version_on(row.pilot.program)
    said = version.content if version else {}
    values = {
        "outcomes": [{"outcome": r.get("outcome")} for r in said.get("outcomes") or ()],
        "success_measures": [
            {"measure": r.get("measure"), "target": r.get("target")}
            for r in said.get("success_measures") or ()
        ],
    }
    return policy_of(row.pilot).forms[FORM].clean(values)


@transaction.atomic
def save_review(
    *, by: Actor, review: ProgramReview, values: Mapping[str, Any], revision: int
) -> ProgramReview:
    """Keep answers as they are typed, complete or not.

    `revision` is the one that they were written on; raises NotPossible when someone changed the
    same answers in between.
    """
    may_write(by, review.pilot.program).require()
    row = held(review)
    require_owed(row)
    if not keep(row, policy_of(row.pilot).forms[FORM], values, revision):
        return row
    if row.state == ReviewState.OPEN:
        row.state = ReviewState.DRAFT
        note(by, row, "yearly review begun", tell=False)
    row.save()
    return row


@transaction.atomic
def submit_review(*, by: Actor, review: ProgramReview) -> ProgramReview:
    """Hand it in: answers and figures are frozen, the head is asked to acknowledge it.

    Raises NotPossible with what is missing, by field.
    """
    capacity = is_lead(by, review.pilot.program).require().capacity
    row = held(review)
    require_owed(row)
    gaps = missing(row)
    if gaps:
        raise NotPossible("The review is not complete yet.", gaps)
    row.figures = figures_of(row).document()
    row.state, row.submitted_by, row.submitted_at = ReviewState.SUBMITTED, by.person, clock.now()
    row.head_acknowledged_by = row.head_acknowledged_at = None
    row.decided_by = row.decided_at = None
    row.comments = ""
    row.save()
    note(by, row, "yearly review submitted", capacity)
    return row


def missing(review: ProgramReview) -> list[tuple[str, str]]:
    """What stands between the review and its submission: field and sentence, in order."""
    files = list(review.files.filter(removed_at=None).values_list("file_id", flat=True))
    values = {**review.values, **({"files": files} if files else {})}
    found = policy_of(review.pilot).form_problems(FORM, values, ())
    return [(problem.field, problem.message) for problem in found]


def figures_of(review: ProgramReview) -> figures.YearFigures:
    """The figures as they are now, of the academic year that the review looks back on."""
    days = looks_back_on(review)
    if days is None:
        return figures.YearFigures()
    return figures.of_year(review.pilot.program, *days)


@transaction.atomic
def acknowledge_review(*, by: Actor, review: ProgramReview) -> ProgramReview:
    """The head has read it. From then on the program office can accept it."""
    capacity = is_head(by, review.pilot.program).require().capacity
    row = held(review)
    _require_submitted(row)
    if row.head_acknowledged_at is not None:
        raise NotPossible("It is acknowledged already.")
    row.head_acknowledged_by, row.head_acknowledged_at = by.person, clock.now()
    row.save()
    note(by, row, "yearly review acknowledged", capacity)
    return row


@transaction.atomic
def accept_review(
    *, by: Actor, review: ProgramReview, rating: str, comments: str = ""
) -> ProgramReview:
    """Accept it and rate the pilot year. The lead is told."""
    capacity = may_run(by, review.pilot.program).require().capacity
    row = held(review)
    _require_submitted(row)
    if row.head_acknowledged_at is None:
        raise NotPossible("The head of the unit has not acknowledged it yet.")
    if rating not in Rating.values:
        raise NotPossible("Rate the pilot year.", [("rating", "Choose a rating.")])
    row.state, row.rating, row.comments = ReviewState.ACCEPTED, rating, comments.strip()
    row.decided_by, row.decided_at = by.person, clock.now()
    row.save()
    note(by, row, "yearly review accepted", capacity, rating=rating)
    return row


@transaction.atomic
def return_review(*, by: Actor, review: ProgramReview, reason: str) -> ProgramReview:
    """Give it back to the lead with a reason; the head's acknowledgement goes with it."""
    capacity = may_run(by, review.pilot.program).require().capacity
    row = held(review)
    _require_submitted(row)
    if not reason.strip():
        raise NotPossible("Say what is to be mended.", [("comments", "Write a reason.")])
    row.state, row.comments = ReviewState.RETURNED, reason.strip()
    row.decided_by, row.decided_at = by.person, clock.now()
    row.head_acknowledged_by = row.head_acknowledged_at = None
    row.save()
    wake(row.pilot)
    note(by, row, "yearly review returned", capacity)
    return row


@transaction.atomic
def waive_review(*, by: Actor, review: ProgramReview, reason: str) -> ProgramReview:
    """Do without it, for a reason that is kept."""
    capacity = may_run(by, review.pilot.program).require().capacity
    row = held(review)
    if row.state not in (*REVIEW_OWED, ReviewState.SCHEDULED):
        raise NotPossible("Only a review that is still owed can be waived.")
    if not reason.strip():
        raise NotPossible("A waiver needs a reason.", [("reason", "Write a reason.")])
    row.state, row.comments = ReviewState.WAIVED, reason.strip()
    row.decided_by, row.decided_at = by.person, clock.now()
    row.save()
    note(by, row, "yearly review waived", capacity)
    return row


def held(review: ProgramReview) -> ProgramReview:
    """The row as it stands now; its program is held until the transaction ends."""
    locked(review.pilot.program)
    return ProgramReview.objects.select_related("pilot__program__owner_unit").get(pk=review.pk)


def require_owed(row: ProgramReview) -> None:
    """Raise NotPossible where it is not to be written now."""
    if row.state not in REVIEW_OWED:
        raise NotPossible(f"It cannot be written now: {row.get_state_display().lower()}.")


def _require_submitted(row: ProgramReview) -> None:
    if row.state != ReviewState.SUBMITTED:
        raise NotPossible(f"It is not with you now: {row.get_state_display().lower()}.")


def note(
    by: Actor,
    row: ProgramReview,
    verb: str,
    capacity: str = "",
    *,
    tell: bool = True,
    **data: object,
) -> None:
    """Write into the program's record what was done with the review."""
    record_event(
        by=by,
        stream=f"program:{row.pilot.program_id}",
        verb=verb,
        about=f"yearly-review:{row.pk}",
        capacity=capacity,
        seal=review_seal(row),
        data={"year": row.year, **data},
        tell=tell,
    )
