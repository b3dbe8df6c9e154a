"""The worker's round: what is waiting is done, again and again, until it is told to stop."""

import logging
from collections.abc import Callable
from threading import Event

from django.db import close_old_connections

from bitterroot.conf.wiring import rounds

REST = 0.5  # seconds between rounds in which nothing was waiting

log = logging.getLogger(__name__)


def work(*, until: Event, once: bool = False) -> None:
    """Do rounds until `until` is set. With `once`, stop when a round finds nothing to do."""
    steps = rounds()
    while not until.is_set():
        done = sum(_attempt(step) for step in steps)
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
