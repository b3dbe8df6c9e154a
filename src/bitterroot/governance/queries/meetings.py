"""What lies before a body, and a meeting's agenda as one reads it: a fixed number of queries."""

from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber

from bitterroot.governance.bundles import holding
from bitterroot.governance.counting import quorum_of
from bitterroot.governance.enums import (
    BallotState,
    CaseState,
    ConflictState,
    ItemState,
    MeetingState,
    MotionState,
    Outcome,
    RunState,
    Section,
)
from bitterroot.governance.models import AgendaItem, Ballot, Conflict, Meeting, Motion, StepRun
from bitterroot.governance.queries.ballots import in_the_room
from bitterroot.governance.queries.bodies import Sitting, rule_of, sitting, voters
from bitterroot.governance.queries.readings import WORDS, asked, given, readings
from bitterroot.people.models import Person

SECTIONS = (Section.CONSENT, Section.ACTION, Section.LATE, Section.INFORMATION)
ON_AGENDAS = (ItemState.LISTED, ItemState.LATE)
COMING = (MeetingState.PLANNED, MeetingState.PUBLISHED, MeetingState.IN_SESSION)


def before(*bodies: str) -> QuerySet[StepRun]:
    """Everything that lies before these bodies now, oldest first."""
    return (
        StepRun.objects.filter(body__in=bodies, state=RunState.OPEN, case__state=CaseState.OPEN)
        .select_related("case")
        .order_by("opened_at")
    )


def without_a_place(*bodies: str) -> QuerySet[StepRun]:
    """What lies before these bodies and is on no coming agenda."""
    placed = AgendaItem.objects.filter(state__in=ON_AGENDAS, meeting__state__in=COMING)
    return before(*bodies).exclude(agenda_items__in=placed)


def coming(body: str) -> QuerySet[Meeting]:
    """Meetings that are planned or in session, the next first."""
    return Meeting.objects.filter(body=body, state__in=COMING).order_by("starts_at")


def how_many_before() -> dict[str, int]:
    """How many matters lie before each body, by its key; bodies without any are left out."""
    found = StepRun.objects.filter(state=RunState.OPEN, case__state=CaseState.OPEN).exclude(body="")
    return dict(found.values_list("body").annotate(Count("pk")).order_by())


def next_meetings() -> dict[str, Meeting]:
    """The next meeting of each body that has one, by the body's key."""
    place = Window(RowNumber(), partition_by="body", order_by=["starts_at", "pk"])
    found = Meeting.objects.filter(state__in=COMING).annotate(place_in_turn=place)
    return {meeting.body: meeting for meeting in found.filter(place_in_turn=1)}


@dataclass(slots=True)
class Line:
    """One item of an agenda, with who stays out of it and how far it is."""

    item: AgendaItem
    recused: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    mine: Conflict | None = None
    reading: str = ""  # "First": it is read here, and decided at a later meeting
    last: str = ""  # "Second": with this reading it may be decided here
    bound: list[str] = field(default_factory=list)  # titles on this agenda that it is bound with
    base: int = 0
    present: int = 0
    needed: int = 0
    motion: Motion | None = None
    ballot: Ballot | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits at this meeting."""
        return self.item.state in ON_AGENDAS

    @property
    def came_of_it(self) -> str:
        """`Approved`, or nothing where it is not decided yet."""
        return dict(Outcome.choices).get(self.item.run.outcome.replace(" ", "_"), "")

    @property
    def quorate(self) -> bool:
        return 0 < self.needed <= self.present


def agenda_of(meeting: Meeting, person: Person | None) -> list[tuple[Section, list[Line]]]:
    """The agenda by section; sections without items are left out."""
    items = (
        meeting.items.select_related("run__case", "pulled_by")
        .prefetch_related(
            Prefetch("run__conflicts", Conflict.objects.select_related("person")),
            Prefetch("run__motions", Motion.objects.select_related("mover", "seconder")),
            "run__motions__ballots",
        )
        .order_by("position", "pk")
    )
    members, here = sitting(meeting.body), in_the_room(meeting)
    lines = [_line(item, members, here, person) for item in items]
    _tell_bundles(lines)
    _tell_readings(lines, meeting)
    found = [(section, [x for x in lines if x.item.section == section]) for section in SECTIONS]
    return [(section, of) for section, of in found if of]


def _tell_readings(lines: list[Line], meeting: Meeting) -> None:
    """Say which reading this meeting holds of what takes more than one. Two queries at most."""
    read = readings([line.item.run for line in lines])
    for line in lines:
        run = line.item.run
        if run.pk in read:
            before = given(read[run.pk], meeting)
            if before + 1 < asked(run):
                line.reading = WORDS[before]
            else:
                line.last = WORDS[asked(run) - 1]


def _tell_bundles(lines: list[Line]) -> None:
    """Say with each item which others of this agenda it is bound with. One query."""
    rows = holding().filter(case__in=[line.item.run.case_id for line in lines])
    bundle = dict(rows.values_list("case", "bundle"))
    for line in lines:
        own = bundle.get(line.item.run.case_id)
        line.bound = [
            each.item.run.case.title
            for each in lines
            if each is not line and own and bundle.get(each.item.run.case_id) == own
        ]


def _line(
    item: AgendaItem, members: list[Sitting], here: frozenset[object], person: Person | None
) -> Line:
    conflicts = {c.person_id: c for c in item.run.conflicts.all()}

    def of(state: str) -> list[str]:
        return [c.person.display_name for c in conflicts.values() if c.state == state]

    eligible = [
        s
        for s in voters(item.run, members)
        if s.person.pk not in conflicts or conflicts[s.person.pk].state != ConflictState.RECUSED
    ]
    live = (MotionState.MOVED, MotionState.SECONDED)
    motions = [m for m in item.run.motions.all() if m.state in live]
    ballots = [b for m in motions for b in m.ballots.all() if b.state != BallotState.VOID]
    return Line(
        item=item,
        recused=of(ConflictState.RECUSED),
        flagged=of(ConflictState.FLAGGED),
        mine=conflicts.get(person.pk) if person else None,
        base=len(eligible),
        present=sum(s.person.pk in here for s in eligible),
        needed=quorum_of(rule_of(item.run).quorum, len(eligible)) if item.run.body else 0,
        motion=motions[-1] if motions else None,
        ballot=ballots[-1] if ballots else None,
    )
