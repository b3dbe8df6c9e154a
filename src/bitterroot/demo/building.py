"""Where a prepared demo lives, whether it still fits this code, and how it is made anew."""

import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from bitterroot.conf import preparing
from bitterroot.conf.home import home
from bitterroot.conf.loading import load_django

PACKAGE = Path(__file__).resolve().parents[1]
SUMMARY = "demo.json"
NEEDED = 150_000_000  # bytes of disk that making it may take


def fingerprint() -> str:
    """Changes with the tables, the policy and the demo's own content."""
    digest = sha256()
    for pattern in (
        "*/migrations/*.py",
        "demo/**/*.py",
        "demo/**/*.yaml",
        "policy/institutions/**/*",
    ):
        for file in sorted(PACKAGE.glob(pattern)):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def read_summary() -> dict[str, Any] | None:
    """What the prepared demo has, if there is one that fits this code."""
    try:
        summary: dict[str, Any] = json.loads((home() / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return summary if summary.get("fingerprint") == fingerprint() else None


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something else than a demo, such as a real installation's keys."""
    return folder.is_dir() and any(folder.iterdir()) and not (folder / SUMMARY).exists()


def build(report: Callable[[str], None]) -> None:
    """Make the demo beside its place, then put it there whole, so that none is ever half made.

    `report` is told each chapter as it begins. Loads Django with the folder of the making, which
    is gone afterwards: run it in a process of its own. With PostgreSQL the database must be empty.
    Raises FileExistsError where the place holds something else than a demo.
    """
    target = home()
    if is_foreign(target):
        raise FileExistsError(errno.EEXIST, "holds something else than a demo", str(target))
    making = target.with_name(target.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    os.environ["BITTERROOT_HOME"] = str(making)
    os.environ["BITTERROOT_DEMO"] = "true"
    preparing.write_settings(BITTERROOT_DEMO="true")
    load_django()
    from django.db import connection

    from bitterroot.demo.university import make_university

    report("database")
    preparing.migrate()
    summary = {"fingerprint": fingerprint(), **make_university(report)}
    (making / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
    connection.close()
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)


def main() -> int:
    """Build, telling each chapter on standard error unless `--quiet` is given."""
    started = time.monotonic()

    def report(chapter: str) -> None:
        if "--quiet" not in sys.argv:
            sys.stderr.write(f"  {time.monotonic() - started:4.1f} s  {chapter}\n")

    if "--quiet" not in sys.argv:
        sys.stderr.write("Making the demo university …\n")
    try:
        build(report)
    except OSError as error:
        sys.stderr.write(f"bitterroot: {error.filename or 'the disk'}: {error.strerror or error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
