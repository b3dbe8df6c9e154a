"""Making an installation ready, again and again without harm: settings, tables, private files."""

import os
import re
import secrets
from pathlib import Path

from bitterroot.conf.home import home

SETTINGS = "bitterroot.env"
_LINE = re.compile(r"([A-Z_0-9]+)=(.*)")


def write_settings(**values: str) -> list[str]:
    """Put a lasting secret and `values` into `bitterroot.env` of the home folder.

    Names that stand there already keep their values. Gives the names that were written. Call it
    before Django is loaded. The folder and the file become readable by their owner alone. Raises
    OSError where that is not possible.
    """
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "files").mkdir(
        exist_ok=True, mode=0o700
    )  # also before the first upload: backups name it
    file = folder / SETTINGS
    for private, mode in ((folder, 0o700), (file, 0o600)):
        if private.exists() and private.stat().st_mode & 0o077:
            private.chmod(mode)
    there = read_settings()
    wanted = {"BITTERROOT_SECRET_KEY": secrets.token_urlsafe(50), **values}
    missing = {name: value for name, value in wanted.items() if name not in there}
    if missing:
        lines = "".join(f'{name}="{_escaped(value)}"\n' for name, value in missing.items())
        _append_privately(file, lines)
    return list(missing)


def read_settings() -> dict[str, str]:
    """What `bitterroot.env` says; empty where there is none."""
    try:
        text = (home() / SETTINGS).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    found = (_LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {line[1]: line[2].strip("\"'") for line in found if line}


def _escaped(value: str) -> str:
    """As it stands between double quotes of the file."""
    return " ".join(value.splitlines()).replace("\\", "\\\\")


def _append_privately(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)


def migrate() -> None:
    """Bring the tables up to date. Raises OSError or DatabaseError where that is not possible.

    The file of a SQLite database is readable by its owner alone, and so are those beside it.
    """
    from django.conf import settings
    from django.core.management import call_command

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not str(database["NAME"]).startswith(":"):
        file = Path(database["NAME"])
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            if name.exists() and name.stat().st_mode & 0o077:
                name.chmod(0o600)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def waiting_migrations() -> int:
    """How many changes of the tables this version still has to make.

    Raises DatabaseError for tables of a state of development that no release ever had.
    """
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder

    executor = MigrationExecutor(connection)
    applied = MigrationRecorder(connection).applied_migrations()
    for migration in executor.loader.disk_migrations.values():
        # Django would leave out, without a word, what stands for steps of which only some were taken.
        if 0 < sum(step in applied for step in migration.replaces) < len(migration.replaces):
            raise DatabaseError(
                "its tables are those of an older state of development, from which no way leads on."
                " Nothing was changed. Found the university in a new database."
            )
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
