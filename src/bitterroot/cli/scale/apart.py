"""The demo university in a database and a home folder of its own, gone when the block ends."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from bitterroot.conf.home import home as installed
from bitterroot.demo import building
from bitterroot.demo.university import make_university


@contextmanager
def demo_apart(say: Callable[[str], None]) -> Iterator[Path]:
    """The home folder of a demo: a copy of the prepared one on SQLite, else one made now."""
    with tempfile.TemporaryDirectory(prefix="bench-home-") as folder:
        home = Path(folder)
        with override_settings(
            HOME=home, KEYS_ROOT=home / "keys", HEADS_ROOT=home / "heads",
            FILES_ROOT=home / "files", DEMO=True,
        ):  # fmt: skip
            prepared = connection.vendor == "sqlite" and building.read_summary() is not None
            with _copied(home) if prepared else _made(home, say):
                yield home


@contextmanager
def _copied(home: Path) -> Iterator[None]:
    kept = connection.settings_dict["NAME"]
    for name in ("files", "keys", "heads"):
        shutil.copytree(installed() / name, home / name)
    with closing(sqlite3.connect(kept)) as old, closing(sqlite3.connect(home / "demo.db")) as new:
        old.backup(new)
    connection.close()
    connection.settings_dict["NAME"] = str(home / "demo.db")
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = kept


@contextmanager
def _made(home: Path, say: Callable[[str], None]) -> Iterator[None]:
    kept = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = (
        str(home / "bench.sqlite3")
        if connection.vendor == "sqlite"
        else f"bench_{home.name[-8:].lower()}"
    )
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        say("making the demo university")
        make_university(lambda chapter: None)
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
