"""Runs the tests part by part, names the parts left out, and ends with one line of figures.

./run test          every part whose programs are here
./run test --all    every part; installs what is missing where it may, else fails
./run test PART …   only these parts: sqlite, postgresql, node, browser, browser-postgresql
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import postgres

ROOT = Path(__file__).resolve().parents[1]
NODE_FOLDER = ROOT / "tests" / "openbadges" / "node"
SLOWEST = ("--durations=12", "--durations-min=5")  # named at the end of a part
TWO = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
PLAIN = ["-m", "not browser and not node", *TWO, *SLOWEST]
# Libraries without a database behave the same whichever database is there, and so do commands that
# make an installation of their own in a folder.
NO_DATABASE = [
    f"--ignore=tests/{path}"
    for path in (
        "openbadges", "policy", "house", "cli/test_setup.py", "cli/test_demo.py", "cli/test_keys.py",
        "cli/test_verify.py", "cli/test_list_check.py",
    )
]  # fmt: skip
NO_DATABASE += [
    f"--deselect=tests/issuing/test_archive.py::{test}"
    for test in (
        "test_restored_badges_hold_their_key",
        "test_what_was_restored_before_there_was_a_table_of_it_is_noted",
    )
]
BROWSER = ("-m", "browser", *TWO, *SLOWEST)
CHROMIUM = ("chromium", "fonts-noto-core", "fonts-noto-cjk")
WINDOWLESS = "chromium-headless-shell"  # stories take it where it can be had
HARDWARE = ("softhsm2", "opensc")  # a hardware module in software, for keys that never leave it
# The stories that change most rows; what the others ask is tested on PostgreSQL without a browser.
ON_POSTGRESQL = ("test_the_road", "test_the_power_fails")
FEW = 3  # files of stories that are told once more when they failed


@dataclass(frozen=True)
class Part:
    """A run of pytest; `packages` are the Debian packages that bring its programs."""

    key: str
    title: str
    arguments: tuple[str, ...]
    packages: tuple[str, ...] = ()

    @property
    def lacks(self) -> str:
        """The program that this part misses here, or nothing."""
        match self.key:
            case "postgresql" if postgres.find_programs() is None:
                return "PostgreSQL"
            case "node" if not (shutil.which("node") and shutil.which("npm")):
                return "Node with npm"
            case "browser" | "browser-postgresql" if not shutil.which("chromium"):
                return "Chromium"
            case "browser-postgresql" if postgres.find_programs() is None:
                return "PostgreSQL"
        return ""


PARTS = (
    Part("sqlite", "everything on SQLite", tuple(PLAIN)),
    Part("postgresql", "everything on PostgreSQL", (*PLAIN, *NO_DATABASE), ("postgresql",)),
    Part("node", "verifiers that run on Node", ("-m", "node"), ("nodejs", "npm")),
    Part("browser", "stories through the browser", BROWSER, CHROMIUM),
    Part(
        "browser-postgresql",
        "the road through the browser on PostgreSQL",
        (*BROWSER, *(f"tests/stories/{name}.py" for name in ON_POSTGRESQL)),
        (*CHROMIUM, "postgresql"),
    ),
)


def main() -> int:
    """Run the chosen parts. Exit status 0 only if every test that ran has passed."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    insist = "--all" in sys.argv[1:]
    unknown = set(wanted) - {p.key for p in PARTS} | {
        word for word in sys.argv[1:] if word.startswith("-") and word != "--all"
    }
    if unknown:
        print(__doc__, file=sys.stderr)
        return 2
    chosen = [part for part in PARTS if not wanted or part.key in wanted]
    if insist:
        missing = [name for part in chosen if part.lacks for name in part.packages]
        _install(missing + ([] if shutil.which("softhsm2-util") else list(HARDWARE)))
        if not shutil.which(WINDOWLESS) and any("browser" in part.key for part in chosen):
            _install([WINDOWLESS])
    counts: Counter[str] = Counter()
    left_out: list[str] = []
    started = time.monotonic()
    for part in chosen:
        if part.lacks:
            left_out.append(f"{part.title} ({part.lacks} is not here)")
            counts["failed"] += insist
            continue
        print(f"\n— {part.title} —", flush=True)
        before = time.monotonic()
        counts += _run_stories(part) if "browser" in part.key else _run(part)[0]
        print(f"  {part.title}: {time.monotonic() - before:.0f} s", flush=True)
    for line in left_out:
        print(f"Left out: {line}")
    if left_out and not insist:
        print("`./run test --all` installs what is missing where it may, and runs every part.")
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(
        f"{counts['passed']} passed, {counts['failed'] + counts['error']} failed{skipped}"
        f" in {time.monotonic() - started:.0f} s"
    )
    return 1 if counts["failed"] + counts["error"] else 0


def _run_stories(part: Part) -> Counter[str]:
    """Run stories; tell those of at most `FEW` files that failed once more, each from its start.

    A browser and a server on a busy machine can miss each other once; a fault of ours fails again.
    What only passed the second time is named, so that nobody takes it for sound.
    """
    counts, failed = _run(part)
    files = sorted({name.split("::")[0] for name in failed})
    if not files or len(files) > FEW:
        return counts
    print(f"\nOnce more, from the start: {', '.join(files)}", flush=True)
    again, still = _run(replace(part, arguments=(*BROWSER, *files)))
    for name in sorted(failed - still):
        print(f"Passed only when told again: {name}")
    left = again["failed"] + again["error"]
    mended = max(0, counts["failed"] + counts["error"] - left)
    return Counter(passed=counts["passed"] + mended, failed=left, skipped=counts["skipped"])


def _run(part: Part) -> tuple[Counter[str], set[str]]:
    """Run one part and count its outcomes from pytest's last line; names the tests that failed."""
    command = [sys.executable, "-m", "pytest", *part.arguments]
    if part.key.endswith("postgresql"):
        command = [sys.executable, str(ROOT / "scripts" / "postgres.py"), *command]
    if part.key == "node" and not _node_packages():
        return Counter(failed=1), set()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    counts: Counter[str] = Counter()
    failed: set[str] = set()
    for line in process.stdout:
        print(line, end="", flush=True)
        if named := re.match(r"(?:FAILED|ERROR) (tests/\S+)", line):
            failed.add(named[1])
        if re.search(r"\d+ \w+.* in [\d.]+s", line):
            found = re.findall(r"(\d+) (passed|failed|skipped|error)", line)
            counts = Counter({what: int(number) for number, what in found})
    code = process.wait()
    if code and not counts["failed"] and not counts["error"] and code != 5:
        counts["error"] += 1  # pytest stopped without a summary
    return counts, failed


def _node_packages() -> bool:
    """Install the verifiers named in the lock file, once."""
    stamp = NODE_FOLDER / "node_modules" / ".package-lock.json"
    lock = NODE_FOLDER / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return True
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    return subprocess.run(command, cwd=NODE_FOLDER, check=False).returncode == 0


def _install(packages: list[str]) -> None:
    """Install Debian packages where that is possible (as root, with apt-get)."""
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())
