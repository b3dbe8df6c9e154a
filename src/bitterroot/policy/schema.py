"""The schema of a policy, for editors and for naming what may stand at a place."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from bitterroot.policy.models.policy import Policy
from bitterroot.policy.source import FILES, FOLDERS, SHIPPED

#: What one file of a kind holds, by the name of its file or folder.
_FILES = {
    "institution": "Institution",
    "calendar": "Calendar",
    "lists": "ListPolicy",
    "forms": "Form",
    "processes": "Process",
}
#: Files that hold several such things by their names.
_SEVERAL = {
    "bodies": "Body",
    "rubrics": "Rubric",
    "units": "Unit",
    "roles": "Role",
    "texts": "Text",
}
#: Everything of which there is a schema: each kind of file in a policy's folder.
PARTS = ("policy", *_FILES, *_SEVERAL, "pages")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_A_DAY = {"type": "string", "format": "date"}


@lru_cache(maxsize=1)
def _whole() -> dict[str, Any]:
    """The schema of the document, which also admits the shorter ways of writing in files."""
    schema = Policy.model_json_schema(by_alias=True, mode="validation")
    for part in schema["$defs"].values():
        if "key" in part.get("properties", {}):  # in files the key is the name of the mapping
            part["required"] = [name for name in part.get("required", ()) if name != "key"]
    for name in ("Closure", "Recess"):
        part = schema["$defs"][name]
        part["properties"]["on"] = _A_DAY
        part["required"] = ["name"]
    sorts = sorted(schema["$defs"]["Taxonomy"]["properties"])
    schema["$defs"]["Field"]["properties"]["choices from"] = {"enum": sorts}
    schema["$defs"]["Form"]["properties"]["sections from"] = {"type": "string"}
    return schema


def json_schema(file: str | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy's document, or of one file of it.

    `file` is one of PARTS; forms and processes mean one form, one process, pages the block that
    heads one page, and policy the file `policy.yaml`.
    It is for help while writing: loading checks more than a schema can say.
    """
    whole = _whole()
    if file is None:
        return {"$schema": _DIALECT, **whole}
    if file == "policy":
        return {"$schema": _DIALECT, **_rules(whole), "$defs": whole["$defs"]}
    if file == "pages":
        return {"$schema": _DIALECT, **_heading(whole), "$defs": whole["$defs"]}
    if file in _SEVERAL:
        each = {"$ref": f"#/$defs/{_SEVERAL[file]}"}
        shape: dict[str, Any] = {"type": "object", "additionalProperties": each}
    else:
        shape = {"$ref": f"#/$defs/{_FILES[file]}"}
    return {"$schema": _DIALECT, **shape, "$defs": whole["$defs"]}


def _rules(whole: dict[str, Any]) -> dict[str, Any]:
    """`policy.yaml`: what has no file of its own; all of it, unless it is based on another."""
    elsewhere = {path[0] for path in FILES.values() if path} | FOLDERS.keys()
    names = {k: v for k, v in whole["properties"].items() if k not in elsewhere}
    shipped = sorted(each.name for each in SHIPPED.iterdir() if each.is_dir())
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"based on": {"enum": shipped}, **names},
        "required": ["version", "effective from", "title"],
        "if": {"not": {"required": ["based on"]}},
        "then": {"required": [name for name in whole["required"] if name in names]},
    }


def _heading(whole: dict[str, Any]) -> dict[str, Any]:
    """What stands between the lines of `---` on a page; the text follows below them."""
    page = whole["$defs"]["Page"]
    names = {k: v for k, v in page["properties"].items() if k not in ("key", "body")}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": names,
        "required": [name for name in page.get("required", ()) if name in names],
    }


def names_at(place: Iterable[str | int]) -> list[str]:
    """The names that may stand at a place of the document; empty where they are free."""
    nodes = list(_open(_whole()))
    for part in place:
        nodes = [
            opened for node in nodes for found in _inside(node, part) for opened in _open(found)
        ]
    names = (name for node in nodes for name in node.get("properties", {}) if name != "key")
    return list(dict.fromkeys(names))


def _open(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a node stands for: follow a reference, take each alternative."""
    if "$ref" in node:
        yield from _open(_whole()["$defs"][node["$ref"].rpartition("/")[2]])
    elif "anyOf" in node:
        for option in node["anyOf"]:
            yield from _open(option)
    else:
        yield node


def _inside(node: dict[str, Any], part: str | int) -> Iterator[dict[str, Any]]:
    if isinstance(part, int):
        if "items" in node:
            yield node["items"]
    elif part.startswith("kind:"):
        for option in node.get("oneOf", ()):
            for opened in _open(option):
                if opened["properties"]["kind"].get("const") == part[5:]:
                    yield opened
    elif part in node.get("properties", {}):
        yield node["properties"][part]
    elif isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]
