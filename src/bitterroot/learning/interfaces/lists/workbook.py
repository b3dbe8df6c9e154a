"""Reading a workbook, sheet after sheet, in a process of its own (see workbook_child.py)."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bitterroot.learning.checks.reading import ListUnreadable
from bitterroot.learning.interfaces.lists.kinds_of_file import SAVE_AS

_CHILD = Path(__file__).with_name("workbook_child.py")
_MEMORY = 1_200_000_000
"""Bytes of address space for the child: five times what the largest honest list needs."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows of one sheet, each with its number in the sheet (from 1).

    `more` filled rows were left out for being too many; `wide` is how many columns there are.
    """

    name: str
    rows: list[tuple[int, list[Any]]]
    more: int = 0
    wide: int = 0


@contextmanager
def sheets_of(data: bytes, kind: str, *, rows: int, columns: int) -> Iterator[Iterator[Sheet]]:
    """The sheets of a workbook one by one, at most `rows` by `columns` of each.

    Whoever stops early spares the rest. Raises ListUnreadable where the workbook is damaged,
    locked or asks for too much.
    """
    command = [sys.executable, "-I", str(_CHILD), kind, str(rows), str(columns), str(_MEMORY)]
    child = subprocess.Popen(  # noqa: S603 - our own script, no text of the user in the command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    feeding = threading.Thread(target=_feed, args=(child, data), daemon=True)
    feeding.start()
    try:
        yield _sheets(child)
    finally:
        child.kill()
        child.wait()
        feeding.join()
        if child.stdout:
            child.stdout.close()


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    if child.stdin is None:
        return
    try:
        child.stdin.write(data)
        child.stdin.close()
    except (BrokenPipeError, OSError):
        pass  # the child fell or is no longer needed; what it said tells


def _sheets(child: subprocess.Popen[bytes]) -> Iterator[Sheet]:
    for line in child.stdout or ():
        said = orjson.loads(line)
        if "fault" in said:
            raise _fault(said["fault"])
        rows = [(number, cells) for number, cells in said["rows"]]
        yield Sheet(said["sheet"], rows, said["more"], said["wide"])
    if child.wait() != 0:
        raise _fault("memory")


def _fault(what: str) -> ListUnreadable:
    if what == "locked":
        return ListUnreadable(
            "The workbook is locked with a password.", "Save it without one and upload it again."
        )
    if what == "memory":
        return ListUnreadable(
            "The workbook asks for more memory than any list needs.",
            "Copy the list alone into a new workbook and upload that.",
        )
    return ListUnreadable("The workbook is damaged and cannot be read.", SAVE_AS)
