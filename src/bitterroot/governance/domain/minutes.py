"""Minutes: drafted from what was recorded, edited by the secretary, approved once."""

from django.db import transaction

from bitterroot.governance.body_rules import may_keep, may_preside
from bitterroot.governance.body_seals import minutes_seal
from bitterroot.governance.domain.meeting import lock
from bitterroot.governance.enums import MeetingState, MinutesState
from bitterroot.governance.models import Meeting, Minutes
from bitterroot.governance.queries.minutes import drafted
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

LONGEST = 100_000


@transaction.atomic
def draft_minutes(*, by: Actor, meeting: Meeting, text: str | None = None) -> Minutes:
    """The next version of the minutes: `text` as edited, or drafted from the record (Markdown)."""
    answer = may_keep(by, meeting.body).require()
    meeting = lock(meeting)
    if meeting.state != MeetingState.ENDED:
        raise NotPossible(f"No minutes are drafted now ({meeting.get_state_display().lower()}).")
    said = drafted(meeting) if text is None else text.replace("\r\n", "\n").strip()
    if not said:
        raise NotPossible("The minutes are empty.", [("text", "Write the minutes.")])
    last = meeting.minutes.order_by("-n").first()
    if last is not None and last.text == said[:LONGEST]:
        return last
    assert by.person is not None
    minutes = Minutes(
        meeting=meeting,
        n=last.n + 1 if last else 1,
        text=said[:LONGEST],
        written_by=by.person,
        written_at=clock.now(),
    )
    _save(by, minutes, "minutes drafted", answer.capacity)
    return minutes


@transaction.atomic
def approve_minutes(*, by: Actor, meeting: Meeting) -> Minutes:
    """Note that the body approved the newest version. It is never changed after that."""
    answer = may_preside(by, meeting.body).require()
    meeting = lock(meeting)
    minutes = meeting.minutes.order_by("-n").first()
    if meeting.state != MeetingState.ENDED or minutes is None:
        raise NotPossible("There are no minutes to approve.")
    minutes.meeting = meeting
    minutes.state, minutes.approved_by, minutes.approved_at = (
        MinutesState.APPROVED,
        by.person,
        clock.now(),
    )
    meeting.state = MeetingState.MINUTES_APPROVED
    meeting.save(update_fields=["state"])
    _save(by, minutes, "minutes approved", answer.capacity)
    return minutes


def _save(by: Actor, minutes: Minutes, verb: str, capacity: str) -> None:
    minutes.save()
    record_event(
        by=by,
        stream=f"meeting:{minutes.meeting_id}",
        verb=verb,
        about=f"minutes:{minutes.pk}",
        capacity=capacity,
        seal=minutes_seal(minutes),
        data={"body": minutes.meeting.body, "n": minutes.n},
        tell=verb == "minutes approved",
    )
