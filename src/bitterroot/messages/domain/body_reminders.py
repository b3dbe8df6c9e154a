"""What members of a body are reminded of: reviews they owe, meetings, ballots, a quorum at risk."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from bitterroot.governance.counting import quorum_of
from bitterroot.governance.enums import (
    KEEPERS,
    BallotMethod,
    BallotState,
    CaseState,
    ConflictState,
    MeetingState,
    RunState,
    Section,
)
from bitterroot.governance.models import AgendaItem, Ballot, Conflict, Meeting, ReviewSheet, StepRun
from bitterroot.governance.queries.bodies import Sitting, rule_of, sitting, title_of, voters
from bitterroot.governance.queries.meetings import ON_AGENDAS
from bitterroot.messages.domain.letter import Reminder, address, to_people
from bitterroot.people.models import Person
from bitterroot.record import clock

REVIEW_DAYS = 3
QUORUM_DAYS = 2
TO_COME = (MeetingState.PLANNED, MeetingState.PUBLISHED)


def body_reminders() -> Iterator[Reminder]:
    """All of them. Who sits where is read once for each body that has something near."""
    seats = _Seats()
    yield from _reviews(seats)
    yield from _meetings(seats)
    yield from _ballots(seats)


class _Seats(dict[str, list[Sitting]]):
    def __missing__(self, body: str) -> list[Sitting]:
        self[body] = sitting(body)
        prefetch_related_objects([s.person for s in self[body]], "addresses")
        return self[body]

    def keepers(self, body: str) -> list[Person]:
        return [s.person for s in self[body] if s.office in KEEPERS]


def _reviews(seats: _Seats) -> Iterator[Reminder]:
    """Voting members who have not sent the review that is due within three days."""
    today = clock.today()
    runs = list(
        StepRun.objects.filter(
            kind="review",
            state=RunState.OPEN,
            case__state=CaseState.OPEN,
            due_on__gte=today,
            due_on__lte=today + timedelta(days=REVIEW_DAYS),
        )
        .exclude(body="")
        .select_related("case")
        .order_by("pk")
    )
    sent: dict[object, set[object]] = defaultdict(set)
    for pk, person in ReviewSheet.objects.filter(
        run__in=runs, submitted_at__isnull=False
    ).values_list("run_id", "reviewer_id"):
        sent[pk].add(person)
    out = _recused(runs)
    for run in runs:
        owing = [
            s.person
            for s in seats[run.body]
            if s.seat.voting and s.person.pk not in sent[run.pk] | out[run.pk]
        ]
        words = {"run": run, "case": run.case, "body": title_of(run.body)}
        link = address("bodies:review", run.pk, otherwise="/bodies")
        yield Reminder(
            f"{run.pk}:{run.due_on:%Y%m%d}",
            to_people(owing, "body_review_due", **words, link=link),
        )


def _meetings(seats: _Seats) -> Iterator[Reminder]:
    """The day before, to members; two days before, to chair and secretary, where nobody may miss."""
    now, today = clock.now(), clock.today()
    near = Meeting.objects.filter(
        state__in=TO_COME, starts_at__gt=now, starts_at__lt=now + timedelta(days=QUORUM_DAYS + 1)
    )
    meetings = [(m, (timezone.localtime(m.starts_at).date() - today).days) for m in near]
    risky = _items_at_risk([m for m, days in meetings if days <= QUORUM_DAYS], seats)
    for meeting, days in meetings:
        words = {
            "meeting": meeting,
            "body": title_of(meeting.body),
            "link": address("bodies:meeting", meeting.pk, otherwise="/bodies"),
        }
        about = f"{meeting.pk}:{meeting.starts_at:%Y%m%d%H%M}"
        if days == 1:
            people = [s.person for s in seats[meeting.body]]
            yield Reminder(about, to_people(people, "meeting_reminder", **words))
        if risky[meeting.pk]:
            keepers = seats.keepers(meeting.body)
            words |= {"matters": risky[meeting.pk], "ballot": None}
            yield Reminder(about, to_people(keepers, "quorum_at_risk", **words))


def _items_at_risk(
    meetings: list[Meeting], seats: _Seats
) -> dict[object, list[tuple[str, int, int]]]:
    """By meeting: title, how many may vote, how many must; where not one of them may be missing."""
    found: dict[object, list[tuple[str, int, int]]] = defaultdict(list)
    items = list(
        AgendaItem.objects.filter(
            meeting__in=meetings, state__in=ON_AGENDAS, section__in=(Section.ACTION, Section.LATE)
        ).select_related("run__case", "meeting")
    )
    out = _recused([item.run for item in items], also_flagged=True)
    for item in items:
        base = [
            s for s in voters(item.run, seats[item.run.body]) if s.person.pk not in out[item.run_id]
        ]
        needed = quorum_of(rule_of(item.run).quorum, len(base))
        if len(base) <= needed:
            found[item.meeting_id].append((item.run.case.title, len(base), needed))
    return found


def _ballots(seats: _Seats) -> Iterator[Reminder]:
    """The day before an electronic ballot closes, to who has not voted; two days before it, to
    chair and secretary, where the votes are fewer than the quorum."""
    now = clock.now()
    near = Ballot.objects.filter(
        method=BallotMethod.ELECTRONIC,
        state=BallotState.OPEN,
        closes_at__gt=now,
        closes_at__lte=now + timedelta(days=QUORUM_DAYS),
    )
    for ballot in near.select_related("motion__run__case").prefetch_related("votes"):
        assert ballot.closes_at is not None
        run = ballot.motion.run
        ids = {each["person"] for each in ballot.eligible}
        voted = {str(vote.person_id) for vote in ballot.votes.all()} & ids
        needed = quorum_of(rule_of(run).quorum, len(ids))
        words = {
            "run": run,
            "case": run.case,
            "ballot": ballot,
            "body": title_of(run.body),
            "link": address("bodies:ballot", ballot.pk, otherwise="/bodies"),
        }
        about = f"{ballot.pk}:{ballot.closes_at:%Y%m%d%H%M}"
        if len(voted) < needed:
            matters = [(run.case.title, len(voted), needed)]
            keepers = seats.keepers(run.body)
            yield Reminder(
                about, to_people(keepers, "quorum_at_risk", **words, matters=matters, meeting=None)
            )
        if ballot.closes_at <= now + timedelta(days=1):
            missing = (
                Person.objects.filter(pk__in=ids - voted)
                .prefetch_related("addresses")
                .order_by("display_name")
            )
            yield Reminder(about, to_people(missing, "ballot_closing", **words))


def _recused(runs: list[StepRun], *, also_flagged: bool = False) -> dict[object, set[object]]:
    """By run: who is recused from it, or may still be."""
    states = [ConflictState.RECUSED, *([ConflictState.FLAGGED] if also_flagged else [])]
    found: dict[object, set[object]] = defaultdict(set)
    for run, person in Conflict.objects.filter(run__in=runs, state__in=states).values_list(
        "run_id", "person_id"
    ):
        found[run].add(person)
    return found
