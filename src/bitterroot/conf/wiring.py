"""The one place where a lower room is handed functions of an upper one (see docs/architecture.md)."""


def connect() -> None:
    """Register effects and figures; called once, when Django has loaded every room."""
