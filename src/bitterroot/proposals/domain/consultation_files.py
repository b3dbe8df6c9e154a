"""Files of a consultation: whoever asked attaches them, as long as it has not been held."""

from collections.abc import Iterable

from django.db import transaction

from bitterroot.files.domain import shown_name, store
from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.models import Consultation, ConsultationFile
from bitterroot.proposals.rules import may_attach_to_consultation
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

FORM, FIELD = "consultation-request", "attachments"


def most_files() -> int:
    """How many files form A takes, by the policy in force; 0 where it takes none."""
    field = policies.current().forms[FORM].fields.get(FIELD)
    return 0 if field is None else field.max_items or 10


@transaction.atomic
def attach_files(
    *, by: Actor, consultation: Consultation, files: Iterable[tuple[str, bytes]]
) -> list[ConsultationFile]:
    """Attach files, given as name and bytes: all of them or none. The same bytes count once.

    Raises NotPossible for a file that is empty, too large or of a type (by its content) that is
    not taken, and for more files than the policy's form allows.
    """
    row = Consultation.objects.select_for_update().get(pk=consultation.pk)
    answer = may_attach_to_consultation(by, row).require()
    assert by.person is not None
    made = []
    for name, data in files:
        shown = shown_name(name)
        try:
            stored = store(data)
        except NotPossible as error:
            raise NotPossible(f"“{shown}”: {error}", [(FIELD, str(error))]) from None
        found, new = ConsultationFile.objects.get_or_create(
            consultation=row,
            file=stored,
            removed_at=None,
            defaults={"name": shown, "added_by": by.person, "added_at": clock.now()},
        )
        made.append(found)
        if new:
            _note(by, row, "consultation file attached", answer.capacity, stored.sha256)
    most = most_files()
    if row.files.filter(removed_at=None).count() > most:
        sentence = f"At most {most} files can be attached."
        raise NotPossible(sentence, [(FIELD, sentence)])
    return made


@transaction.atomic
def remove_file(*, by: Actor, file: ConsultationFile) -> None:
    """Take a file out again; the record keeps that it was there."""
    row = Consultation.objects.select_for_update().get(pk=file.consultation_id)
    answer = may_attach_to_consultation(by, row).require()
    found = ConsultationFile.objects.select_for_update().get(pk=file.pk)
    if found.removed_at is not None:
        raise NotPossible("It is taken out already.")
    found.removed_at = clock.now()
    found.save(update_fields=["removed_at"])
    _note(by, row, "consultation file removed", answer.capacity, found.file_id)


def _note(by: Actor, row: Consultation, verb: str, capacity: str, sha256: str) -> None:
    about = f"consultation:{row.pk}"
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        tell=False,
        data={"sha256": sha256},
    )
