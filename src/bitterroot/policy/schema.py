"""The schema of a policy's document, for editors and for naming what may stand at a place."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bitterroot.policy.models.policy import Policy


@lru_cache(maxsize=1)
def _whole() -> dict[str, Any]:
    return Policy.model_json_schema(by_alias=True, mode="validation")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy's document.

    Where it asks for a list of objects with a `key`, the files may hold a mapping by key.
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_whole()}


def names_at(place: Iterable[str | int]) -> list[str]:
    """The names that may stand at a place of the document; empty where they are free."""
    node: dict[str, Any] = _whole()
    for part in place:
        node = _inside(_open(node), part)
    return [name for name in _open(node).get("properties", {}) if name != "key"]


def _open(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference; of alternatives, the one that has an inside."""
    while "$ref" in node:
        node = _whole()["$defs"][node["$ref"].rpartition("/")[2]]
    for option in node.get("anyOf", ()):
        opened = _open(option)
        if {"properties", "items", "additionalProperties"} & opened.keys():
            return opened
    return node


def _inside(node: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, str) and part.startswith("kind:"):
        for option in node.get("oneOf", ()):
            opened = _open(option)
            if opened.get("properties", {}).get("kind", {}).get("const") == part[5:]:
                return opened
        return {}
    if isinstance(part, int):
        items = node.get("items")
        return items if isinstance(items, dict) else {}
    found = node.get("properties", {}).get(part)
    if found is None:
        found = node.get("additionalProperties")
    return found if isinstance(found, dict) else {}
