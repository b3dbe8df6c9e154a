"""Processes: the steps of a decision, in the domain's words. The kinds of step are in `steps.py`."""

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from pydantic import Field as Attr
from pydantic import model_validator

from bitterroot.policy.models.base import ByKey, Keyed
from bitterroot.policy.models.steps import (
    KINDS,
    PASSING,
    WORDS,
    AllOfStep,
    AnyOfStep,
    Branch,
    CommentStep,
    DecideStep,
    Deciding,
    FormStep,
    InformStep,
    NoObjectionStep,
    Outcome,
    RecordStep,
    Requirement,
    ReviewStep,
    Signer,
    SignStep,
    Step,
    VoteStep,
)
from bitterroot.policy.models.words import CLASSES, BusinessDays, ChangeClass, Who

__all__ = [
    "CLASSES",
    "KINDS",
    "PASSING",
    "WORDS",
    "AllOfStep",
    "AnyOfStep",
    "Begins",
    "Branch",
    "BusinessDays",
    "ChangeClass",
    "CommentStep",
    "DecideStep",
    "Deciding",
    "FormStep",
    "InformStep",
    "NoObjectionStep",
    "Outcome",
    "Process",
    "RecordStep",
    "Requirement",
    "ReviewStep",
    "SignStep",
    "Signer",
    "Step",
    "VoteStep",
    "Who",
]


#: What a process asks for: a new program, to establish a pilot, a change of a program, its end.
Begins = Literal["program", "full proposal", "change", "termination"]


class Process(Keyed):
    """How one kind of case is decided.

    `begins` says what it asks for. One that begins a program or a change may be for one `track`
    of the taxonomy; one without is for every track that has none of its own. One that begins a
    change is for the `change` of one class. `agreement` is the form of the memorandum of
    understanding, where one is asked for. `override_by` is the office that may end a step
    in another's place, for a reason that is recorded and told; where nothing is said nobody may.
    """

    title: str
    about: str
    form: str
    begins: Begins = "program"
    track: str | None = None
    change: ChangeClass | None = None
    agreement: str = "mou"
    override_by: Who | None = None
    steps: ByKey[Step] = Attr(min_length=1)

    @model_validator(mode="after")
    def _fits_what_it_begins(self) -> "Process":
        if self.track is not None and self.begins not in ("program", "change"):
            raise ValueError("only a process that begins a program or a change has a 'track'")
        if self.change is not None and self.begins != "change":
            raise ValueError("only a process that begins a change has a class in 'change'")
        if self.change is None and self.begins == "change":
            raise ValueError(f"a change has a class: 'change' with one of {', '.join(CLASSES)}")
        return self

    @property
    def start(self) -> str:
        """The key of the first step."""
        return next(iter(self.steps))

    def step(self, path: str) -> Step:
        """The step with that key, or the branch at "step/branch"; KeyError if there is none."""
        key, _, branch = path.partition("/")
        step = self.steps[key]
        if not branch:
            return step
        if not isinstance(step, AllOfStep | AnyOfStep):
            raise KeyError(path)
        return step.branches[branch]

    def places(self) -> Iterator[tuple[str, Step]]:
        """Every step and branch with its path, in order."""
        for key, step in self.steps.items():
            yield key, step
            if isinstance(step, AllOfStep | AnyOfStep):
                for name, branch in step.branches.items():
                    yield f"{key}/{name}", branch

    def after(self, key: str) -> str | None:
        """The step that follows on a step that was passed or skipped; None after the last."""
        step = self.steps[key]
        if step.then:
            return step.then
        keys = list(self.steps)
        at = keys.index(key) + 1
        return keys[at] if at < len(keys) else None

    def next_of(self, path: str, outcome: Outcome) -> str | None:
        """Where a case goes with that outcome by itself; None where it ends or stays."""
        if outcome.to:
            return outcome.to
        if not outcome.passes or outcome.effect:
            return None
        return self.after(path.partition("/")[0])

    def ends_with(self, outcome: Outcome, facts: Collection[str]) -> bool:
        """Whether a case with these facts ends with the outcome's effect, rather than go on first."""
        waits = outcome.to is not None and self.steps[outcome.to].applies(facts)
        return outcome.effect is not None and not waits

    def leads_to(self, key: str) -> list[str]:
        """Every step that a case may go to from there, without repeats."""
        step = self.steps[key]
        ways: list[str | None] = []
        if step.when is not None or not isinstance(step, Deciding):
            ways.append(self.after(key))
        if isinstance(step, SignStep):
            ways.append(step.on_return)
        for path, each in self.places():
            if path.partition("/")[0] == key and isinstance(each, Deciding):
                for outcome in each.outcomes.values():
                    ways += [self.next_of(path, outcome), *outcome.ways]
        return list(dict.fromkeys(way for way in ways if way))

    def ends_at(self, key: str) -> bool:
        """Whether a case can end at that step."""
        return any(
            (outcome.key == "decline" and not outcome.to)
            or (outcome.passes and (outcome.effect or self.next_of(path, outcome) is None))
            for path, each in self.places()
            if path.partition("/")[0] == key and isinstance(each, Deciding)
            for outcome in each.outcomes.values()
        )

    def signers_for(self, step: str, facts: Collection[str]) -> list[Signer]:
        """Who signs at that step where these facts hold, in order; empty for other kinds."""
        chosen = self.steps[step]
        return chosen.signers_for(facts) if isinstance(chosen, SignStep) else []

    def effects(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """Every effect that an outcome names, with the way to it."""
        for path, step in self.places():
            if isinstance(step, Deciding):
                for outcome in step.outcomes.values():
                    if outcome.effect:
                        yield (*way_to(path), "outcomes", outcome.key, "effect"), outcome.effect


def way_to(path: str) -> tuple[str, ...]:
    """Where in a process's file the step or branch at `path` stands."""
    key, _, branch = path.partition("/")
    return ("steps", key, "branches", branch) if branch else ("steps", key)
