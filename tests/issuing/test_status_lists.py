"""When status lists are signed: at once, but once for many marks; and when the key cannot sign."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest
from django.db import connection
from django.test import Client

from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import StatusList
from bitterroot.openbadges import status as lists
from bitterroot.openbadges.errors import KeyUnavailable
from bitterroot.people.actor import system
from bitterroot.record import clock
from bitterroot.web import stored

OPS = system("keys, at the command line by Sol Rider")
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STORM = 40


@pytest.fixture(autouse=True)
def listed(db: None, tmp_path: Path, settings: SimpleNamespace) -> Iterator[StatusList]:
    """A list of revocations with places of a hundred badges, signed an hour ago."""
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    with clock.standing_at(MORNING - timedelta(hours=1)):
        ensure_signing_key(by=OPS)
        row, _ = status.allocate(100, suspendable=False)
    with clock.standing_at(MORNING):
        yield row
    keystore.load.cache_clear()
    status._silent_until.clear()


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a list was signed."""
    counted: Counter[str] = Counter()
    active = keys.active

    def counting() -> object:
        counted["lists"] += 1
        return active()

    monkeypatch.setattr(keys, "active", counting)
    return counted


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program that keeps the key does not answer."""

    def active() -> object:
        raise KeyUnavailable("The program that keeps the key did not answer.")

    monkeypatch.setattr(keys, "active", active)


def marked(data: bytes) -> set[int]:
    bits = lists.bits_of(orjson.loads(data))
    return {n for n in range(len(bits)) if bits[n]}


def test_one_mark_is_published_at_once(listed: StatusList, signatures: Counter[str]) -> None:
    status.set_bit(listed.n, 7, True)
    listed.refresh_from_db()
    assert marked(bytes(listed.document)) == {7}
    assert signatures["lists"] == 1


def test_many_marks_in_a_row_cost_two_signatures_and_readers_get_them_all(
    listed: StatusList, signatures: Counter[str]
) -> None:
    for index in range(STORM):
        status.set_bit(listed.n, index, True)
    first = Client().get(f"/status/{listed.n}")
    assert marked(first.content) == set(range(STORM))
    assert signatures["lists"] == 2
    again = Client().get(f"/status/{listed.n}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, signatures["lists"]) == (304, 2)


def test_what_nobody_asks_for_the_worker_signs(
    listed: StatusList, signatures: Counter[str]
) -> None:
    for index in (1, 2):
        status.set_bit(listed.n, index, True)
    assert stored.find("status", str(listed.n), stored.ask_django) is None  # the door leaves it
    assert (status.keep_fresh(), status.keep_fresh(), signatures["lists"]) == (1, 0, 2)
    found = stored.find("status", str(listed.n), stored.ask_django)
    assert found is not None
    assert marked(found.body) == {1, 2}


def test_an_archive_has_the_marks_that_wait(listed: StatusList) -> None:
    for index in (1, 2):
        status.set_bit(listed.n, index, True)
    assert marked(status.lasting_document(StatusList.objects.get(pk=listed.n))) == {1, 2}


def test_a_list_that_is_valid_is_given_while_the_key_cannot_sign(
    listed: StatusList, lost: None
) -> None:
    with clock.standing_at(MORNING + timedelta(days=20)):
        assert Client().get(f"/status/{listed.n}").content == bytes(listed.document)
    with clock.standing_at(MORNING + timedelta(days=31)):
        assert Client().get(f"/status/{listed.n}").status_code == 503


def test_a_list_that_lacks_a_mark_is_never_given(
    listed: StatusList, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = keys.active
    for index in (1, 2):
        status.set_bit(listed.n, index, True)

    def none() -> object:
        raise KeyUnavailable("The program that keeps the key did not answer.")

    monkeypatch.setattr(keys, "active", none)
    answer = Client().get(f"/status/{listed.n}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    monkeypatch.setattr(keys, "active", active)
    assert Client().get(f"/status/{listed.n}").status_code == 503  # it is left alone for a while
    monkeypatch.setattr(status, "SILENCE", 0.0)
    status._silent_until.clear()
    assert marked(Client().get(f"/status/{listed.n}").content) == {1, 2}


def test_readers_do_not_ask_a_silent_key_one_after_the_other_nor_hold_the_list(
    listed: StatusList, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    outside = connection.in_atomic_block and len(connection.savepoint_ids)

    def active() -> object:
        asked.append(len(connection.savepoint_ids) == outside)
        raise KeyUnavailable("The program that keeps the key took too long.")

    monkeypatch.setattr(keys, "active", active)
    with clock.standing_at(MORNING + timedelta(days=20)):
        for _ in range(3):
            assert Client().get(f"/status/{listed.n}").content == bytes(listed.document)
    assert asked == [True]  # in no transaction of its own


def test_the_worker_does_not_count_as_done_what_the_key_could_not_sign(
    listed: StatusList, lost: None
) -> None:
    """It would begin its next round at once, and with `--once` never end; and it would say nothing."""
    with clock.standing_at(MORNING + timedelta(days=20)), pytest.raises(KeyUnavailable):
        status.keep_fresh()


def test_a_mark_that_comes_while_the_list_is_signed_is_in_it(
    listed: StatusList, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = keys.active
    later = [9]

    def slow() -> object:
        if later:
            status.set_bit(listed.n, later.pop(), True)
        return active()

    for index in (1, 2):
        status.set_bit(listed.n, index, True)
    monkeypatch.setattr(keys, "active", slow)
    assert marked(Client().get(f"/status/{listed.n}").content) == {1, 2, 9}
