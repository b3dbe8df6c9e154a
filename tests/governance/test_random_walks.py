"""Random acts, possible and impossible, on random small policies: every case stays sound.

It walks for as many seconds as WALK_SECONDS says; twenty where nothing is said.
"""

import os
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitterroot.governance.domain import acts
from bitterroot.governance.domain.run import conclude, step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.people.actor import person
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.policy import Policy, load_policy
from bitterroot.policy.checks import cross_check
from bitterroot.policy.models.process import PASSING
from governance.engine_kit import WORLDS, House, use
from governance.signing_kit import SigningWalk

SECONDS = int(os.environ.get("WALK_SECONDS", "20"))
DOCUMENT = load_policy("montana").document()
BODIES = ("ascrc", "graduate-council", "faculty-senate")
WHENS = (None, None, "credit-bearing", "graduate level", "not partnered")
SECTIONS = ("identity", "purpose", "money", "outcomes", "badge")
SIGNERS = ("supervisor of lead", "head of owner unit", "dean of owner unit")
#: What an author may change on the way: nothing, what is not material, what one section covers.
CHANGES = ({}, {"acronym": "M"}, {"title": "Maps"}, {"retake_policy": "Once"}, {"resources": "A"})
WORDS = ("approve", "approve with conditions", "return", "refer", "postpone", "decline")


def outcomes(draw: st.DrawFn, earlier: list[str], body: str | None, branch: bool) -> dict[str, Any]:
    """Outcomes of a vote or an office: approve, and some of the others."""
    said: dict[str, Any] = {"label": "L", "sentence": "S."}
    chosen = {"approve", *draw(st.sets(st.sampled_from(WORDS), max_size=4))}
    found: dict[str, Any] = {word: dict(said) for word in WORDS if word in chosen}
    if "approve with conditions" in found:
        found["approve with conditions"]["conditions"] = True
    if "return" in found:
        found["return"] |= {"to": draw(st.sampled_from(earlier)), "or to": [earlier[0]]}
    if body is None:
        found.pop("refer", None)
    elif "refer" in found:
        found["refer"]["bodies"] = [each for each in BODIES if each != body]
    return found


def simple(draw: st.DrawFn, earlier: list[str], branch: bool) -> dict[str, Any]:
    """One step that is no form, no signature and has no branches."""
    kind = draw(
        st.sampled_from(("vote", "vote", "decide", "inform", "comment", "record", "no objection"))
    )
    step: dict[str, Any] = {"kind": kind, "title": kind, "when": draw(st.sampled_from(WHENS))}
    body = draw(st.sampled_from(BODIES))
    if kind == "vote":
        return step | {"body": body, "outcomes": outcomes(draw, earlier, body, branch)}
    if kind == "decide":
        office = {"by": "provost", "due": "5 business days"}
        return step | office | {"outcomes": outcomes(draw, earlier, None, branch)}
    if kind == "inform":
        return step | {"body": body, "acknowledge": draw(st.booleans())}
    if kind == "comment":
        return step | {"audience": "campus", "days": "5 business days"}
    if kind == "record":
        return step | {"by": "program office", "fact": "It is so."}
    said = {"label": "L", "sentence": "S."}
    objected = said | {"to": draw(st.sampled_from(earlier))}
    ways = {"passed": said, "objected": objected}
    return step | {"body": body, "days": "5 business days", "outcomes": ways}


def signatures(draw: st.DrawFn) -> dict[str, Any]:
    """One to three people sign in order; the first always, each all of it or some sections."""
    covers = st.one_of(
        st.just("all"), st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=3, unique=True)
    )
    asked = [
        {
            "who": who, "title": who, "due": "5 business days", "covers": draw(covers),
            "when": draw(st.sampled_from(WHENS)) if n else None,
        }
        for n, who in enumerate(draw(st.permutations(SIGNERS))[: draw(st.integers(1, 3))])
    ]  # fmt: skip
    return {
        "kind": "sign", "title": "S", "form": "pilot-proposal", "statement": "signature",
        "in order": asked, "on return": "draft",
    }  # fmt: skip


@st.composite
def small_processes(draw: st.DrawFn) -> dict[str, Any]:
    """A process `random` of two to seven steps, as a file would say it."""
    form = "pilot-proposal"
    steps: dict[str, Any] = {
        "draft": {"kind": "form", "title": "D", "form": form, "by": ["lead"], "submit by": "lead"}
    }
    if draw(st.booleans()):
        steps["signatures"] = signatures(draw)
    for n in range(draw(st.integers(1, 4))):
        earlier = list(steps)
        if draw(st.integers(0, 2)) == 0:
            branches = {
                f"b{b}": simple(draw, earlier, True) for b in range(draw(st.integers(2, 3)))
            }
            kind = draw(st.sampled_from(("all of", "any of")))
            steps[f"s{n}"] = {"kind": kind, "title": kind, "branches": branches}
        else:
            steps[f"s{n}"] = simple(draw, earlier, False)
    last = outcomes(draw, list(steps), None, False)
    for word in ("approve", "approve with conditions"):
        if word in last:
            last[word]["effect"] = "end program"
    office = {"kind": "decide", "title": "O", "by": "program office", "due": "5 business days"}
    steps["office"] = office | {"outcomes": last}
    return {
        "key": "random", "title": "R", "about": "A", "form": form,
        "override by": "program office", "steps": steps,
    }  # fmt: skip


def with_process(process: dict[str, Any]) -> Policy:
    """The reference institution with this process for endings, which its checks find in order."""
    others = [each for each in DOCUMENT["processes"] if each["begins"] != "termination"]
    process = process | {"begins": "termination"}
    policy = Policy.from_document({**DOCUMENT, "processes": [*others, process]})
    assert list(cross_check(policy)) == []
    return policy


def forbidden(walk: SigningWalk, pick: int) -> None:
    """Something that must be refused and change nothing."""
    run = walk.case.runs.order_by("n")[pick % walk.case.runs.count()]
    before = (walk.case.runs.count(), walk.case.decisions.count(), walk.case.step)
    words = {"outcome": "approve", "body_name": "X", "capacity": "x"}
    with pytest.raises((NotPossible, Refused)):
        match pick % 4:
            case 0:  # the author decides
                conclude(by=person(walk.house.author), run=run, **words)
            case 1:  # a word that no step knows
                conclude(by=person(walk.house.member), run=run, **words | {"outcome": "shrug"})
            case 2:  # a stranger takes the office's place
                acts.override(
                    by=person(walk.house.member), run=run, outcome="approve", reason="I can."
                )
            case _:  # what is over is decided once more
                over = walk.case.runs.exclude(state=RunState.OPEN).first() or run
                conclude(by=person(walk.house.author), run=over, **words)
    walk.case.refresh_from_db()
    assert (walk.case.runs.count(), walk.case.decisions.count(), walk.case.step) == before


def possible(walk: SigningWalk, pick: int) -> None:
    """One of the acts that are possible now."""
    runs = walk.runs
    if not runs:
        walk.close_conditions()
        return
    run = runs[pick % len(runs)]
    if run.kind == "form":
        passed = set(_passed(walk))
        changes = {key: f"{said} {pick}" for key, said in CHANGES[pick % len(CHANGES)].items()}
        walk.edit(**changes)
        walk.submit()
        stand = passed & set(_passed(walk))
        if walk.case.snapshots.count() > 1:
            assert stand == (set() if changes.keys() - {"acronym"} else passed)
        return
    if run.kind == "sign":
        walk.at_signatures(pick)
        return
    words = list(getattr(step_of(run), "outcomes", {}))
    word = words[pick % len(words)]
    if run.kind == "vote" and pick % 7 == 0 and word not in ("refer", "return"):
        terms = [("Say who pays.", None)] if "conditions" in word else []
        acts.override(
            by=person(walk.house.officer), run=run, outcome=word, reason="Why.", conditions=terms
        )
        return
    choice = step_of(run).outcomes[word]  # type: ignore[union-attr]
    targets = [*choice.ways, *(body for body in choice.bodies if body != run.body)]
    if word == "refer" and not targets:
        return
    walk.conclude(run, word, targets[pick % len(targets)] if targets else None)


def _passed(walk: SigningWalk) -> list[object]:
    """Runs that count as passed by those who decided."""
    runs = walk.case.runs.filter(state=RunState.DONE, outcome__in=PASSING)
    return list(runs.exclude(kind__in=["inform", "all of", "any of"]).values_list("pk", flat=True))


class Budget:
    """How long the walks may take together. A walk that failed is repeated whatever it takes."""

    def __init__(self) -> None:
        self.ends = time.monotonic() + SECONDS
        self.failed = False

    @property
    def is_spent(self) -> bool:
        return not self.failed and time.monotonic() > self.ends


@pytest.fixture
def budget() -> Budget:
    return Budget()


@settings(
    max_examples=5 * SECONDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    process=small_processes(),
    world=st.sampled_from(WORLDS),
    picks=st.lists(st.integers(0, 10_000), min_size=5, max_size=18),
)
def test_a_case_stays_sound_whatever_is_tried(
    walkers: House,
    budget: Budget,
    process: dict[str, Any],
    world: tuple[str, ...],
    picks: list[int],
) -> None:
    if budget.is_spent:
        return
    budget.failed = True
    walk_at_random(walkers, with_process(process), world, picks)
    budget.failed = False


def walk_at_random(house: House, policy: Policy, world: tuple[str, ...], picks: list[int]) -> None:
    """Try something forbidden, then do something possible, for each number; then pass it all."""
    with pytest.MonkeyPatch.context() as patch:
        use(patch, policy)
        walk = SigningWalk(house, policy, "random", world)
        for pick in picks:
            forbidden(walk, pick)
            walk.forbidden_signatures(pick)
            walk.check()
            if walk.case.state == CaseState.CLOSED:
                break
            possible(walk, pick)
            walk.check()
        walk.finish(most=80)
