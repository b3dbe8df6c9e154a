"""One at a time in the folder of a demo: nobody makes it anew while another makes or serves it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Why the folder cannot be used now, in one sentence."""


class Place:
    """The folder's lock, a file beside it, since the folder itself is replaced. It ends with the process."""

    def __init__(self, folder: Path, handle: int | None) -> None:
        self.folder, self.handle = folder, handle

    def to_make(self) -> None:
        """Have it alone. Raises Busy where another makes or serves it."""
        if self._has(fcntl.LOCK_EX):
            return
        if not self._has(fcntl.LOCK_SH):  # the other has it alone
            raise Busy(
                f"another `bitterroot demo` is making the university in {self.folder} just now; let"
                " it finish and start again, or let BITTERROOT_HOME name another folder."
            )
        raise Busy(
            f"another `bitterroot demo` is served from {self.folder}, which would be made anew under"
            " it; stop that one first, or let BITTERROOT_HOME name another folder."
        )

    def to_serve(self) -> None:
        """Have it beside others who serve it. Raises Busy where another makes it anew."""
        if not self._has(fcntl.LOCK_SH):
            raise Busy(
                f"another `bitterroot demo` is making the university in {self.folder} anew just now;"
                " let it finish and start again."
            )

    def _has(self, way: int) -> bool:
        if self.handle is None:
            return True
        try:
            fcntl.flock(self.handle, way | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """The place of a demo while the block runs; without a lock where no file can lie beside it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        file = folder.with_name(f"{folder.name}.lock")
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield Place(folder, None)
        return
    try:
        yield Place(folder, handle)
    finally:
        os.close(handle)
