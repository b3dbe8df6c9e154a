"""`bench issue`: the whole product verb beside the physical floor, in one run, on this database.

The floor of one award: SHA-256 of a canonical form, one Ed25519 signature (PyNaCl), one 4 kB row
by the bare driver (SQLite `executemany`, 1,000 a commit; PostgreSQL COPY). The product: award,
document, event, status and outbox rows and all, by the verbs that the worker calls. Everything
happens in a throw-away database and home folder.
"""

import hashlib
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.test.utils import override_settings
from nacl.signing import SigningKey

from bitterroot.issuing.bench_house import prepare
from bitterroot.issuing.domain import queue
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges.bench import issue_library
from bitterroot.openbadges.canonical import canonical_form
from bitterroot.people.actor import person

BATCH = 1_000


def bench_issue(count: int) -> dict[str, Any]:
    """Issue `count` awards; seconds, floor_seconds, ratio, library_ratio, peak_mb and compared."""
    with _throw_away_database():
        request, officer = prepare(count)
        _warm(request, officer)
        started = time.perf_counter()
        done = queue.run(by=person(officer), request=request)
        seconds = time.perf_counter() - started
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if (
            done != count
            or AwardDocument.objects.count() != count + 1
            or Award.objects.count() != count + 1
        ):
            raise RuntimeError(f"{done} of {count} awards were issued")
        document = bytes(AwardDocument.objects.all()[0].body)
        floor = _floor(count, document)
        library = issue_library(min(count, 10_000)) * count / min(count, 10_000)
        lite = (
            _floor_sqlite(count, document, _canonical(document))
            if connection.vendor == "postgresql"
            else floor
        )
        return {
            "database": connection.vendor,
            "count": count,
            "seconds": round(seconds, 3),
            "floor_seconds": round(floor, 3),
            "ratio": round(seconds / floor, 2),
            "library_ratio": round(library / lite, 2),
            "peak_mb": round(peak_mb, 1),
            "awards_per_second": round(count / seconds),
            "compared": {
                "floor: hash, signature, bare row": round(floor, 3),
                "library: compose, sign, bare row (SQLite)": round(library, 3),
            },
        }


def _warm(request: IssuanceRequest, officer: Any) -> None:
    """One award of another request compiles the template, as the first of a worker's life does."""
    small, _ = prepare(1, again=request)
    queue.run(by=person(officer), request=small)


def _canonical(document: bytes) -> bytes:
    bare = orjson.loads(document)
    bare.pop("proof")
    return canonical_form(bare).encode()


def _floor(count: int, document: bytes) -> float:
    form = _canonical(document)
    return (_floor_postgresql if connection.vendor == "postgresql" else _floor_sqlite)(
        count, document, form
    )


def _chunks(count: int, document: bytes, form: bytes) -> Iterator[list[tuple[str, bytes]]]:
    key = SigningKey.generate()
    for start in range(0, count, BATCH):
        rows = [(f"{n:024x}", document) for n in range(start, min(start + BATCH, count))]
        for _ in rows:
            digest = hashlib.sha256(form).digest()
            key.sign(digest + digest)
        yield rows


def _floor_sqlite(count: int, document: bytes, form: bytes) -> float:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = sqlite3.connect(f"{folder}/floor.sqlite3")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute("CREATE TABLE award (id TEXT PRIMARY KEY, document BLOB)")
        started = time.perf_counter()
        for rows in _chunks(count, document, form):
            with database:
                database.executemany("INSERT INTO award VALUES (?, ?)", rows)
        spent = time.perf_counter() - started
        database.close()
    return spent


def _floor_postgresql(count: int, document: bytes, form: bytes) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id TEXT PRIMARY KEY, document BYTEA)")
        started = time.perf_counter()
        for rows in _chunks(count, document, form):
            with cursor.cursor.copy("COPY bench_floor (id, document) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        return time.perf_counter() - started


@contextmanager
def _throw_away_database() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="bench-home-") as folder:
        home = Path(folder)
        kept = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = (
            str(home / "bench.sqlite3")
            if connection.vendor == "sqlite"
            else f"bench_{home.name[-8:].lower()}"
        )
        with override_settings(
            HOME=home, KEYS_ROOT=home / "keys", HEADS_ROOT=home / "heads", FILES_ROOT=home / "files"
        ):
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                yield
            finally:
                connection.creation.destroy_test_db(kept, verbosity=0)
