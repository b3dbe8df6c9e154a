"""The power fails while a worker issues: nobody is forgotten, nobody gets two badges or two mails."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection

from bitterroot.issuing.domain import queue
from bitterroot.issuing.domain.batch import CHUNK
from bitterroot.learning.models import IssuanceRequest
from bitterroot.record.models import Outbox

LEARNERS = CHUNK + 200  # a worker begins with a chunk, and is killed before the rest
DELAYS = (0.0, 0.03, 0.08, 0.0, 0.15)  # seconds after a chunk was seen, so that kills fall anywhere
ON_POSTGRESQL = connection.vendor == "postgresql"


@dataclass(frozen=True)
class Installation:
    """A home folder and a database that child processes work on too."""

    home: Path
    url: str

    def worker(self, *words: str) -> "subprocess.Popen[bytes]":
        environment = {
            **os.environ,
            "BITTERROOT_HOME": str(self.home),
            "DATABASE_URL": self.url,
            "BITTERROOT_DEMO": "1",
        }
        command = [sys.executable, "-m", "bitterroot.cli", "worker", *words]
        return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        if ON_POSTGRESQL:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        db = sqlite3.connect(self.home / "bitterroot.sqlite3", timeout=20)
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(str(self.ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]))


@pytest.fixture
def installed(
    house: SimpleNamespace, sent: Callable[..., IssuanceRequest], tmp_path: Path
) -> Installation:
    """An installation in which a request waits that a worker is to issue.

    SQLite in memory is copied into a file; on PostgreSQL children share the tests' database, in
    which everything here is committed.
    """
    request, rita = sent([f"Learner{n} Of{n}" for n in range(LEARNERS)]), house.by("rita")
    queue.check_request(by=rita, request=request)
    lines = list(request.lines.all())
    queue.record_notations(by=rita, request=request, lines=lines, sis_reference="BAN-1")
    queue.issue(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))
    Outbox.objects.update(run_after=datetime(2020, 1, 1, tzinfo=UTC))  # behind the children's clock
    shutil.copytree(settings.KEYS_ROOT, tmp_path / "keys")
    if ON_POSTGRESQL:
        at = connection.settings_dict
        url = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        return Installation(tmp_path, url)
    with sqlite3.connect(tmp_path / "bitterroot.sqlite3") as copy:
        copy.executescript("\n".join(connection.connection.iterdump()))
    copy.close()
    return Installation(tmp_path, f"sqlite:///{tmp_path / 'bitterroot.sqlite3'}")


def done_so_far(here: Installation) -> int:
    return here.count("issuing_awarddocument") + here.count("mail_mail")


@pytest.mark.slow
@pytest.mark.django_db(transaction=ON_POSTGRESQL)
def test_workers_killed_again_and_again_leave_one_badge_and_one_mail_for_each(
    installed: Installation,
) -> None:
    here, seen = installed, []
    for delay in DELAYS:
        before, running = done_so_far(here), here.worker()
        ends = time.monotonic() + 60
        while done_so_far(here) == before and time.monotonic() < ends:
            time.sleep(0.005)
        time.sleep(delay)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        seen.append(here.count("issuing_awarddocument"))
    assert 0 < seen[0] < LEARNERS  # the first was killed in the midst of issuing
    _, said = (last := here.worker("--once")).communicate(timeout=120)
    assert (last.returncode, said) == (0, b"")
    assert here.count("issuing_award") == LEARNERS
    assert here.count("issuing_award", "state = 'unclaimed'") == LEARNERS
    assert here.count("issuing_awarddocument") == LEARNERS
    distinct = "SELECT count(DISTINCT line_id), count(DISTINCT status_index) FROM issuing_award"
    assert here.ask(distinct) == [(LEARNERS, LEARNERS)]
    assert here.count("record_event", "verb = 'award issued'") == LEARNERS
    assert here.count("mail_mail", "template = 'award_issued' AND state = 'sent'") == LEARNERS
    assert here.count("record_outbox", "state <> 'done'") == 0
    found = here.ask("SELECT state, done, total FROM learning_issuancerequest")
    assert found == [("issued", LEARNERS, LEARNERS)]
