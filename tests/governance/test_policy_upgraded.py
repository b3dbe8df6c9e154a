"""An installation whose rules two had put in force before a version held from its day (0005, 0010)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.models import PolicyVersion
from bitterroot.record import clock

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
UPGRADE = SimpleNamespace(connection=connection)  # all that the migrations ask of a schema editor


@pytest.fixture(autouse=True)
def _now(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.POLICY_BY_TWO = True
    monkeypatch.setattr(timezone, "now", clock.now)
    policies.look_again()
    with clock.standing_at(NOW):
        yield
    policies.look_again()


def confirmed(key: str, effective: date, at: datetime) -> str:
    """A version as two confirmed it before; the rules themselves do not matter here."""
    row = PolicyVersion.objects.create(
        sha256=key * 64, version=key, effective_from=effective, document={}, loaded_at=at,
        put_forward_at=at, confirmed_at=at,
    )  # fmt: skip
    return row.pk


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 18, tzinfo=UTC)


def upgrade(*, since: datetime) -> str:
    """Run both migrations, 0005 of which was applied at `since`; what is in force then."""
    done = MigrationRecorder(connection).migration_qs.filter(app="governance")
    done.filter(name="0005_holds_from").update(applied=since)
    import_module("bitterroot.governance.migrations.0005_holds_from").from_confirmed(apps, UPGRADE)
    import_module("bitterroot.governance.migrations.0010_stays_in_force").keep(apps, UPGRADE)
    policies.look_again()
    return policies._in_force("of the files")


def days() -> dict[str, date | None]:
    return dict(PolicyVersion.objects.values_list("version", "holds_from"))


def test_the_one_that_was_confirmed_last_stays_in_force() -> None:
    confirmed("a", date(2026, 9, 1), on(8, 1))
    last = confirmed("b", date(2026, 8, 15), on(8, 20))
    assert upgrade(since=NOW) == last
    assert days() == {"a": date(2026, 9, 1), "b": NOW.date()}


def test_where_both_rules_agree_nothing_changes() -> None:
    confirmed("a", date(2026, 8, 15), on(8, 1))
    last = confirmed("b", date(2026, 9, 1), on(8, 20))
    confirmed("c", date(2027, 1, 1), on(8, 25))
    assert upgrade(since=NOW) == last
    assert days() == {"a": date(2026, 8, 15), "b": date(2026, 9, 1), "c": date(2027, 1, 1)}


def test_where_nobody_confirmed_anything_nothing_changes() -> None:
    assert upgrade(since=NOW) == "of the files"
    assert days() == {}


def test_what_holds_by_days_already_is_not_touched() -> None:
    first = confirmed("a", date(2026, 9, 1), on(8, 1))
    confirmed("b", date(2026, 8, 15), on(8, 20))
    assert upgrade(since=NOW - timedelta(days=30)) == first
