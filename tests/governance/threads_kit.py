"""Several people act at the same moment, each on a database connection of their own."""

import threading
from collections.abc import Callable
from datetime import datetime

from django.db import connections

from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock

from .bodies_kit import MEETING


def together(*acts: Callable[[], object], at: datetime = MEETING) -> list[str]:
    """Let all act at once; "done" or what each was told, in no order."""
    said: list[str] = []
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            said.append("done")
        except (NotPossible, Refused) as error:
            said.append(str(error))
        finally:
            connections.close_all()

    with clock.standing_at(at):
        threads = [threading.Thread(target=one, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sorted(said)
