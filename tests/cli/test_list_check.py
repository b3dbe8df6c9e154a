"""A coordinator checks lists at her own machine, where no Bitterroot was ever set up."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LISTS = Path(__file__).parents[1] / "learning" / "data" / "lists"
EXPECTED: dict[str, dict[str, Any]] = json.loads((LISTS / "expected.json").read_text())
SMALL = [name for name, said in EXPECTED.items() if said["rows"] < 1000]


@pytest.fixture
def bitterroot(tmp_path: Path) -> Any:
    """Runs the command with a home folder in which there is nothing."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("BITTERROOT", "DATAB"))}
    environment["BITTERROOT_HOME"] = str(tmp_path / "nothing here")

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "bitterroot.cli", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert not (tmp_path / "nothing here" / "bitterroot.sqlite3").exists()
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.mark.parametrize("name", SMALL)
def test_each_list_gets_its_verdict(bitterroot: Any, name: str) -> None:
    said = EXPECTED[name]
    words = ["list", "check", str(LISTS / name), "--today", "2026-11-18", "--json"]
    if "program" in said:
        words += ["--program", said["program"]]
    done = bitterroot(*words)
    found = json.loads(done.stdout)
    assert {key: found[key] for key in ("kind", "rows", "ok", "warnings", "errors")} == {
        key: said[key] for key in ("kind", "rows", "ok", "warnings", "errors")
    }
    assert found["lines"] == {line: codes for line, codes in said["lines"].items() if codes}
    assert done.returncode == (1 if said["errors"] else 0)


def test_what_is_said_to_people_names_row_fault_and_remedy(bitterroot: Any) -> None:
    done = bitterroot(
        "list", "check", str(LISTS / "noncredit-faulty.csv"), "--today", "2026-11-18",
        "--program", "Dental Assisting Radiography Refresher",
    )  # fmt: skip
    assert "row 6 (line 7 of the sheet)" in done.stdout
    assert "email_missing" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "list"), (b"a,b\n1,2\n", "headings")],
)
def test_what_cannot_be_read_ends_with_status_2(
    bitterroot: Any, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "list.xlsx"
    file.write_bytes(content)
    done = bitterroot("list", "check", str(file), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr.lower()


@pytest.mark.parametrize(
    "words",
    [
        ["list", "check"],
        ["list", "check", "no such file.xlsx"],
        ["list", "check", str(LISTS / "hybrid.xlsx"), "--today", "18.11."],
        ["list", "check", str(LISTS / "noncredit-clean.csv"), "--program", "Unheard Of"],
        ["list", "look"],
        ["audit", "verify"],
    ],
)
def test_misuse_ends_with_status_2(bitterroot: Any, words: list[str]) -> None:
    assert bitterroot(*words).returncode == 2
