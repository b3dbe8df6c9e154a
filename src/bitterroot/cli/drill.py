"""The key drill on a throw-away copy: database, keys and heads are copied, and deleted at the end.

The copy is rehearsed upon by a process of its own (`python -m bitterroot.cli.drill`), whose home
is the copy, so that nothing of the drill can reach the installation.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bitterroot.cli.output import stop

#: A file in the home folder of a copy. Without it nothing is rehearsed: the drill withdraws keys.
MARK = "this-is-a-copy"
COPIED = ("keys", "heads", "clock.json", "bitterroot.env")


def on_a_copy() -> list[dict[str, Any]]:
    """Copy the installation, rehearse there, and give the steps of `issuing.domain.drill`.

    Raises NotPossible on PostgreSQL, whose copy is a restored backup.
    """
    from django.conf import settings

    from bitterroot.people.errors import NotPossible

    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        raise NotPossible(
            "On PostgreSQL restore a backup into a database of its own, and call "
            f"`python -m bitterroot.cli.drill` with DATABASE_URL and BITTERROOT_HOME of the copy, "
            f"whose home folder holds a file named {MARK}."
        )
    home = Path(settings.HOME)
    with TemporaryDirectory(prefix="drill-", dir=home) as folder:
        copy = Path(folder)
        (copy / MARK).touch()
        for name in COPIED:
            if (home / name).is_dir():
                shutil.copytree(home / name, copy / name)
            elif (home / name).exists():
                shutil.copy2(home / name, copy / name)
        with (
            closing(sqlite3.connect(database["NAME"])) as source,
            closing(sqlite3.connect(copy / "bitterroot.sqlite3")) as target,
        ):
            source.backup(target)
        environment = os.environ | {
            "BITTERROOT_HOME": folder,
            "DATABASE_URL": f"sqlite:///{copy / 'bitterroot.sqlite3'}",
            "BITTERROOT_POLICY": settings.POLICY_DIR,
        }
        done = subprocess.run(
            [sys.executable, "-m", "bitterroot.cli.drill"],
            env=environment, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise NotPossible("The drill broke off; see above.")
    steps: list[dict[str, Any]] = json.loads(done.stdout)
    return steps


def main() -> None:
    """Rehearse in this process's own installation, which is a copy."""
    from bitterroot.conf.loading import load_django

    load_django()
    from django.conf import settings

    if not (Path(settings.HOME) / MARK).exists():
        stop(f"{settings.HOME} is not marked as a copy; nothing was rehearsed.")
    from bitterroot.issuing.domain.drill import rehearse

    print(json.dumps(rehearse()))


if __name__ == "__main__":
    main()
