"""What happens by itself when a day is over: periods and ballots end. Safe to repeat."""

from django.db import transaction

from bitterroot.governance.domain import body_sweep
from bitterroot.governance.domain.away import pass_up_due
from bitterroot.governance.domain.bundle import open_ready
from bitterroot.governance.domain.calendar import follow_if_changed
from bitterroot.governance.domain.run import conclude, office_name
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import StepRun
from bitterroot.people.actor import system
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

COMMENTS = system("end of the comment period")
MOST = 200  # in one round


def run_due() -> int:
    """End comment and no-objection periods that are over and ballots whose window is; how many.

    A calendar that has come into force is followed first. A period counts its last day whole. What someone ended meanwhile is left alone.
    """
    done = follow_if_changed() + pass_up_due() + open_ready()
    over = StepRun.objects.filter(
        kind="comment", state=RunState.OPEN, due_on__lt=clock.today(), case__state=CaseState.OPEN
    ).select_related("case")
    done += sum(_end_comments(run) for run in over.order_by("due_on")[:MOST])
    return done + body_sweep.run_due()


def _end_comments(run: StepRun) -> int:
    try:
        with transaction.atomic():
            conclude(
                by=COMMENTS,
                run=run,
                outcome="ended",
                body_name=office_name(run) or "Comment period",
                capacity="end of the period",
            )
    except NotPossible:  # someone was faster
        return 0
    return 1
