"""Checks of what comes of a process: no refusal that approves, no approval of which nothing comes."""

from collections.abc import Iterator

from bitterroot.policy.models.policy import Policy
from bitterroot.policy.models.process import Process, way_to
from bitterroot.policy.models.steps import (
    Deciding,
    FormStep,
    Outcome,
    ReviewStep,
    SignStep,
    Step,
)
from bitterroot.policy.problems import one_of
from bitterroot.policy.process_checks import EFFECTS, Finding, Place

#: What may come of a process, by what it begins. A program is offered as a pilot or for good.
FITTING = {
    begins: ("approve pilot", effect) if begins == "program" else (effect,)
    for begins, effect in EFFECTS.items()
}
KNOWN = {effect for effects in FITTING.values() for effect in effects}


def check_outcomes(policy: Policy, process: Process) -> Iterator[Finding]:
    """What would surprise those who decide: effects in the wrong place, ways that go in circles,
    more reviews than members, signatures that cover nothing."""
    root: Place = ("processes", process.key)
    order = list(process.steps)
    for path, step in process.places():
        place = (*root, *way_to(path))
        at = order.index(path.partition("/")[0])
        if step.then in order and order.index(step.then) <= at:
            yield (*place, "then"), f"'{step.then}' is no later step", one_of(order[at + 1 :])
        yield from _form(process, step, place)
        if isinstance(step, SignStep):
            yield from _signers(step, place)
        if isinstance(step, ReviewStep):
            yield from _reviews(policy, step, place)
        if isinstance(step, Deciding):
            for outcome in step.outcomes.values():
                here = (*place, "outcomes", outcome.key)
                yield from _effect(process, outcome, here)
                yield from _onwards(process, path, outcome, here)


def _effect(process: Process, outcome: Outcome, here: Place) -> Iterator[Finding]:
    """An effect comes of an approval, and is one that the process asks for."""
    if outcome.effect is None:
        return
    fitting = FITTING[process.begins]
    if outcome.key in ("decline", "refer", "postpone"):
        message = f"'{outcome.key}' approves nothing, so no effect comes of it"
        yield (*here, "effect"), message, "the effect at an outcome that approves"
    elif outcome.effect in KNOWN and outcome.effect not in fitting:
        message = f"a process that begins a {process.begins} does not come to '{outcome.effect}'"
        yield (*here, "effect"), message, one_of(fitting)


def _onwards(process: Process, path: str, outcome: Outcome, here: Place) -> Iterator[Finding]:
    """What passes goes on to a later step, or ends with an effect. Branches go on with their step."""
    if not outcome.passes or "/" in path:
        return
    order = list(process.steps)
    at = order.index(path)
    if outcome.effect is not None:
        return
    if outcome.to in order and order.index(outcome.to) <= at:
        message = f"'{outcome.key}' goes on, and '{outcome.to}' is no later step"
        yield (*here, "to"), message, one_of(order[at + 1 :])
    elif process.next_of(path, outcome) is None:
        message = "the case ends with it, and nothing comes of that"
        yield here, message, f"'effect: {EFFECTS[process.begins]}', or a step after it"


def _form(process: Process, step: Step, place: Place) -> Iterator[Finding]:
    """One form is written, signed and decided on in a process; whoever submits it also writes it."""
    if isinstance(step, FormStep | SignStep) and step.form != process.form:
        message = f"this process is about the form '{process.form}'"
        yield (*place, "form"), message, f"'{process.form}'"
    if isinstance(step, FormStep) and step.submit_by not in step.by:
        message = f"'{step.submit_by}' submits what they may not write"
        yield (*place, "submit by"), message, one_of(step.by)


def _signers(step: SignStep, place: Place) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for number, signer in enumerate(step.signers):
        asked = (signer.capacity, str(signer.when))
        if asked in seen:
            yield (*place, "in order", number), f"'{signer.capacity}' is asked twice", "one of them"
        seen.add(asked)
        if not signer.covers:
            message = "a signature that covers nothing says nothing"
            yield (*place, "in order", number, "covers"), message, "'all', or sections of the form"


def _reviews(policy: Policy, step: ReviewStep, place: Place) -> Iterator[Finding]:
    """A chair to whom the rule gives no vote reviews as every member does."""
    body = policy.bodies.get(step.body)
    if body is not None and 1 <= body.seats < step.at_least:
        message = f"{body.title} has {body.seats} members who review, not {step.at_least}"
        yield (*place, "at least"), message, f"1 to {body.seats}"
