"""When another academic calendar comes into force, everything that is open is counted again.

Rooms above name what they keep days of (`movers`, in `conf/wiring.py`). The worker follows a
change by itself; `bitterroot policy apply` does it at once and shows what moved.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.domain.due import Moved, count_again
from bitterroot.governance.domain.meeting import cut_off_of
from bitterroot.governance.enums import CaseState, MeetingState
from bitterroot.governance.models import CalendarChange, Case, Meeting, PolicyVersion
from bitterroot.people.actor import Actor, system
from bitterroot.policy import Calendar
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

BY = system("academic calendar")
#: Called with the actor and the calendar before (None where none is known); gives what moved.
movers: list[Callable[[Actor, Calendar | None], list[Moved]]] = []


def follow_if_changed() -> int:
    """The worker's step: follow a calendar that is not followed yet; how much moved."""
    last = CalendarChange.objects.first()
    if last is not None and last.calendar == policies.calendar_digest():
        return 0
    return len(follow_calendar(by=BY))


@transaction.atomic
def follow_calendar(*, by: Actor) -> list[Moved]:
    """Count every open due day again by the calendar in force. What moved, earliest first.

    Done again, nothing moves. The first calendar that is followed, and each after it that is
    another or moves something, is kept with what it moved.
    """
    policy = policies.adopt()
    PolicyVersion.objects.select_for_update().get(pk=policy.pk)  # one at a time
    last = CalendarChange.objects.first()
    before = policies.kept(last.policy_id).calendar if last else None
    moved: list[Moved] = []
    open_ = Case.objects.select_for_update().exclude(state=CaseState.CLOSED)
    for case in open_.prefetch_related("holds").order_by("pk"):
        moved += count_again(by=by, case=case)
    moved += _meetings()
    for mover in movers:
        moved += mover(by, before)
    moved.sort(key=lambda each: (each.after or each.before, each.title, each.what))
    digest = policies.calendar_digest()
    if last is None or last.calendar != digest or moved:
        row = CalendarChange.objects.create(
            policy=policy,
            calendar=digest,
            at=clock.now(),
            by_name=by.name,
            moved=[each.row() for each in moved],
        )
        record_event(
            by=by,
            stream="calendar",
            verb="calendar followed",
            about=f"calendar:{row.pk}",
            data={"calendar": digest, "policy": policy.pk, "moved": row.moved},
            tell=False,
        )
    return moved


def _meetings() -> list[Moved]:
    """Meetings whose agenda is not published yet close it on another day."""
    moved = []
    planned = Meeting.objects.filter(state=MeetingState.PLANNED, starts_at__gt=clock.now())
    known = policies.current().bodies
    for meeting in planned.filter(body__in=known).order_by("starts_at"):
        before = meeting.cut_off
        after = cut_off_of(meeting.body, timezone.localtime(meeting.starts_at).date())
        if before != after:
            meeting.cut_off = after
            meeting.save(update_fields=["cut_off"])
            title = known[meeting.body].title
            moved.append(Moved(f"meeting:{meeting.pk}", title, "Agenda closes", before, after))
    return moved
