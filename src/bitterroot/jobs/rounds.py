"""The worker's round: what is waiting is done, again and again, until it is told to stop.

The rows are the queue: each step finds what waits in its own rows, does some of it, and says how
much. A step can be killed at any moment and done again; see docs/decisions/0004-background-work.md.
"""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event

from django.db import close_old_connections

REST = 0.5  # seconds between rounds in which nothing was waiting
SWEEP = 5.0  # seconds between looks at what falls due by the clock

log = logging.getLogger(__name__)


def run_rounds(
    steps: Sequence[Callable[[], int]],
    sweeps: Sequence[Callable[[], int]] = (),
    *,
    until: Event,
    once: bool = False,
) -> None:
    """Do rounds of `steps` until `until` is set; before a round, when it is time, the `sweeps`.

    A sweep that did something is done again in the next round. With `once`, stop when a round with
    its sweeps finds nothing.
    """
    due = dict.fromkeys(sweeps, 0.0)  # 0: at once
    while not until.is_set():
        done = 0
        for sweep in sweeps:
            if once or time.monotonic() >= due[sweep]:
                did = _attempt(sweep)
                due[sweep] = 0.0 if did else time.monotonic() + SWEEP
                done += did
        done += sum(_attempt(step) for step in steps)
        if once and not done:
            return
        if not done:
            until.wait(REST)


def _attempt(step: Callable[[], int]) -> int:
    """How much the step did. What goes wrong is logged, and tried again in the next round."""
    close_old_connections()
    try:
        return step()
    except Exception:
        log.exception("a step of the worker failed")
        return 0
