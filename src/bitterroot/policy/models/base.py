"""What every part of a policy has in common: frozen, strict about names, ordered.

A policy is kept as JSON beside each running case, and some databases forget the order of an
object's keys. So wherever order matters the document holds a list of objects with a `key`,
while the YAML file, which keeps order, holds a mapping. Both are read.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from bitterroot.policy.conditions import Condition, ConditionError, parse_condition


def _words(name: str) -> str:
    return name.replace("_", " ")


class Part(BaseModel):
    """A piece of policy. Names are written with spaces in files (`max length`)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_words, populate_by_name=False
    )


class Keyed(Part):
    """A piece of policy that others name by its key."""

    key: str


def _with_keys(value: Any) -> Any:
    """Turn a mapping of things into a list of things that know their keys."""
    if not isinstance(value, Mapping):
        return value
    things = []
    for key, thing in value.items():
        if thing is None:
            thing = {}
        if isinstance(thing, Mapping):
            if "key" in thing:
                raise PydanticCustomError(
                    "key_twice", "'key' is already given by the name '{name}'", {"name": str(key)}
                )
            thing = {"key": str(key), **thing}
        things.append(thing)
    return things


class _ListOrMapping:
    """Makes a schema admit both writings: a list of things with keys, a mapping by key."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        inner = handler(core)
        item = inner.get("items") or inner["additionalProperties"]
        listed = {"type": "array", "items": item}
        return {"anyOf": [listed, {"type": "object", "additionalProperties": item}]}


class _ListOrLabels:
    """The same for choices, which in files may be plain labels by key."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        listed = handler(core)
        label = {"anyOf": [{"type": "string"}, listed["items"]]}
        return {"anyOf": [listed, {"type": "object", "additionalProperties": label}]}


T = TypeVar("T")

#: An ordered run of keyed things: a mapping in files, a list in documents, a tuple in Python.
Ordered = Annotated[tuple[T, ...], BeforeValidator(_with_keys), _ListOrMapping()]


def _choices(value: Any) -> Any:
    """Turn `{key: label}` into a list of key and label."""
    if isinstance(value, Mapping):
        return [
            {"key": str(key), **label}
            if isinstance(label, Mapping)
            else {"key": key, "label": label}
            for key, label in value.items()
        ]
    return value


def _dict(value: Any) -> Any:
    """Turn a list of keyed things into a mapping of things that know their keys."""
    if isinstance(value, Mapping):
        things = _with_keys(value)
        return dict(zip(map(str, value), things, strict=True))
    if isinstance(value, list | tuple):
        return {
            thing.get("key", n) if isinstance(thing, Mapping) else n: thing
            for n, thing in enumerate(value)
        }
    return value


#: The same, but a dict in Python, in order; a list in documents all the same.
ByKey = Annotated[
    dict[str, T],
    BeforeValidator(_dict),
    PlainSerializer(lambda things: list(things.values())),
    _ListOrMapping(),
]

#: The same for pairs of key and label.
Labelled = Annotated[tuple[T, ...], BeforeValidator(_choices), _ListOrLabels()]


def _condition(value: Any) -> Condition | None:
    if value is None or isinstance(value, Condition):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError(
            "condition", "a condition is text, such as 'credit or hybrid'", {"expected": "text"}
        )
    try:
        return parse_condition(value)
    except ConditionError as error:
        raise PydanticCustomError(
            "condition", "{message}", {"message": str(error), "expected": error.expected}
        ) from None


#: A named predicate, or several joined by and, or, not; None means "always".
When = Annotated[
    Condition | None,
    PlainValidator(_condition),
    PlainSerializer(lambda condition: condition.text if condition else None),
    WithJsonSchema({"type": ["string", "null"], "examples": ["credit", "graduate level"]}),
]
