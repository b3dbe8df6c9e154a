"""Processes: the steps of a decision, each of one kind, in the domain's words.

A kind of step is one model with its own `kind`; a new one is added here, to `Step`, and to the
engine in governance. Steps run in the order in which they stand unless `then` says otherwise.
"""

import re
from collections.abc import Collection, Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, PlainSerializer, Tag, WithJsonSchema
from pydantic import Field as Attr
from pydantic_core import PydanticCustomError

from bitterroot.policy.capacities import CAPACITIES
from bitterroot.policy.models.base import ByKey, Keyed, Part, When
from bitterroot.policy.problems import one_of


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


class Requirement(Part):
    """What must hold before a case may leave a step; `otherwise` tells people what to do."""

    that: When = Attr(default=...)
    when: When = None
    otherwise: str


class BaseStep(Keyed):
    """What every kind of step has. `then` is the next step's key, if not the next in order."""

    title: str
    about: str = ""
    requires: tuple[Requirement, ...] = ()
    then: str | None = None

    def unmet(self, facts: Collection[str]) -> list[Requirement]:
        """The requirements that do not hold, in order."""
        return [
            requirement
            for requirement in self.requires
            if (requirement.when is None or requirement.when.holds(facts))
            and not (requirement.that and requirement.that.holds(facts))
        ]


class FormStep(BaseStep):
    """Someone fills in a form and submits it."""

    kind: Literal["form"]
    form: str
    by: tuple[Who, ...]
    submit_by: Who


class Signer(Part):
    """One who signs: in which capacity, when asked at all, and what the signature covers.

    `covers` is `all` or keys of the form's sections; the signature is void when a material
    field there changes. `due_days` are business days from the request. `by_link` signers need
    no account.
    """

    capacity: Who = Attr(alias="who")
    title: str
    when: When = None
    covers: Literal["all"] | tuple[str, ...] = "all"
    due_days: BusinessDays = Attr(alias="due", ge=1)
    by_link: bool = False


class SignStep(BaseStep):
    """People sign the frozen packet, in order. `on_return` is the step a return goes to."""

    kind: Literal["sign"]
    form: str
    statement: str
    signers: tuple[Signer, ...] = Attr(alias="in order", min_length=1)
    on_return: str

    def signers_for(self, facts: Collection[str]) -> list[Signer]:
        """Who is asked where these facts hold, in order."""
        return [s for s in self.signers if s.when is None or s.when.holds(facts)]


class Outcome(Keyed):
    """One way to decide.

    `effect` names what follows (an upper room gives it meaning); `to` sends the case to another
    step; with neither the case ends. With `conditions`, the decision carries conditions and
    the effect waits until every one is closed. `reason` says that a reason must be given.
    """

    label: str
    sentence: str
    effect: str | None = None
    to: str | None = None
    conditions: bool = False
    reason: bool = False
    when: When = None

    @property
    def ends(self) -> bool:
        """Whether the case is finished by it (once its conditions, if any, are closed)."""
        return self.to is None


class DecideStep(BaseStep):
    """One office decides. `checklist` is what it looks at first."""

    kind: Literal["decide"]
    by: Who
    due_days: BusinessDays = Attr(alias="due", ge=1)
    checklist: tuple[str, ...] = ()
    outcomes: ByKey[Outcome] = Attr(min_length=1)


def _kind(step: Any) -> str | None:
    kind = step.get("kind") if isinstance(step, dict) else getattr(step, "kind", None)
    return f"kind:{kind}" if kind in KINDS else None


KINDS = ("form", "sign", "decide")

Step = Annotated[
    Annotated[FormStep, Tag("kind:form")]
    | Annotated[SignStep, Tag("kind:sign")]
    | Annotated[DecideStep, Tag("kind:decide")],
    Discriminator(
        _kind,
        custom_error_type="step_kind",
        custom_error_message="a step's kind is missing or unknown",
        custom_error_context={"expected": one_of(KINDS)},
    ),
]


class Process(Keyed):
    """How one kind of case is decided."""

    title: str
    about: str
    form: str
    steps: ByKey[Step] = Attr(min_length=1)

    @property
    def start(self) -> str:
        """The key of the first step."""
        return next(iter(self.steps))

    def step(self, key: str) -> Step:
        """The step with that key; KeyError if there is none."""
        return self.steps[key]

    def after(self, key: str) -> str | None:
        """The step that follows by itself, or None for a step that decides or is the last."""
        step = self.steps[key]
        if step.then:
            return step.then
        if isinstance(step, DecideStep):
            return None
        keys = list(self.steps)
        at = keys.index(key) + 1
        return keys[at] if at < len(keys) else None

    def leads_to(self, key: str) -> list[str]:
        """Every step that a case may go to from there, without repeats."""
        step = self.steps[key]
        ways: list[str | None] = [self.after(key)]
        if isinstance(step, SignStep):
            ways.append(step.on_return)
        if isinstance(step, DecideStep):
            ways += [outcome.to for outcome in step.outcomes.values()]
        return list(dict.fromkeys(way for way in ways if way))

    def signers_for(self, step: str, facts: Collection[str]) -> list[Signer]:
        """Who signs at that step where these facts hold, in order; empty for other kinds."""
        chosen = self.steps[step]
        return chosen.signers_for(facts) if isinstance(chosen, SignStep) else []

    def effects(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """Every effect that an outcome names, with the way to it."""
        for step in self.steps.values():
            if isinstance(step, DecideStep):
                for outcome in step.outcomes.values():
                    if outcome.effect:
                        yield ("steps", step.key, "outcomes", outcome.key, "effect"), outcome.effect
