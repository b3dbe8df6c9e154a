"""The tables of an empty database: made by the migrations once, then copied into each test run.

On SQLite the migrations need longer than most files of tests. What they make lies beside the
environment's programs, under a hash of all that it is made from.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bitterroot"
KEPT = Path(sys.prefix)
# The name that Django gives to a test database in memory.
IN_MEMORY = "file:memorydb_default?mode=memory&cache=shared"


@contextmanager
def copied() -> Iterator[None]:
    """Keep a copy of the tables in memory, where Django looks for its test database."""
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as memory:
        with closing(sqlite3.connect(_file())) as made:
            made.backup(memory)
        yield


def _file() -> Path:
    """The file with the tables; made where it is missing, by one process at a time."""
    found = KEPT / f"schema-{_hash()}.sqlite3"
    with (KEPT / "schema.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            for old in KEPT.glob("schema-*.sqlite3"):
                old.unlink()
            _make(found)
    return found


def _make(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="schema-", dir=KEPT) as folder:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {
            "BITTERROOT_HOME": folder,
            "DJANGO_SETTINGS_MODULE": "bitterroot.conf.settings",
            "PYTHONPATH": str(SOURCE.parent),
        }
        command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(command, env=environment, check=True)
        made = Path(folder) / "bitterroot.sqlite3"
        with closing(sqlite3.connect(made)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        made.rename(target)


def _hash() -> str:
    digest = hashlib.sha256(version("django").encode())
    for path in sorted(SOURCE.rglob("*.py")):
        if {"migrations", "models"} & set(path.parts) or path.name in ("apps.py", "enums.py"):
            digest.update(str(path.relative_to(SOURCE)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
