"""The one clock: every room asks `now()` and `today()`, never the operating system.

The demo and the tests move it; it always ticks unless frozen. The offset of a running
installation lives in `clock.json` in the home folder, so that web, worker and command line agree.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_override: list[datetime] = []


def _offset_file() -> Path:
    return Path(settings.HOME) / "clock.json"


@lru_cache(maxsize=1)
def _offset() -> timedelta:
    try:
        return timedelta(seconds=float(json.loads(_offset_file().read_text())["offset_seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return timedelta()


def now() -> datetime:
    """The present moment of this installation, in UTC."""
    if _override:
        return _override[-1]
    return datetime.now(UTC) + _offset()


def today() -> date:
    """The present day at the institution."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day at the institution on which `moment` falls."""
    return timezone.localtime(moment).date()


def start_at(moment: datetime) -> None:
    """Let the clock of this installation show `moment` now and tick on (the demo's way)."""
    seconds = (moment - datetime.now(UTC)).total_seconds()
    path = _offset_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"offset_seconds": seconds, "from": moment.isoformat()}))
    _offset.cache_clear()


def started_at() -> datetime | None:
    """The moment that the clock was last started at; None where it shows the true time."""
    try:
        return datetime.fromisoformat(json.loads(_offset_file().read_text())["from"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` while the block runs; blocks nest."""
    _override.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _override.pop()
