"""Readings: where a step asks for more than one, the first meetings read a matter and do not decide it."""

from collections.abc import Collection

from django.db.models import Max

from bitterroot.governance import policies
from bitterroot.governance.models import AgendaItem, Meeting, Snapshot, StepRun

WORDS = ("First", "Second", "Third")


def asked(run: StepRun) -> int:
    """How many meetings a decision on the matter takes."""
    step = policies.of(run.case).processes[run.case.process].step(run.path)
    return getattr(step, "readings", 1)


def readings(runs: Collection[StepRun]) -> dict[object, set[object]]:
    """By the run, the meetings that read the version which is before the body. Two queries at most."""
    several = [run for run in runs if asked(run) > 1]
    found: dict[object, set[object]] = {run.pk: set() for run in several}
    if not several:
        return found
    cases = {run.case_id for run in several}
    frozen = Snapshot.objects.filter(case__in=cases).values_list("case").annotate(Max("created_at"))
    since = dict(frozen.order_by())
    read = AgendaItem.objects.filter(run__case__in=cases, read_at__isnull=False)
    rows = list(read.values_list("run__case", "run__path", "meeting", "read_at"))
    for run in several:
        last = since.get(run.case_id)
        found[run.pk] = {
            meeting
            for case, path, meeting, at in rows
            if (case, path) == (run.case_id, run.path) and (last is None or at >= last)
        }
    return found


def still_to_read(run: StepRun, meeting: Meeting | None) -> str:
    """Why the body cannot decide for it yet: a reading is missing; empty where it can.

    `meeting` is the one in which it would be decided, whose own reading is the last.
    """
    wanted = asked(run)
    if wanted == 1:
        return ""
    read = readings([run]).get(run.pk, set())
    given = len(read - {meeting.pk} if meeting else read)
    if given + (meeting is not None) >= wanted:
        return ""
    return (
        f"It takes {wanted} meetings, and {given} before this one read it."
        if meeting
        else f"It takes {wanted} meetings, and {given} read it."
    )
