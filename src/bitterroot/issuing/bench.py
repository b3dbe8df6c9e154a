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
from statistics import median
from typing import Any

import orjson
from django.db import connection
from django.test.utils import override_settings
from nacl.signing import SigningKey

from bitterroot.issuing.bench_house import prepare
from bitterroot.issuing.domain import batch, queue
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.learning.models import IssuanceRequest
from bitterroot.openbadges.bench import issue_others, library_over_floor
from bitterroot.openbadges.canonical import canonical_form
from bitterroot.people.actor import person
from bitterroot.people.models import Person

BATCH = 1_000  # rows of the floor in one commit


def bench_issue(count: int) -> dict[str, Any]:
    """Issue `count` awards; seconds, floor_seconds, ratio, library_ratio, peak_mb and compared.

    `ratio` is the median of the chunks' ratios, `ratio_of_sums` that of all their seconds: where
    the disk stood still for a moment, they differ.
    """
    with _throw_away_database():
        request, officer = prepare(count)
        _warm(request, officer)
        document = bytes(AwardDocument.objects.all()[0].body)
        pairs, finishing = _side_by_side(count, request, officer, document)
        seconds = sum(product for product, _ in pairs) + finishing
        floor = sum(least for _, least in pairs)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if AwardDocument.objects.count() != count + 1 or Award.objects.count() != count + 1:
            raise RuntimeError("not every award was issued once")
        alone = library_over_floor(min(count, 3_000))
        library = alone["microseconds_each"] * count / 1e6
        found = {
            "database": connection.vendor,
            "count": count,
            "seconds": round(seconds, 3),
            "floor_seconds": round(floor, 3),
            "ratio": round(median(p / f for p, f in pairs) * seconds / (seconds - finishing), 2),
            "ratio_of_sums": round(seconds / floor, 2),
            "library_ratio": alone["ratio"],
            "peak_mb": round(peak_mb, 1),
            "awards_per_second": round(count / seconds),
            "compared": {
                "floor: hash, signature, bare row": round(floor, 3),
                "library: compose, sign, bare row (SQLite)": round(library, 3),
            },
        }
        return issue_others(count, library).report(found)


def _warm(request: IssuanceRequest, officer: Person) -> None:
    """One award of another request compiles the template, as the first of a worker's life does."""
    small, _ = prepare(1, again=request)
    queue.run(by=person(officer), request=small)


def _canonical(document: bytes) -> bytes:
    bare = orjson.loads(document)
    bare.pop("proof")
    return canonical_form(bare).encode()


def _side_by_side(
    count: int, request: IssuanceRequest, officer: Person, document: bytes
) -> tuple[list[tuple[float, float]], float]:
    """Seconds of product and floor, a chunk of each in turn, and those of the request's finish.

    A noisy machine harms both alike. The product's chunks are those of its worker.
    """
    floor = _Floor(document)
    pairs = []
    done = 0
    while done < count:
        started = time.perf_counter()
        made = batch.issue_chunk(by=person(officer), request=request)
        product = time.perf_counter() - started
        pairs.append((product, floor.chunk(made)))
        done += made
    started = time.perf_counter()
    queue.run(by=person(officer), request=request)  # nothing is left: the request is finished
    finishing = time.perf_counter() - started
    floor.close()
    return pairs, finishing


class _Floor:
    """Hash, signature and one bare row each, in a table of its own."""

    def __init__(self, document: bytes) -> None:
        self.document, self.form = document, _canonical(document)
        self.key, self.n = SigningKey.generate(), 0
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        self.lite = sqlite3.connect(f"{self.folder.name}/floor.sqlite3")
        self.lite.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE award (id TEXT PRIMARY KEY, document BLOB)"
        )
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE bench_floor (id TEXT PRIMARY KEY, document BYTEA)")

    def chunk(self, count: int) -> float:
        """Seconds for `count` more, `BATCH` in one commit."""
        return sum(self._commit(min(BATCH, count - n)) for n in range(0, count, BATCH))

    def _commit(self, count: int) -> float:
        rows = [(f"{self.n + n:024x}", self.document) for n in range(count)]
        self.n += count
        started = time.perf_counter()
        for _ in rows:
            digest = hashlib.sha256(self.form).digest()
            self.key.sign(digest + digest)
        self._write(rows)
        return time.perf_counter() - started

    def _write(self, rows: list[tuple[str, bytes]]) -> None:
        if connection.vendor == "postgresql":
            with (
                connection.cursor() as cursor,
                cursor.cursor.copy("COPY bench_floor (id, document) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            return
        with self.lite:
            self.lite.executemany("INSERT INTO award VALUES (?, ?)", rows)

    def close(self) -> None:
        """Drop what was made beside the database."""
        self.lite.close()
        self.folder.cleanup()


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
