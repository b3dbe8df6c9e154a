"""The one place where a lower room is handed functions of an upper one (see docs/architecture.md)."""

from collections.abc import Callable

from bitterroot.conf import sealing
from bitterroot.figures import keeping
from bitterroot.governance import effects
from bitterroot.governance.domain import calendar
from bitterroot.governance.domain import sweep as governance_sweep
from bitterroot.issuing.domain import canaries, queue, signing_anew, status
from bitterroot.issuing.queries import holders_of
from bitterroot.issuing.queries.figures import count_year
from bitterroot.learning import awarded
from bitterroot.learning.domain.offering import follow_version
from bitterroot.learning.queries.open_work import open_work
from bitterroot.learning.queries.teaching import taught_by
from bitterroot.messages.domain import dispatch, reminders
from bitterroot.programs import figures
from bitterroot.programs.domain import sweep
from bitterroot.programs.domain.calendar import follow_calendar
from bitterroot.programs.domain.program import version_followers
from bitterroot.proposals.domain import concurrence, mou_sweep, sign_sweep
from bitterroot.proposals.domain.deciding import (
    approve_pilot_effect,
    end_program_effect,
    establish_effect,
    follow_decision,
    new_version_effect,
)
from bitterroot.record.domain.healing import heal_tails


def connect() -> None:
    """Register effects and reads; called once, when Django has loaded every room."""
    effects.register("approve pilot", approve_pilot_effect)
    effects.register("establish program", establish_effect)
    effects.register("new version", new_version_effect)
    effects.register("end program", end_program_effect)
    effects.follow_subject("proposal", follow_decision)
    calendar.movers.append(follow_calendar)
    version_followers.append(follow_version)
    awarded.register(holders_of)
    figures.register(count=count_year, open_work=open_work, taught=taught_by)
    sealing.connect()


def rounds() -> list[Callable[[], int]]:
    """What the worker does in each round, in order; each step says how much it did.

    Somebody may be waiting for it.
    """
    return [
        heal_tails,
        queue.run_waiting,
        signing_anew.run_waiting,
        dispatch.run_once,
        dispatch.send_waiting,
    ]


def sweeps() -> list[Callable[[], int]]:
    """What falls due by the clock: the worker looks less often whether it does."""
    return [
        governance_sweep.run_due,
        status.keep_fresh,
        canaries.run_due,
        sweep.run_due,
        mou_sweep.run_due,
        sign_sweep.run_due,
        concurrence.run_due,
        reminders.remind_in_turn,
        keeping.run_due,
    ]
