"""Ballots as rows: kept with their event, made void, narrowed by a recusal.

`ballot` and `conflict` use it; nobody else changes a ballot.
"""

from typing import Any

from bitterroot.governance.body_seals import ballot_seal
from bitterroot.governance.counting import is_quorate
from bitterroot.governance.enums import BallotState
from bitterroot.governance.models import Ballot, StepRun
from bitterroot.governance.queries.bodies import rule_of
from bitterroot.people.actor import Actor
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


def void(*, by: Actor, ballot: Ballot, why: str) -> Ballot:
    """End an open ballot without a result, or one whose result is held back still; its motion can be
    voted on again."""
    ballot = Ballot.objects.select_for_update().get(pk=ballot.pk)
    held_back = ballot.state == BallotState.CLOSED and ballot.released_at is None
    if ballot.state == BallotState.OPEN or held_back:
        ballot.closed_at = ballot.closed_at or clock.now()
        ballot.state, ballot.note = BallotState.VOID, why
        save(by, ballot, "ballot void", "", {"why": why})
    return ballot


def take_out(*, by: Actor, run: StepRun, person: Person) -> None:
    """Take a member who is recused out of the ballots that are open on the matter."""
    open_ones = Ballot.objects.filter(motion__run=run, state=BallotState.OPEN)
    for ballot in open_ones.select_for_update():
        key = str(person.pk)
        if key not in {each["person"] for each in ballot.eligible}:
            continue
        ballot.eligible = [each for each in ballot.eligible if each["person"] != key]
        was_present = bool(ballot.present)
        ballot.present = [each for each in ballot.present if each != key]
        ballot.recused = [*ballot.recused, person.display_name]
        save(by, ballot, "ballot narrowed", "", {"recused": key})
        rule, base = rule_of(run), len(ballot.eligible)
        room_lost = was_present and not is_quorate(rule, base=base, present=len(ballot.present))
        if room_lost or not base:
            void(by=by, ballot=ballot, why=f"The quorum was lost when {person} was recused.")


def save(by: Actor, ballot: Ballot, verb: str, capacity: str, data: dict[str, Any]) -> None:
    """The one place that keeps a ballot; its chain is its own."""
    ballot.save()
    record_event(
        by=by,
        stream=f"ballot:{ballot.pk}",
        verb=verb,
        about=f"ballot:{ballot.pk}",
        capacity=capacity,
        seal=ballot_seal(ballot),
        data={"method": ballot.method, **data},
        tell=verb in TOLD,
    )


TOLD = frozenset({"ballot opened", "ballot closed", "ballot void", "result released"})
