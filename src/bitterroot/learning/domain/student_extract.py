"""The extract of the student system: which student ids there are, and whose. For checks alone.

Only id, names and campus address are kept, whatever else the file has. Nobody is shown a row: a
check says that an id is unknown or that a name differs, never what the record says instead.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from bitterroot.learning.checks.facts import ListRules
from bitterroot.learning.checks.people import people_of
from bitterroot.learning.domain.checking import rules_in_force
from bitterroot.learning.interfaces.lists import ListUnreadable, read_list
from bitterroot.learning.models import StudentRecord
from bitterroot.learning.rules import may_import_students
from bitterroot.people.actor import Actor
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST_ROWS = 200_000
MOST_BYTES = 50_000_000


def import_students(*, by: Actor, data: bytes, filename: str) -> int:
    """Put the file's students in the place of those known before; how many.

    Raises ListUnreadable where the file is no list of students; nothing changes then. Event:
    students imported, with their number only.
    """
    answer = may_import_students(by).require()
    wide = _wide(rules_in_force())
    people = people_of(read_list(data, filename, rules=wide), wide)
    if any(not each.student_id for each in people):
        raise ListUnreadable(
            "Someone has no student ID.", "The extract has a column with everyone's student ID."
        )
    now = clock.now()
    with transaction.atomic():
        StudentRecord.objects.all().delete()
        StudentRecord.objects.bulk_create(
            [
                StudentRecord(
                    student_id=each.student_id,
                    family_name=each.family_name,
                    given_name=each.given_name,
                    email=each.email,
                    imported_at=now,
                )
                for each in people
            ],
            batch_size=1000,
        )
        record_event(
            by=by,
            stream="students",
            verb="students imported",
            about="students:extract",
            capacity=answer.capacity,
            data={"students": len(people)},
            tell=False,
        )
    return len(people)


def _wide(rules: ListRules) -> ListRules:
    """The rules with the limits of an extract, which is longer than a tracking list."""
    lists = rules.policy.lists
    limits = lists.limits.model_copy(update={"rows": MOST_ROWS, "file_bytes": MOST_BYTES})
    policy = rules.policy.model_copy(update={"lists": lists.model_copy(update={"limits": limits})})
    return replace(rules, policy=policy)
