"""What ends in a body when a matter leaves it: ballots, motions, places on agendas."""

from django.db.models import Q

from bitterroot.governance.domain.ballot_keeping import void
from bitterroot.governance.domain.motion import LIVE, drop
from bitterroot.governance.enums import BallotState, ItemState, RunState
from bitterroot.governance.models import AgendaItem, Ballot, StepRun
from bitterroot.people.actor import Actor

WAITING = (ItemState.LISTED, ItemState.LATE)


def run_ended(by: Actor, run: StepRun) -> None:
    """Void the ballots that are open on `run`, drop its motions, mark its agenda items.

    A result that is held back still is never released then: nothing could follow from it.
    """
    if not run.body:
        return
    unknown = Q(state=BallotState.OPEN) | Q(state=BallotState.CLOSED, released_at=None)
    for ballot in Ballot.objects.filter(unknown, motion__run=run):
        void(by=by, ballot=ballot, why="The matter is not before the body any more.")
    for motion in run.motions.filter(state__in=LIVE):
        drop(by=by, motion=motion)
    state = ItemState.DECIDED if run.state == RunState.DONE else ItemState.WITHDRAWN
    if run.outcome == "postpone":
        state = ItemState.POSTPONED
    AgendaItem.objects.filter(run=run, state__in=WAITING).update(state=state)
