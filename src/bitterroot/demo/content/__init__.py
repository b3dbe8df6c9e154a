"""What the demo university says, as readable files; all of it is invented."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@cache
def load(name: str) -> dict[str, Any]:
    """The content of `NAME.yaml` here."""
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    values: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return values
