"""Readings: where a step asks for more than one, the first meetings read a matter and do not decide it."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from bitterroot.governance import policies
from bitterroot.governance.models import AgendaItem, Meeting, Snapshot, StepRun

WORDS = ("First", "Second", "Third")


def asked(run: StepRun) -> int:
    """How many meetings a decision on the matter takes. A body that is asked for advice reads once."""
    if run.referred_by_id is not None:
        return 1
    step = policies.of(run.case).processes[run.case.process].step(run.path)
    return getattr(step, "readings", 1)


Read = dict[object, datetime]  # by the meeting, when it read the matter


def readings(runs: Collection[StepRun]) -> dict[object, Read]:
    """By the run, when the body's meetings read the version that is before it. Two queries at most."""
    several = [run for run in runs if asked(run) > 1]
    found: dict[object, Read] = {run.pk: {} for run in several}
    if not several:
        return found
    cases = {run.case_id for run in several}
    frozen = Snapshot.objects.filter(case__in=cases).values_list("case").annotate(Max("created_at"))
    since = dict(frozen.order_by())
    read = AgendaItem.objects.filter(run__case__in=cases, read_at__isnull=False)
    rows = list(read.values_list("run__case", "run__path", "run__body", "meeting", "read_at"))
    for run in several:
        last = since.get(run.case_id)
        found[run.pk] = {
            meeting: at
            for case, path, body, meeting, at in rows
            if at is not None
            and (case, path, body) == (run.case_id, run.path, run.body)
            and (last is None or at >= last)
        }
    return found


def given(read: Read, meeting: Meeting | None) -> int:
    """How many readings count where `meeting` decides: those of others, of before it was opened."""
    if meeting is None:
        return len(read)
    began = meeting.opened_at
    return sum(key != meeting.pk and (began is None or at < began) for key, at in read.items())


def still_to_read(run: StepRun, meeting: Meeting | None) -> str:
    """Why the body cannot decide for it yet: a reading is missing; empty where it can.

    `meeting` is the one in which it would be decided, whose own reading is the last.
    """
    wanted = asked(run)
    if wanted == 1:
        return ""
    count = given(readings([run]).get(run.pk, {}), meeting)
    if count + (meeting is not None) >= wanted:
        return ""
    return (
        f"It takes {wanted} meetings, and {count} before this one read it."
        if meeting
        else f"It takes {wanted} meetings, and {count} read it."
    )


def ruled_and_read(item: AgendaItem) -> tuple[str, str]:
    """The chair's ruling on an item that came late, and what was noted of its reading; mostly empty."""
    ruled, _, read = item.ruling.rpartition("\n") if item.read_at else (item.ruling, "", "")
    return ruled, read
