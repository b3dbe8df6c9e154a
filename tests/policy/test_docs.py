"""docs/policy.md says what is true: every word that a policy may use stands there."""

from pathlib import Path

from bitterroot.policy import CAPACITIES, PREDICATES
from bitterroot.policy.source import FILES, FOLDERS

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_every_predicate_and_capacity_is_explained() -> None:
    words = [*PREDICATES.values(), *CAPACITIES.values()]
    missing = [word.name for word in words if f"| `{word.name}` | {word.sentence} |" not in PAGE]
    assert missing == []


def test_every_file_is_named() -> None:
    missing = [name for name in [*FILES, *(f"{name}/" for name in FOLDERS)] if name not in PAGE]
    assert missing == []
