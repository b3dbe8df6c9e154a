"""Sol Rider, who runs the machine, tends the keys from its command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bitterroot.cli.drill import MARK

MAKE_KEY = """
from bitterroot.conf.loading import load_django
load_django()
from bitterroot.conf import preparing
preparing.migrate()
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.people.actor import system
ensure_signing_key(by=system("first set-up"))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one key."""
    folder = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-c", MAKE_KEY], env=_environment(folder), check=True)
    return folder


def _environment(home: Path) -> dict[str, str]:
    ours = ("BITTERROOT", "DATABASE", "PYTEST")
    found = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return {**found, "BITTERROOT_HOME": str(home)}


def _run(home: Path, *words: str, module: str = "bitterroot.cli") -> tuple[int, str, str]:
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, env=_environment(home), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def _keys(home: Path) -> dict[str, Any]:
    status, out, _ = _run(home, "keys", "list", "--json")
    assert status == 0
    return {key["fragment"]: key for key in json.loads(out)["keys"]}


def test_the_drill_touches_nothing_of_the_installation(home: Path) -> None:
    before = _keys(home)
    status, out, err = _run(home, "keys", "drill", "--json")
    found = json.loads(out)
    assert (status, found["ok"], err) == (0, True, "")
    assert [s["what"] for s in found["steps"]][-1] == "The record is as whole as before"
    assert _keys(home) == before
    assert not list(home.glob("drill-*"))


def test_what_is_no_copy_is_not_rehearsed_upon(home: Path) -> None:
    before = _keys(home)
    status, out, err = _run(home, module="bitterroot.cli.drill")
    assert (status, out) == (2, "")
    assert "is not marked as a copy" in err
    assert not (home / MARK).exists()
    assert _keys(home) == before


def test_a_key_is_rotated_and_withdrawn(home: Path) -> None:
    status, out, _ = _run(home, "keys", "rotate", "--now")
    assert (status, out[:40]) == (0, "key-2 is listed; it signs from " + out[31:40])
    assert [(k, v["state"]) for k, v in _keys(home).items()] == [
        ("key-2", "signs"),
        ("key-1", "verifies"),
    ]
    status, _, err = _run(home, "keys", "retire", "key-2")
    assert (status, err) == (1, "bitterroot: key-2 signs, or will; rotate first.\n")
    words = ("compromised", "key-2", "--reason", "Backup lost", "--yes")
    status, _, err = _run(home, "keys", *words, "--since", "yesterday")
    assert (status, "is no date" in err) == (2, True)
    status, out, _ = _run(home, "keys", *words, "--since", "2026-01-01")
    assert status == 0
    assert out.startswith("key-2 is withdrawn. 0 living badges were signed by it")
    assert {k: v["state"] for k, v in _keys(home).items()} == {
        "key-3": "signs",
        "key-2": "compromised",
        "key-1": "verifies",
    }
    status, _, err = _run(home, "keys", "signed", "key-9")
    assert (status, err[:40]) == (2, "bitterroot: there is no key “key-9”; see")
