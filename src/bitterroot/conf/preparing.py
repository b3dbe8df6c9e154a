"""Making an installation ready, again and again without harm: database, keys, policy, pages."""

import os
import secrets
from pathlib import Path

from bitterroot.conf.home import home


def write_secret(**values: str) -> None:
    """Put a lasting secret and `values` into `bitterroot.env` of the home folder, if it has none.

    Call it before Django is loaded. The file is readable by its owner alone.
    """
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "bitterroot.env"
    if file.exists():
        return
    lines = [f"BITTERROOT_SECRET_KEY={secrets.token_urlsafe(50)}"]
    lines += [f"{name}={value}" for name, value in values.items()]
    _write_private(file, "\n".join(lines) + "\n")


def _write_private(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)


def migrate() -> None:
    """Bring the tables up to date. Raises OSError or DatabaseError where that is not possible."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
