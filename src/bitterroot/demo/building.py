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
from bitterroot.policy import load_policy

PACKAGE = Path(__file__).resolve().parents[1]
SUMMARY = "demo.json"
NEEDED = 150_000_000  # bytes of disk that making it may take
#: Of these there is a demonstration; the first where nothing else is said.
INSTITUTIONS = ("montana", "hudson-valley", "lakeland-state")


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


def kept_institution() -> str:
    """The institution whose demo lies in the home folder, whole or outdated; empty where none does."""
    try:
        kept = json.loads((home() / SUMMARY).read_text(encoding="utf-8"))
        return str(kept.get("institution", INSTITUTIONS[0]))
    except (OSError, ValueError, AttributeError):
        return ""


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds something else than a demo, such as a real installation's keys."""
    return folder.is_dir() and any(folder.iterdir()) and not (folder / SUMMARY).exists()


def build(report: Callable[[str], None], institution: str = INSTITUTIONS[0]) -> None:
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
    os.environ["BITTERROOT_POLICY"] = institution
    os.environ["BITTERROOT_TIME_ZONE"] = load_policy(institution).institution.time_zone
    preparing.write_settings(
        BITTERROOT_DEMO="true",
        BITTERROOT_POLICY=institution,
        BITTERROOT_TIME_ZONE=os.environ["BITTERROOT_TIME_ZONE"],
    )
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
    """Build, telling each chapter on standard error unless `--quiet` is given.

    The first word that is no option names the institution.
    """
    started = time.monotonic()
    named = [word for word in sys.argv[1:] if not word.startswith("--")]

    def report(chapter: str) -> None:
        if "--quiet" not in sys.argv:
            sys.stderr.write(f"  {time.monotonic() - started:4.1f} s  {chapter}\n")

    if "--quiet" not in sys.argv:
        sys.stderr.write("Making the demo university …\n")
    try:
        build(report, *named[:1])
    except OSError as error:
        sys.stderr.write(f"bitterroot: {error.filename or 'the disk'}: {error.strerror or error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
