"""`bitterroot worker`: background work, until it is told to stop."""

import signal
import threading
from types import FrameType

import click

from bitterroot.cli.output import need_prepared


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is waiting now, then end.")
def command(once: bool) -> None:
    """Issue what was asked for, send mails, publish status lists."""
    need_prepared()
    from bitterroot.conf.wiring import rounds, sweeps
    from bitterroot.governance.domain.policy_change import START, record_baseline
    from bitterroot.jobs.rounds import run_rounds

    record_baseline(by=START)
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    run_rounds(rounds(), sweeps(), until=stopped, once=once)
