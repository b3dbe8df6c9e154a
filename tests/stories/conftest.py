"""Every story has a university of its own: a copy of one that was prepared once."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from .harness import PATIENCE, QUIET, Demo, Stage, prepare, running

# The same engine without its windows, where it is installed: a quarter less time a story.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of a demo that nobody has touched; parallel workers share it."""
    return prepared_of("montana", tmp_path_factory)


def prepared_of(institution: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for any institution that ships; it is made when it is first asked for."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):
        shared = shared.parent
    home = shared / f"prepared-{institution}"
    # Not `prepared-….lock`: that is the demo's own, which makes it.
    with (shared / f"turn-{institution}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "demo.json").exists():
            prepare(home, institution)
    return home


@pytest.fixture(scope="module")
def demo(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo that the stories of one file share."""
    with running(prepared, tmp_path_factory.mktemp("demo") / "home") as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def stage(browser: Browser, demo: Demo) -> Iterator[Stage]:
    """The browser in front of the demo."""
    stage = Stage(browser, demo)
    yield stage
    stage.close()
