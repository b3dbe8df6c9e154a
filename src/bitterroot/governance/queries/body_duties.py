"""What waits for someone in the bodies they sit in: votes, reviews, agendas, rulings, minutes."""

from collections.abc import Iterator

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from bitterroot.governance import policies
from bitterroot.governance.body_rules import clearing, decides_ties
from bitterroot.governance.counting import verdict
from bitterroot.governance.covers import acting, with_covers
from bitterroot.governance.enums import (
    KEEPERS,
    TIED,
    BallotState,
    CaseState,
    ConflictState,
    ItemState,
    MeetingState,
    MotionState,
    RunState,
    SeatOffice,
)
from bitterroot.governance.models import (
    AgendaItem,
    Ballot,
    Condition,
    Conflict,
    Meeting,
    Motion,
    ReviewSheet,
    StepRun,
    Vote,
)
from bitterroot.governance.queries.ballots import counted
from bitterroot.governance.queries.bodies import Sitting, in_force, rule_of, seats_of, title_of
from bitterroot.governance.queries.meetings import COMING, without_a_place
from bitterroot.governance.queries.reviews import rubric_of
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person
from bitterroot.record import clock

MOST = 100  # of each kind; more than anyone does in a day


def waiting_for(person: Person) -> list[Duty]:
    """Duties of a member, and of a chair or secretary, in every body that the person sits in."""
    seats = seats_of(person)
    if not seats:
        return []
    bodies = [s.seat.body for s in seats]
    keeping = [s for s in seats if s.office in KEEPERS]
    kept = [s.seat.body for s in keeping]
    duties = [
        *_votes(person, bodies),
        *_reviews(person, seats),
        *_objections(person, seats),
    ]
    if kept:
        duties += [
            *_agendas(kept),
            *_conditions(person, kept),
            *_ballots(person, kept),
            *_meetings(keeping),
            *_chairs(keeping),
            *_secretaries(person, keeping),
        ]
    return duties


def _votes(person: Person, bodies: list[str]) -> Iterator[Duty]:
    open_ones = Ballot.objects.filter(state=BallotState.OPEN, motion__run__body__in=bodies)
    voted = set(
        Vote.objects.filter(person=person, ballot__in=open_ones).values_list("ballot", flat=True)
    )
    key, now = str(person.pk), clock.now()
    for ballot in open_ones.select_related("motion__run__case").order_by("opens_at")[:MOST]:
        mine = key in {each["person"] for each in ballot.eligible}
        away = ballot.present and key not in ballot.present
        over = ballot.closes_at is not None and ballot.closes_at < now
        if mine and not away and not over and ballot.pk not in voted:
            yield Duty(
                title=ballot.motion.run.case.title,
                why=f"A ballot of {title_of(ballot.motion.run.body)} is open",
                url_name="bodies:ballot",
                url_args=(ballot.pk,),
                since=ballot.opens_at,
                button="Vote",
                due=clock.day_of(ballot.closes_at) if ballot.closes_at else None,
            )


def _reviews(person: Person, seats: list[Sitting]) -> Iterator[Duty]:
    voting = [s.seat.body for s in seats if s.seat.voting]
    runs = _open_runs(voting, ("review", "vote"))
    done = set(
        ReviewSheet.objects.filter(reviewer=person, submitted_at__isnull=False).values_list(
            "run", flat=True
        )
    )
    out = _recused(person)
    for run in runs:
        if run.pk in done or run.pk in out or not rubric_of(run).criteria:
            continue
        yield Duty(
            title=run.case.title,
            why=f"Waits for your review as a member of {title_of(run.body)}",
            url_name="bodies:review",
            url_args=(run.pk,),
            since=run.opened_at,
            button="Review",
            due=run.due_on,
        )


def _objections(person: Person, seats: list[Sitting]) -> Iterator[Duty]:
    out = _recused(person)
    runs = _open_runs([s.seat.body for s in seats if s.seat.voting], ("no objection",))
    for run in runs:
        if run.pk not in out:
            yield Duty(
                title=run.case.title,
                why=f"Passes unless a member of the {title_of(run.body)} objects",
                url_name="bodies:matter",
                url_args=(run.pk,),
                since=run.opened_at,
                button="Read it",
                due=run.due_on,
            )


def _agendas(kept: list[str]) -> Iterator[Duty]:
    voted_on = without_a_place(*kept).filter(kind="vote")
    held_back = Ballot.objects.filter(state=BallotState.CLOSED, released_at__isnull=True)
    voted_on = voted_on.exclude(motions__ballots__in=held_back)
    for run in voted_on.exclude(motions__ballots__state=BallotState.OPEN)[:MOST]:
        yield Duty(
            title=run.case.title,
            why=f"Is on no agenda of {title_of(run.body)} yet",
            url_name="bodies:body",
            url_args=(run.body,),
            since=run.opened_at,
            button="Find it a place",
            due=run.due_on,
        )


def _ballots(person: Person, kept: list[str]) -> Iterator[Duty]:
    """Results that are held back, and ties that only the chair can break."""
    mine = Ballot.objects.filter(motion__run__body__in=kept).select_related("motion__run__case")
    for ballot in mine.filter(state=BallotState.CLOSED, released_at__isnull=True)[:MOST]:
        yield _of_ballot(ballot, "The result is held back until you release it", "Release it")
    over = mine.filter(state=BallotState.OPEN, closes_at__lt=clock.now())
    for ballot in over.prefetch_related("votes")[:MOST]:
        run = ballot.motion.run
        if verdict(rule_of(run), counted(ballot)).tied and decides_ties(run):
            yield _of_ballot(ballot, "The vote is tied; the chair decides", "Decide")


def _of_ballot(ballot: Ballot, why: str, button: str) -> Duty:
    run = ballot.motion.run
    return Duty(
        title=run.case.title,
        why=f"{why} ({title_of(run.body)})",
        url_name="bodies:matter",
        url_args=(run.pk,),
        since=ballot.closed_at or ballot.opens_at,
        button=button,
    )


def _conditions(person: Person, kept: list[str]) -> Iterator[Duty]:
    """Conditions that a body set and that are still to be met, where nothing else holds it up."""
    recused = Conflict.objects.filter(person=person, state=ConflictState.RECUSED)
    waiting = Condition.objects.filter(
        closed_at__isnull=True,
        decision__run__body__in=kept,
        decision__run__state=RunState.DONE,
        decision__case__state=CaseState.OPEN,
    )
    waiting = waiting.exclude(decision__run__in=recused.values("run"))
    for condition in waiting.select_related("decision__run", "decision__case")[:MOST]:
        run, case = condition.decision.run, condition.decision.case
        if run is not None and case is not None:
            yield Duty(
                title=case.title,
                why=f"A condition of {title_of(run.body)} is open: {condition.text}",
                url_name="bodies:matter",
                url_args=(run.pk,),
                since=condition.decision.recorded_at,
                button="Close it",
                due=condition.due_on,
            )


def _meetings(seats: list[Sitting]) -> Iterator[Duty]:
    """Meetings to end or to call off; minutes, of which the secretary drafts and the chair approves.

    Where a body has no secretary, or no chair, the other does both.
    """
    mine = {s.seat.body: s.office for s in seats}
    held = set(in_force().filter(body__in=mine, office__in=KEEPERS).values_list("body", "office"))

    def of(office: SeatOffice) -> set[str]:
        return {b for b, own in mine.items() if own == office or (b, office) not in held}

    drafts, approves = of(SeatOffice.SECRETARY), of(SeatOffice.CHAIR)
    ended = Meeting.objects.filter(state=MeetingState.ENDED, body__in=mine).order_by("ended_at")
    for meeting in ended.prefetch_related("minutes")[:MOST]:
        drafted = bool(meeting.minutes.all())
        if meeting.body not in (approves if drafted else drafts):
            continue
        yield _of_minutes(meeting, drafted)
    past = Meeting.objects.filter(state__in=COMING, body__in=drafts, starts_at__lt=clock.now())
    for meeting in past.order_by("starts_at")[:MOST]:
        if clock.day_of(meeting.starts_at) < clock.today():
            yield _past(meeting)


def kept_by_nobody() -> Iterator[Duty]:
    """For the program office: bodies with neither chair nor secretary whose meetings wait for minutes, or for their end.

    Nobody else drafts a body's minutes; an administrator seats who does, and the office sees that it is
    needed.
    """
    kept = in_force().filter(office__in=KEEPERS).values("body")
    ended = Q(state=MeetingState.ENDED)
    over = Q(state__in=COMING, starts_at__lt=clock.now())
    known = policies.current().bodies  # what the policy knows no more has no page to lead to
    waiting = Meeting.objects.filter(ended | over, body__in=list(known)).exclude(body__in=kept)
    # One of each body, the oldest; grouped, for a lookup for each of thousands of meetings is slow.
    since = Min(Coalesce("ended_at", "starts_at"))
    oldest = waiting.values("body").annotate(first=Min("starts_at"), since=since)
    for body, first, waits_since in oldest.order_by("first").values_list("body", "first", "since"):
        if clock.day_of(first) >= clock.today():
            continue
        yield Duty(
            title=f"Minutes of {title_of(body)}",
            why="Nobody drafts them: the body has neither chair nor secretary. An administrator seats one",
            url_name="bodies:body",
            url_args=(body,),
            since=waits_since,
            button="See the body",
        )


def _of_minutes(meeting: Meeting, drafted: bool) -> Duty:
    return Duty(
        title=f"Minutes of {title_of(meeting.body)}",
        why="Wait for approval" if drafted else "Are to be drafted from what was recorded",
        url_name="bodies:minutes",
        url_args=(meeting.pk,),
        since=meeting.ended_at or meeting.starts_at,
        button="Read and approve" if drafted else "Draft them",
    )


def _past(meeting: Meeting) -> Duty:
    """Of a meeting whose day is over: it was not ended, or never opened. No minutes come of it yet."""
    open_ = meeting.state == MeetingState.IN_SESSION
    return Duty(
        title=f"Meeting of {title_of(meeting.body)}",
        why="Is still in session; minutes are drafted once it is ended"
        if open_
        else "Its day is over, and it was neither opened nor cancelled",
        url_name="bodies:meeting",
        url_args=(meeting.pk,),
        since=meeting.opened_at or meeting.starts_at,
        button="End it" if open_ else "Say what became of it",
    )


def _chairs(seats: list[Sitting]) -> Iterator[Duty]:
    chaired = [s.seat.body for s in seats if s.office == SeatOffice.CHAIR]
    late = AgendaItem.objects.filter(
        state=ItemState.LATE, meeting__body__in=chaired, meeting__state__in=COMING
    )
    for item in late.select_related("meeting", "run__case")[:MOST]:
        yield Duty(
            title=item.run.case.title,
            why=f"Came after the cut-off of {title_of(item.meeting.body)} and needs your ruling",
            url_name="bodies:meeting",
            url_args=(item.meeting_id,),
            since=item.run.opened_at,
            button="Rule on it",
            due=clock.day_of(item.meeting.starts_at),
        )
    flags = Conflict.objects.filter(
        state=ConflictState.FLAGGED, run__body__in=chaired, run__state=RunState.OPEN
    )
    moved = set(
        Motion.objects.filter(run__body__in=chaired, state=MotionState.SECONDED).values_list(
            "run", flat=True
        )
    )
    mine = {s.person.pk for s in seats}
    own = Conflict.objects.filter(person__in=mine, state__in=TIED)  # there they settle nothing
    flags = flags.exclude(run__in=own.values("run")).select_related("person", "run__case")
    for conflict in flags.order_by("noted_at")[:MOST]:
        yield _settling(conflict, conflict.run_id in moved)


def _settling(conflict: Conflict, moved: bool) -> Duty:
    return Duty(
        title=conflict.run.case.title,
        why=f"{conflict.person} may have a conflict; settle it before the vote",
        url_name="bodies:matter",
        url_args=(conflict.run_id,),
        since=conflict.noted_at,
        button="Settle it",
        due=clock.today() if moved else None,
    )


def _not_for_the_chair(kept: list[str]) -> list[Conflict]:
    """Open flags in matters to which whoever presides has a tie of their own, in these bodies (in all,
    where none are named)."""
    chairs = in_force().filter(office=SeatOffice.CHAIR)
    chairs = chairs.filter(body__in=kept) if kept else chairs
    held = with_covers(chairs.select_related("person", "delegate"), clock.today())
    who = {(person.pk, seat.body) for seat, person in acting(held, clock.today())}
    found = Conflict.objects.filter(
        state=ConflictState.FLAGGED,
        run__state=RunState.OPEN,
        run__conflicts__person__in=[key for key, _ in who],
        run__conflicts__state__in=TIED,
    ).annotate(tied=F("run__conflicts__person"))
    rows = found.select_related("person", "run__case").order_by("noted_at")[:MOST]
    return list({row.pk: row for row in rows if (row.tied, row.run.body) in who}.values())


def _secretaries(person: Person, seats: list[Sitting]) -> Iterator[Duty]:
    kept = [s.seat.body for s in seats if s.office == SeatOffice.SECRETARY]
    for conflict in _not_for_the_chair(kept) if kept else ():
        if any(s.person == person for s in clearing(conflict)):
            yield _settling(conflict, moved=False)


def settled_by_nobody() -> Iterator[Duty]:
    """For the program office: flags that nobody in the body may clear."""
    for conflict in _not_for_the_chair([]):
        if not clearing(conflict):
            yield _settling(conflict, moved=False)


def _open_runs(bodies: list[str], kinds: tuple[str, ...]) -> QuerySet[StepRun]:
    return (
        StepRun.objects.select_related("case")
        .filter(body__in=bodies, kind__in=kinds, state=RunState.OPEN, case__state=CaseState.OPEN)
        .order_by("opened_at")[:MOST]
    )


def _recused(person: Person) -> set[object]:
    found = Conflict.objects.filter(
        person=person, state=ConflictState.RECUSED, run__state=RunState.OPEN
    )
    return set(found.values_list("run", flat=True))
