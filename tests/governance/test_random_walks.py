"""Random acts, possible and impossible, on random small policies: every case stays sound."""

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
from governance.engine_kit import WORLDS, House, Walk, use

DOCUMENT = load_policy("montana").document()
BODIES = ("ascrc", "graduate-council", "faculty-senate")
WHENS = (None, None, "credit-bearing", "graduate level", "not partnered")
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


@st.composite
def small_processes(draw: st.DrawFn) -> dict[str, Any]:
    """A process `random` of three to six steps, as a file would say it."""
    form = "pilot-proposal"
    steps: dict[str, Any] = {
        "draft": {"kind": "form", "title": "D", "form": form, "by": ["lead"], "submit by": "lead"}
    }
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
            last[word]["effect"] = "approve pilot"
    office = {"kind": "decide", "title": "O", "by": "program office", "due": "5 business days"}
    steps["office"] = office | {"outcomes": last}
    return {
        "key": "random", "title": "R", "about": "A", "form": form,
        "override by": "program office", "steps": steps,
    }  # fmt: skip


def with_process(process: dict[str, Any]) -> Policy:
    """The reference institution with one more process, which its checks find in order."""
    policy = Policy.from_document({**DOCUMENT, "processes": [*DOCUMENT["processes"], process]})
    assert list(cross_check(policy)) == []
    return policy


def forbidden(walk: Walk, pick: int) -> None:
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


def possible(walk: Walk, pick: int) -> None:
    """One of the acts that are possible now."""
    runs = walk.runs
    if not runs:
        walk.close_conditions()
        return
    run = runs[pick % len(runs)]
    if run.kind == "form":
        passed = set(_passed(walk))
        changes = ({}, {"title": f"Maps {pick}"}, {"acronym": f"M{pick}"})[pick % 3]
        walk.edit(**changes)
        walk.submit()
        fell = passed - set(_passed(walk))
        first = walk.case.snapshots.count() == 1
        assert first or bool(fell) <= ("title" in changes)
        if "title" in changes:
            assert not passed & set(_passed(walk))
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


def _passed(walk: Walk) -> list[object]:
    """Runs that count as passed by those who decided."""
    runs = walk.case.runs.filter(state=RunState.DONE, outcome__in=PASSING)
    return list(runs.exclude(kind__in=["inform", "all of", "any of"]).values_list("pk", flat=True))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    process=small_processes(),
    world=st.sampled_from(WORLDS),
    picks=st.lists(st.integers(0, 10_000), min_size=5, max_size=18),
)
def test_a_case_stays_sound_whatever_is_tried(
    walkers: House, process: dict[str, Any], world: tuple[str, ...], picks: list[int]
) -> None:
    policy = with_process(process)
    with pytest.MonkeyPatch.context() as patch:
        use(patch, policy)
        walk = Walk(walkers, policy, "random", world)
        for pick in picks:
            forbidden(walk, pick)
            walk.check()
            if walk.case.state == CaseState.CLOSED:
                break
            possible(walk, pick)
            walk.check()
        walk.finish(most=80)
