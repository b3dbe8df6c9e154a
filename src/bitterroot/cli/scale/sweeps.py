"""The worker's sweeps, each timed by the processor's clock until it finds nothing more to do."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from bitterroot.conf import wiring
from bitterroot.messages.domain import reminders


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did and how long it took: once with its work, once more with nothing new."""

    name: str
    done: int
    seconds: float
    again: float


def sweep_all(rounds: int) -> list[Swept]:
    """Run each of the worker's steps until it is done, at most so many rounds."""
    found = []
    for step in (*wiring.sweeps(), *wiring.rounds()):
        work: Callable[[], int] = reminders.remind if step is reminders.remind_in_turn else step
        done, seconds = 0, 0.0
        for _ in range(rounds):
            started = time.process_time()
            now = work()
            seconds += time.process_time() - started
            done += now
            if not now:
                break
        started = time.process_time()
        work()
        again = time.process_time() - started
        name = f"{step.__module__.removeprefix('bitterroot.')}.{step.__name__}"
        found.append(Swept(name, done, round(seconds, 3), round(again, 3)))
    connection.close()
    return found
