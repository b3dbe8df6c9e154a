"""What stands beside the answers of a yearly review: files of its leads, words of its instructors."""

from django.db import transaction

from bitterroot.files.domain import shown_name, store
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.programs.domain.dates import policy_of
from bitterroot.programs.domain.review import FORM, held, note, require_owed
from bitterroot.programs.models import ProgramReview, ReviewContribution, ReviewFile
from bitterroot.programs.rules import may_contribute, may_write
from bitterroot.record import clock

FIELD = "files"
LONGEST = 4000


def most_files(review: ProgramReview) -> int:
    """How many files form F takes, by the policy under which the pilot began; 0 where none."""
    field = policy_of(review.pilot).forms[FORM].fields.get(FIELD)
    return 0 if field is None else field.max_items or 10


@transaction.atomic
def attach_file(*, by: Actor, review: ProgramReview, name: str, data: bytes) -> ReviewFile:
    """Attach a file while the review is written; the same bytes count once.

    Raises NotPossible for a file that is empty, too large or of a type that is not taken, and for
    more files than the form allows.
    """
    answer = may_write(by, review.pilot.program).require()
    row = held(review)
    require_owed(row)
    assert by.person is not None
    stored = store(data)
    found, new = ReviewFile.objects.get_or_create(
        review=row,
        file=stored,
        removed_at=None,
        defaults={
            "name": shown_name(name),
            "added_by": by.person,
            "added_at": clock.now(),
        },
    )
    most = most_files(row)
    if row.files.filter(removed_at=None).count() > most:
        sentence = f"At most {most} files can be attached."
        raise NotPossible(sentence, [(FIELD, sentence)])
    if new:
        said = {"sha256": stored.sha256}
        note(by, row, "yearly review file attached", answer.capacity, tell=False, **said)
    return found


@transaction.atomic
def remove_file(*, by: Actor, file: ReviewFile) -> ReviewFile:
    """Take a file out again while the review is written; the record keeps that it was there."""
    answer = may_write(by, file.review.pilot.program).require()
    row = held(file.review)
    require_owed(row)
    found = ReviewFile.objects.get(pk=file.pk)
    if found.removed_at is not None:
        raise NotPossible("It is taken out already.")
    found.removed_at = clock.now()
    found.save(update_fields=["removed_at"])
    said = {"sha256": found.file_id}
    note(by, row, "yearly review file removed", answer.capacity, tell=False, **said)
    return found


@transaction.atomic
def contribute(*, by: Actor, review: ProgramReview, text: str) -> ReviewContribution:
    """Say what one saw in the year, for the leads to take up; said again, it takes the other's place.

    It is frozen with the review when the lead submits it.
    """
    answer = may_contribute(by, review).require()
    row = held(review)
    require_owed(row)
    assert by.person is not None
    if not text.strip():
        raise NotPossible("Write what you saw.", [("contribution", "Write what you saw.")])
    said, _ = ReviewContribution.objects.update_or_create(
        review=row,
        writer=by.person,
        defaults={"text": text.strip()[:LONGEST], "written_at": clock.now()},
    )
    note(by, row, "yearly review contribution written", answer.capacity, tell=False)
    return said
