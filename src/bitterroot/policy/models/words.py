"""Words that a process and a body share: amounts of business days, capacities, majorities, months."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bitterroot.policy.capacities import CAPACITIES
from bitterroot.policy.problems import one_of

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
QUORUMS = ("half", "majority", "two thirds")

#: How heavy a change of a program is.
ChangeClass = Literal["editorial", "minor", "major"]
#: The classes of a change from the lightest to the heaviest.
CLASSES: tuple[ChangeClass, ...] = ("editorial", "minor", "major")

#: How many of the votes carry a motion; `governance.counting` gives the words their numbers.
Passes = Literal["simple majority", "absolute majority", "two thirds"]


def _business_days(value: Any) -> Any:
    if isinstance(value, str):
        found = re.fullmatch(r"(\d{1,3}) business days?( each)?", value.strip())
        if not found:
            raise PydanticCustomError(
                "due",
                "'{value}' is no due time",
                {"value": value, "expected": "'10 business days'"},
            )
        return int(found[1])
    return value


#: An amount of business days, written `10 business days`.
BusinessDays = Annotated[
    int,
    BeforeValidator(_business_days),
    PlainSerializer(lambda days: f"{days} business days"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3} business days?( each)?$"}),
]
#: The same, where nothing may be said.
MaybeBusinessDays = Annotated[
    int | None,
    BeforeValidator(_business_days),
    PlainSerializer(lambda days: None if days is None else f"{days} business days"),
    WithJsonSchema({"type": ["string", "null"], "pattern": r"^\d{1,3} business days?$"}),
]


def _capacity(name: Any) -> Any:
    if isinstance(name, str) and name not in CAPACITIES:
        raise PydanticCustomError(
            "capacity",
            "unknown capacity '{name}'",
            {"name": name, "expected": one_of(sorted(CAPACITIES), name)},
        )
    return name


#: The name of a capacity; see `capacities.py` for all of them.
Who = Annotated[str, BeforeValidator(_capacity)]


def _quorum(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if value not in QUORUMS:
        raise PydanticCustomError(
            "quorum",
            "'{value}' is no quorum",
            {"value": str(value), "expected": f"a number of members, or {one_of(QUORUMS)}"},
        )
    return value


_QUORUM_SCHEMA = [{"type": "integer", "minimum": 1}, {"enum": list(QUORUMS)}]
#: How many members must be there: a share of those who may vote, or a number.
Quorum = Annotated[str | int, PlainValidator(_quorum), WithJsonSchema({"anyOf": _QUORUM_SCHEMA})]
MaybeQuorum = Annotated[
    str | int | None,
    PlainValidator(lambda value: None if value is None else _quorum(value)),
    WithJsonSchema({"anyOf": [*_QUORUM_SCHEMA, {"type": "null"}]}),
]


def _months(value: Any) -> Any:
    if value == "always":
        return value
    if not isinstance(value, list | tuple):
        raise PydanticCustomError(
            "months",
            "'{value}' does not fit here",
            {"value": str(value), "expected": "'always' or a list of months"},
        )
    for name in value:
        if name not in MONTHS:
            raise PydanticCustomError(
                "month",
                "unknown month '{name}'",
                {"name": str(name), "expected": one_of(MONTHS, str(name))},
            )
    return tuple(value)


#: `always`, or the names of the months in which a body meets.
Sits = Annotated[
    str | tuple[str, ...],
    PlainValidator(_months),
    PlainSerializer(lambda sits: sits if isinstance(sits, str) else list(sits)),
    WithJsonSchema(
        {"anyOf": [{"const": "always"}, {"type": "array", "items": {"enum": list(MONTHS)}}]}
    ),
]
