"""What bodies do by themselves when a day is over: ballots close, periods end. Safe to repeat."""

from bitterroot.governance.domain.ballot import close_ballot
from bitterroot.governance.domain.objection import KIND, end_no_objection
from bitterroot.governance.enums import BallotState, CaseState, RunState
from bitterroot.governance.models import Ballot, StepRun
from bitterroot.people.actor import system
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

WINDOWS = system("end of the ballot's window")
PERIODS = system("end of the no-objection period")
MOST = 200  # of each, in one round


def run_due() -> int:
    """Close electronic ballots whose window is over and end periods that are; how many.

    A ballot that is tied waits for its chair.
    """
    done = 0
    over = Ballot.objects.filter(state=BallotState.OPEN, closes_at__lt=clock.now())
    for ballot in over.order_by("closes_at")[:MOST]:
        try:
            close_ballot(by=WINDOWS, ballot=ballot)
            done += 1
        except NotPossible:  # tied: the chair has a duty
            continue
    ended = StepRun.objects.filter(
        kind=KIND, state=RunState.OPEN, due_on__lt=clock.today(), case__state=CaseState.OPEN
    )
    for run in ended.order_by("due_on")[:MOST]:
        try:
            end_no_objection(by=PERIODS, run=run)
            done += 1
        except NotPossible:  # someone was faster
            continue
    return done
