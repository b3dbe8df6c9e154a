"""The record: events chain, tails are signed, the database refuses to forget."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction

from bitterroot.people.actor import system
from bitterroot.record.canonical import canonical, digest
from bitterroot.record.domain.events import GENESIS, Act, event_hash, record_event, record_events
from bitterroot.record.domain.heads import tails_file
from bitterroot.record.models import Event, Outbox, PendingTail

pytestmark = pytest.mark.django_db


def test_events_of_one_stream_chain_from_the_genesis() -> None:
    by = system("test")
    first = record_event(by=by, stream="case:1", verb="opened", about="case:1")
    second = record_event(by=by, stream="case:1", verb="closed", about="case:1", tell=False)
    assert (first.seq, first.previous) == (1, GENESIS)
    assert (second.seq, second.previous) == (2, first.hash)
    assert [event_hash(e) for e in Event.objects.order_by("seq")] == [first.hash, second.hash]
    assert list(Outbox.objects.values_list("event_id", flat=True)) == [first.id]


def test_many_events_at_once_read_back_with_the_hash_they_were_given() -> None:
    acts = [Act(verb="award issued", about=f"award:{n}", data={"n": n}) for n in range(50)]
    first = record_events(by=system("test"), stream="issuance:1", acts=acts)
    stored = list(Event.objects.order_by("seq"))
    assert [e.hash for e in stored] == [event_hash(e) for e in stored]
    assert [e.seq for e in stored] == list(range(first, first + 50))
    assert set(Outbox.objects.values_list("event_id", "state", "tries", "last_error")) == {
        (e.pk, "waiting", 0, "") for e in stored
    }
    assert set(Outbox.objects.values_list("run_after", flat=True)) == {stored[0].at}


def test_of_many_events_only_those_are_told_that_are_to_be() -> None:
    acts = [Act(verb="said", about=f"award:{n}", tell=n % 2 == 0) for n in range(5)]
    record_events(by=system("test"), stream="issuance:1", acts=acts)
    more = [Act(verb="said again", about="award:9", tell=False)] * 2
    assert record_events(by=system("test"), stream="issuance:1", acts=more) == 6
    assert list(Outbox.objects.order_by("pk").values_list("event__seq", flat=True)) == [1, 3, 5]


@pytest.mark.parametrize("act", ["UPDATE record_event SET verb='x'", "DELETE FROM record_event"])
def test_the_database_refuses_to_change_the_record(act: str) -> None:
    record_event(by=system("test"), stream="case:1", verb="opened", about="case:1", tell=False)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(act)


def test_a_commit_leaves_a_signed_tail(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        event = record_event(by=system("test"), stream="case:9", verb="opened", about="case:9")
    line = json.loads(tails_file().read_text().splitlines()[-1])
    assert line["tails"] == [["case:9", 1, event.hash, 1]]
    assert not PendingTail.objects.exists()


def test_one_moment_has_one_canonical_form_whatever_its_zone() -> None:
    noon = datetime(2026, 11, 18, 19, 0, 0, 1200, tzinfo=UTC)
    missoula = noon.astimezone(timezone(timedelta(hours=-7)))
    assert digest({"at": missoula, "on": [missoula]}) == digest({"at": noon, "on": [noon]})
    assert (
        canonical([missoula, date(2026, 11, 18)]) == b'["2026-11-18T19:00:00.001200Z","2026-11-18"]'
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError) as refused:
        canonical({"at": datetime(2026, 11, 18, 12, 0)})  # noqa: DTZ001
    assert "says no time zone" in str(refused.value.__cause__)
