"""Who is in the room and may vote, how the votes stand, and what may be told of them."""

from collections import Counter
from dataclasses import dataclass

from bitterroot.governance.counting import Count, quorum_of
from bitterroot.governance.enums import (
    BallotMethod,
    ConflictState,
    MeetingState,
    SeatOffice,
    VoteChoice,
)
from bitterroot.governance.models import Ballot, Meeting, StepRun
from bitterroot.governance.queries.bodies import Sitting, rule_of, sitting, voters
from bitterroot.governance.rules import authors_of


@dataclass(frozen=True, slots=True)
class Room:
    """Who may vote on one matter now. `present` are those of `eligible` who are in the room."""

    eligible: list[Sitting]
    present: list[Sitting]
    recused: list[str]
    flagged: list[str]
    needed: int

    @property
    def quorate(self) -> bool:
        return bool(self.eligible) and len(self.present) >= self.needed

    @property
    def missing(self) -> int:
        """How many more must come."""
        return max(0, self.needed - len(self.present))


def room(run: StepRun, meeting: Meeting | None, among: list[Sitting] | None = None) -> Room:
    """Who may vote on `run`, and who of them is in the room of `meeting`.

    Nobody sits there for an author, or for a member who is recused.
    """
    states = dict(run.conflicts.values_list("person", "state"))
    authors = authors_of(run.case)
    voting = voters(run, sitting(run.body) if among is None else among)
    out = [
        s
        for s in voting
        if any(
            key in authors or states.get(key) == ConflictState.RECUSED
            for key in (s.person.pk, s.seat.person_id)
        )
    ]
    eligible = [s for s in voting if s not in out]
    here = in_the_room(meeting)
    return Room(
        eligible=eligible,
        present=[s for s in eligible if s.person.pk in here],
        recused=[s.person.display_name for s in out],
        flagged=[
            s.person.display_name
            for s in eligible
            if states.get(s.person.pk) == ConflictState.FLAGGED
        ],
        needed=quorum_of(rule_of(run).quorum, len(eligible)),
    )


def in_the_room(meeting: Meeting | None) -> frozenset[object]:
    """Ids of those who are in the room now; nobody where no meeting is in session."""
    if meeting is None or meeting.state != MeetingState.IN_SESSION:
        return frozenset()
    found = meeting.attendance.filter(left_at__isnull=True)
    return frozenset(found.values_list("person", flat=True))


def counted(ballot: Ballot) -> Count:
    """The votes of those who may vote. Without a room, whoever votes is present."""
    ids = {each["person"] for each in ballot.eligible}
    said = Counter(vote.choice for vote in ballot.votes.all() if str(vote.person_id) in ids)
    cast = sum(said.values())
    in_room = ballot.method == BallotMethod.ROOM
    return Count(
        yes=said[VoteChoice.YES],
        no=said[VoteChoice.NO],
        abstain=said[VoteChoice.ABSTAIN],
        eligible=len(ballot.eligible),
        present=len(ballot.present) if in_room else cast,
    )


def names_of(ballot: Ballot) -> dict[str, list[str]]:
    """Who voted how, by name, for bodies that show names."""
    ids = {each["person"]: each["name"] for each in ballot.eligible}
    found: dict[str, list[str]] = {choice: [] for choice in VoteChoice.values}
    for person, choice in ballot.votes.values_list("person", "choice"):
        if str(person) in ids:
            found[choice].append(ids[str(person)])
    return {choice: sorted(names) for choice, names in found.items()}


def chair_vote(ballot: Ballot) -> str:
    """What the chair voted in this ballot, yes or no; empty if neither."""
    chairs = [s.person.pk for s in sitting(ballot.motion.run.body) if s.office == SeatOffice.CHAIR]
    found = ballot.votes.filter(person__in=chairs).exclude(choice=VoteChoice.ABSTAIN)
    ids = {each["person"] for each in ballot.eligible}
    return next((v.choice for v in found if str(v.person_id) in ids), "")
