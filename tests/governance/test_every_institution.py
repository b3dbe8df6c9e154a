"""Every process of every institution that ships: each outcome of each step is taken once."""

import pytest

from bitterroot.governance import effects
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Decision
from bitterroot.governance.queries import approval_chain, track
from bitterroot.policy import Policy, load_policy
from bitterroot.policy.loading import INSTITUTIONS
from bitterroot.policy.models.process import PASSING, Deciding, Process
from governance.engine_kit import WORLDS, House, Walk, use

SHIPPED = sorted(folder.name for folder in INSTITUTIONS.iterdir() if folder.is_dir())
PROCESSES = [(name, key) for name in SHIPPED for key in load_policy(name).processes]


def ways(policy: Policy, process: Process) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    """Each place with each outcome and each target that it may have, and facts under which it is reached."""
    found = []
    for path, step in process.places():
        if not isinstance(step, Deciding):
            continue
        key = path.partition("/")[0]
        world = next(w for w in WORLDS if step.applies(w) and process.steps[key].applies(w))
        for word, outcome in step.outcomes.items():
            targets: list[str | None] = [*outcome.ways, *outcome.bodies] or [None]
            found += [(path, word, to, world) for to in targets]
    return found


def reach(walk: Walk, path: str) -> None:
    """Go on until the place is open; a step that is only objected to is reached by objecting."""
    for _ in range(30):
        if any(run.path == path for run in walk.runs):
            return
        objecting = next((run for run in walk.runs if run.kind == "no objection"), None)
        if objecting is not None:
            walk.conclude(objecting, "objected")
            walk.check()
        else:
            assert walk.go_on(), f"{path} is never reached"


def test_the_institutions_name_only_effects_that_are_offered() -> None:
    for name in SHIPPED:
        load_policy(name, effects=effects.names())


@pytest.mark.parametrize(("name", "key"), PROCESSES)
def test_every_outcome_leads_to_an_end(
    name: str, key: str, walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy(name)
    use(monkeypatch, policy)
    process = policy.processes[key]
    for path, word, to, world in ways(policy, process):
        walk = Walk(walkers, policy, key, world)
        before = len(walkers.applied)
        if policy.processes[key].step(path).kind == "inform":
            walk.finish()  # told at once: nothing waits there
        else:
            reach(walk, path)
            run = next(run for run in walk.runs if run.path == path)
            walk.conclude(run, word, to)
            walk.check()
            run.refresh_from_db()
            assert (run.state, run.outcome) == (RunState.DONE, word)
            walk.finish()
        walk.case.refresh_from_db()
        assert walk.case.state == CaseState.CLOSED
        shown = {step.key: step.state for step in track(walk.case)}
        assert "now" not in shown.values()
        applied = [effect for effect, _ in walkers.applied[before:]]
        wanted = {effect for _, effect in process.effects()}
        if word == "decline":
            assert applied == []
        elif wanted and word in PASSING:
            assert len(applied) == 1
            assert applied[0] in wanted


def test_who_reads_of_an_approval_reads_of_the_provost_before_the_report(
    walkers: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("lakeland-state")
    use(monkeypatch, policy)
    walk = Walk(walkers, policy, "proposal", WORLDS[0])
    while walk.case.state == CaseState.OPEN:
        walk.go_on()
    chain = approval_chain(Decision.objects.get(step="system"))
    assert (chain["body"], chain["outcome"]) == ("Office of the Vice Provost", "Confirmed")
    assert [(each["body"], each["outcome"], each["vote"]) for each in chain["bodies"]] == [
        ("Undergraduate Curriculum Committee", "Approved", "No vote was needed"),
        ("Provost", "Approved", "An office decides"),
    ]
