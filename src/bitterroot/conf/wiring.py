"""The one place where a lower room is handed functions of an upper one (see docs/architecture.md)."""

from collections.abc import Callable


def connect() -> None:
    """Register effects and figures; called once, when Django has loaded every room."""


def rounds() -> list[Callable[[], int]]:
    """What the worker does in each round, in order; each step says how much it did."""
    return []
