"""The university of the proposals' tests, on any day that a test names."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from bitterroot.record import clock
from issuing.conftest import house, issued, sent  # noqa: F401
from proposals.conftest import _now, change, proposal, uni  # noqa: F401


@pytest.fixture
def on() -> Callable[[str], AbstractContextManager[object]]:
    """At noon of that day in Missoula, as `with on("2026-11-02"):`."""

    def _on(day: str) -> AbstractContextManager[object]:
        return clock.standing_at(datetime.fromisoformat(f"{day}T19:00").replace(tzinfo=UTC))

    return _on
