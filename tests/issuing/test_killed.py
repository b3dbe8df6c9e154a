"""The power fails while a worker issues: nobody is forgotten, nobody gets two badges or two mails."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection

from bitterroot.issuing.domain import queue
from bitterroot.learning.models import IssuanceRequest

LEARNERS = 1200
DELAYS = (0.0, 0.03, 0.08, 0.0, 0.15)  # seconds after a chunk was seen, so that kills fall anywhere


@pytest.fixture
def home(house: SimpleNamespace, sent: Callable[..., IssuanceRequest], tmp_path: Path) -> Path:
    """A home folder whose database holds a request that a worker is to issue."""
    if connection.vendor != "sqlite":
        pytest.skip("copies the database as a file")
    request, rita = sent([f"Learner{n} Of{n}" for n in range(LEARNERS)]), house.by("rita")
    queue.check_request(by=rita, request=request)
    lines = list(request.lines.all())
    queue.record_notations(by=rita, request=request, lines=lines, sis_reference="BAN-1")
    queue.issue(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))
    with sqlite3.connect(tmp_path / "bitterroot.sqlite3") as copy:
        copy.executescript("\n".join(connection.connection.iterdump()))
        copy.execute("UPDATE record_outbox SET run_after = '2020-01-01 00:00:00'")
    copy.close()
    shutil.copytree(settings.KEYS_ROOT, tmp_path / "keys")
    return tmp_path


def worker(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "BITTERROOT_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'bitterroot.sqlite3'}",
        "BITTERROOT_DEMO": "1",
    }
    command = [sys.executable, "-m", "bitterroot.cli", "worker", *words]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(home / "bitterroot.sqlite3", timeout=20)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def count(home: Path, table: str, where: str = "1") -> int:
    return int(str(ask(home, f"SELECT count(*) FROM {table} WHERE {where}")[0][0]))


def done_so_far(home: Path) -> int:
    return count(home, "issuing_awarddocument") + count(home, "mail_mail")


@pytest.mark.slow
def test_workers_killed_again_and_again_leave_one_badge_and_one_mail_for_each(home: Path) -> None:
    seen = []
    for delay in DELAYS:
        before, running = done_so_far(home), worker(home)
        ends = time.monotonic() + 60
        while done_so_far(home) == before and time.monotonic() < ends:
            time.sleep(0.005)
        time.sleep(delay)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        seen.append(count(home, "issuing_awarddocument"))
    assert 0 < seen[0] < LEARNERS  # the first was killed in the midst of issuing
    _, said = (last := worker(home, "--once")).communicate(timeout=120)
    assert (last.returncode, said) == (0, b"")
    assert count(home, "issuing_award") == LEARNERS
    assert count(home, "issuing_award", "state = 'unclaimed'") == LEARNERS
    assert count(home, "issuing_awarddocument") == LEARNERS
    distinct = "SELECT count(DISTINCT line_id), count(DISTINCT status_index) FROM issuing_award"
    assert ask(home, distinct) == [(LEARNERS, LEARNERS)]
    assert count(home, "record_event", "verb = 'award issued'") == LEARNERS
    assert count(home, "mail_mail", "template = 'award_issued' AND state = 'sent'") == LEARNERS
    assert count(home, "record_outbox", "state <> 'done'") == 0
    found = ask(home, "SELECT state, done, total FROM learning_issuancerequest")
    assert found == [("issued", LEARNERS, LEARNERS)]
