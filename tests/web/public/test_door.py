"""The door sends what the views send, header for header, and nothing that they refuse."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import ConnectionHandler, close_old_connections, connection
from django.test import RequestFactory
from environ import Env

from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.enums import Visibility
from bitterroot.issuing.models import Award
from bitterroot.people.actor import person
from bitterroot.web import door, stored

Answer = tuple[str, dict[str, str], bytes]


def ask(app: door.App, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request to a WSGI application."""
    environ = RequestFactory().generic(method, path, headers=headers).environ
    said: dict[str, Any] = {}

    def start(status: str, pairs: list[tuple[str, str]], exc: object = None) -> None:
        said.update(status=status, headers=dict(pairs))

    body = b"".join(app(environ, start))
    return said["status"], said["headers"], body


def refuse(environ: dict[str, Any], start: door.Start) -> Iterable[bytes]:
    start("418 Passed on", [])
    return [b""]


@pytest.fixture
def behind() -> door.Door:
    """The door with nothing behind it: what it does not answer itself is passed on."""
    return door.Door(refuse, ask=stored.ask_django)


@pytest.fixture
def views() -> Iterator[WSGIHandler]:
    """Django itself; like the test client it leaves the test's own connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


def test_door_and_views_agree_on_bytes_and_headers(
    shown: Award, behind: door.Door, views: WSGIHandler
) -> None:
    for path, accept in [
        (f"/credentials/{shown.public_id}", "application/json"),
        (f"/credentials/{shown.public_id}", "application/ld+json, text/html;q=0.5"),
        (f"/credentials/{shown.public_id}.json", "*/*"),
        (f"/status/{shown.status_list_id}", "*/*"),
    ]:
        for method in ("GET", "HEAD"):
            one, other = (
                ask(behind, path, method, accept=accept),
                ask(views, path, method, accept=accept),
            )
            assert one[:2] == other[:2]  # servers leave out the body that Django gives to HEAD
            assert one[0] == "200 OK"
            assert one[2] == (b"" if method == "HEAD" else other[2])
        tag = one[1]["ETag"]
        for known in (tag, f'W/{tag}, "other"', "*"):
            headers = {"accept": accept, "if-none-match": known}
            one, other = ask(behind, path, **headers), ask(views, path, **headers)
            other[1].pop("Content-Length", None)  # Django says 0 of a body that a 304 has not
            assert one == other
            assert one[0] == "304 Not Modified"


def test_what_strangers_may_not_have_and_pages_are_passed_on(
    award: Award, behind: door.Door
) -> None:
    for path, accept in [
        (f"/credentials/{award.public_id}", "application/json"),
        (f"/credentials/{award.public_id}", "text/html"),
        (f"/credentials/{award.public_id}.png", "*/*"),
        ("/credentials/../../etc/passwd.json", "*/*"),
        ("/credentials/%27%20OR%201=1.json", "*/*"),
        ("/status/999", "*/*"),
        ("/status/1e3", "*/*"),
        ("/status/²", "*/*"),
        ("/", "application/json"),
    ]:
        assert ask(behind, path, accept=accept)[0] == "418 Passed on"
    assert ask(behind, f"/credentials/{award.public_id}.json", "POST")[0] == "418 Passed on"


def test_a_closed_award_is_closed_within_about_a_second(
    shown: Award,
    behind: door.Door,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(door, "monotonic", lambda: now[0])
    path = f"/credentials/{shown.public_id}.json"
    assert ask(behind, path)[0] == "200 OK"
    awards.set_visibility(by=person(shown.learner), award=shown, visibility=Visibility.PRIVATE)
    now[0] += 1.1
    assert ask(behind, path)[0] == "418 Passed on"


def test_the_bare_driver_only_reads_and_takes_any_path(tmp_path: Path) -> None:
    name = tmp_path / "a #1?.sqlite3"
    with closing(sqlite3.connect(name)) as made:
        made.execute("CREATE TABLE kept (word TEXT)")
        made.execute("INSERT INTO kept VALUES ('river')")
        made.commit()
    driver = door.Driver()
    driver._database = {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    assert driver.ask("SELECT word FROM kept WHERE word = %s", ["river"]) == ("river",)
    assert driver.ask("SELECT word FROM kept WHERE word = %s", ["lake"]) is None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        driver.ask("DELETE FROM kept", [])
    driver._local.connection.close()


@pytest.mark.django_db
def test_the_bare_driver_only_reads_postgresql_and_connects_anew_when_cut_off() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("asks PostgreSQL by its own driver")
    driver = door.Driver()
    (first,) = driver.ask("SELECT pg_backend_pid()", []) or (None,)
    assert driver.ask("SELECT decode(%s, 'hex'), %s::int", ["00ff", 7]) == (b"\0\xff", 7)
    assert stored.find("credential", "nobody-has-this", driver.ask) is None
    assert stored.find("status", "1", driver.ask) is None
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        driver.ask("DELETE FROM issuing_statuslist", [])
    assert stored.ask_django("SELECT pg_terminate_backend(%s)", [first]) == (True,)
    (second,) = driver.ask("SELECT pg_backend_pid()", []) or (None,)
    assert second not in (None, first)
    driver._local.connection.close()


def test_every_option_of_the_database_url_reaches_the_door() -> None:
    url = (
        "postgres://badges:secret@db.example.edu:5433/badges?sslmode=verify-full"
        "&sslrootcert=/etc/ssl/campus.pem&options=-c%20statement_timeout%3D5000&assume_role=reader"
    )
    database = ConnectionHandler({"default": Env().db_url_config(url)})["default"]
    assert door.postgresql_parameters(database) == {
        "dbname": "badges",
        "user": "badges",
        "password": "secret",
        "host": "db.example.edu",
        "port": 5433,
        "client_encoding": "UTF8",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ssl/campus.pem",
        "options": "-c statement_timeout=5000 -c default_transaction_read_only=on -c role=reader",
        "prepare_threshold": 0,
    }
