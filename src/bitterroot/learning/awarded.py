"""Who holds a program's badge. The room that awards registers the answer in `conf/wiring.py`."""

from collections.abc import Callable

from bitterroot.programs.models import Program

#: Every identity, a student id or an address in lower case, of a program's badge holders.
Holders = Callable[[Program], frozenset[str]]
_registered: list[Holders] = []


def register(holders: Holders) -> None:
    """Let `identities` be answered by this function; the last one registered counts."""
    _registered[:] = [holders]


def identities(program: Program) -> frozenset[str]:
    """Identities of everyone who holds the program's badge now.

    Raises LookupError where no room was registered: a list must not pass unchecked.
    """
    if not _registered:
        raise LookupError("no room says who holds a badge")
    return _registered[0](program)
