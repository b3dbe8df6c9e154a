"""How a case goes along its process: what is skipped, what stands from before, what opens.

`enter` opens a step; a step whose condition does not hold is passed over, and so is one that was
passed before on content from which nothing material has changed since. What must be decided anew
because of a change falls when the changed version is frozen (`let_fall`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from bitterroot.governance import policies
from bitterroot.governance.domain import steps
from bitterroot.governance.enums import RunState
from bitterroot.governance.models import Case, Snapshot, StepRun
from bitterroot.people.actor import Actor
from bitterroot.policy.models.process import PASSING, AllOfStep, AnyOfStep, InformStep, Step
from bitterroot.record.domain.events import record_event

STANDS = "Stands from before: nothing material has changed since."


def enter(*, by: Actor, case: Case, key: str, fresh: bool) -> str:
    """Open the step at `key`, or the next at which a case with these facts stops; gives its key.

    A `fresh` step is decided anew even where an earlier pass of it stands.
    """
    process = policies.of(case).processes[case.process]
    while True:
        if _stops(by, case, key, process.step(key), fresh=fresh):
            return key
        following = process.after(key)
        if following is None:
            raise RuntimeError(f"no step follows on {key}; the policy's checks let it through")
        key, fresh = following, False


def _stops(by: Actor, case: Case, path: str, step: Step, *, fresh: bool) -> bool:
    """Open or pass over what stands at `path`; whether something there now waits for an act."""
    if not step.applies(case.facts):
        steps.skip(by=by, case=case, path=path, step=step)
        return False
    if isinstance(step, AllOfStep | AnyOfStep):
        return _stops_at_branches(by, case, path, step, fresh=fresh)
    if not fresh and (stands := standing(case, path)):
        if waits_for_conditions(stands):
            return True
        steps.skip(by=by, case=case, path=path, step=step, note=STANDS)
        return False
    run = steps.open_run(by=by, case=case, path=path, step=step)
    if isinstance(step, InformStep):
        record_event(
            by=by,
            stream=steps.stream_of(case),
            verb="body informed",
            about=f"run:{run.pk}",
            data={"body": run.body},
        )
        if not step.acknowledge:
            steps.end_run(by=by, run=run, state=RunState.DONE, outcome="noted")
            return False
    return True


def _stops_at_branches(
    by: Actor, case: Case, key: str, step: AllOfStep | AnyOfStep, *, fresh: bool
) -> bool:
    if not step.branches_for(case.facts):
        steps.skip(by=by, case=case, path=key, step=step, note="No branch is asked for.")
        return False
    parent = steps.open_run(by=by, case=case, path=key, step=step)
    for name, branch in step.branches.items():
        _stops(by, case, f"{key}/{name}", branch, fresh=fresh)
    if passed(case, key, step):
        finish_branches(by=by, parent=parent)
        return False
    return True


def passed(case: Case, key: str, step: AllOfStep | AnyOfStep) -> bool:
    """Whether enough of the branches have passed for the case to go on."""
    asked = [f"{key}/{branch.key}" for branch in step.branches_for(case.facts)]
    done = [
        path for path in asked if (run := standing(case, path)) and not waits_for_conditions(run)
    ]
    return len(done) == len(asked) if isinstance(step, AllOfStep) else bool(done)


def still_possible(case: Case, key: str, step: AllOfStep | AnyOfStep) -> bool:
    """Whether some branch is open yet, or waits for its conditions."""
    asked = [f"{key}/{branch.key}" for branch in step.branches_for(case.facts)]
    waiting = [run for path in asked if (run := standing(case, path))]
    return bool(waiting) or steps.open_runs_of(case).filter(path__in=asked).exists()


def finish_branches(*, by: Actor, parent: StepRun) -> None:
    """End a step with branches that passed; branches still open are void."""
    for run in steps.open_runs_of(parent.case).filter(path__startswith=f"{parent.path}/"):
        steps.end_run(by=by, run=run, state=RunState.VOID, note="Another branch passed first.")
    steps.end_run(by=by, run=parent, state=RunState.DONE, outcome="passed")


def standing(case: Case, path: str) -> StepRun | None:
    """The last run at `path` if it was passed and has not fallen; advice for others is none."""
    last = (
        case.runs.filter(path=path, referred_by=None, state__in=[RunState.DONE, RunState.OPEN])
        .order_by("-n")
        .first()
    )
    return last if last and last.state == RunState.DONE and last.outcome in PASSING else None


def waits_for_conditions(run: StepRun) -> bool:
    """Whether a condition of the decision that ended the run is still open."""
    return (
        run.decisions.filter(conditions__closed_at__isnull=True).exclude(conditions=None).exists()
    )


def passes_against(
    case: Case, values: Mapping[str, Any]
) -> Iterator[tuple[StepRun, frozenset[str]]]:
    """Every pass with the labels of what `values` say materially otherwise than it was passed on.

    No label: it stands.
    """
    policy = policies.of(case)
    form = policy.forms[policy.processes[case.process].form]
    material = form.material_keys()
    runs = case.runs.filter(state=RunState.DONE, outcome__in=PASSING).exclude(snapshot=None)
    runs = runs.exclude(kind__in=["inform", "all of", "any of"]).select_related("snapshot")
    for run in runs.order_by("n"):
        assert run.snapshot is not None
        before = orjson.loads(run.snapshot.content)
        changed = form.changed(before["values"], values) & material
        yield run, frozenset(form.fields[key].label for key in changed)


def let_fall(*, by: Actor, case: Case, snapshot: Snapshot) -> None:
    """What was passed on content that `snapshot` changes materially is void; its makers are told.

    Minor changes let it stand. Decisions themselves stay in the record; only the run falls.
    """
    content = orjson.loads(snapshot.content)
    for run, changed in list(passes_against(case, content["values"])):
        if changed:
            steps.void(by=by, run=run, why=f"Changed since: {', '.join(sorted(changed))}.")
