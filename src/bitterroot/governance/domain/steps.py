"""Opening and ending runs. `case` and `run` use it; nobody else changes a run's row."""

from collections.abc import Callable

from django.db.models import QuerySet

from bitterroot.governance import policies
from bitterroot.governance.enums import RunState
from bitterroot.governance.models import Case, StepRun
from bitterroot.people.actor import Actor
from bitterroot.policy.models.process import Step
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

#: Called with the actor and the run when one has ended; bodies clear their agendas and ballots.
followers: list[Callable[[Actor, StepRun], None]] = []


def stream_of(case: Case) -> str:
    """The name of the case's chain in the record."""
    return f"case:{case.pk}"


def open_runs_of(case: Case) -> QuerySet[StepRun]:
    """The runs of the case that are open, oldest first."""
    return case.runs.filter(state=RunState.OPEN)


def open_run(
    *, by: Actor, case: Case, path: str, step: Step, referred_by: StepRun | None = None
) -> StepRun:
    """Begin a run of `step` at `path`, on the newest snapshot; its due day comes from the calendar."""
    policy = policies.of(case)
    days = getattr(step, "due_days", None)
    today = clock.today()
    run = StepRun.objects.create(
        case=case,
        path=path,
        kind=step.kind,
        body=getattr(step, "body", None) or "",
        opened_at=clock.now(),
        due_on=policy.calendar.add_business_days(today, days) if days else None,
        snapshot=case.snapshots.order_by("-n").first(),
        referred_by=referred_by,
    )
    _note(by, run, "step opened")
    return run


def end_run(*, by: Actor, run: StepRun, state: RunState, outcome: str = "", note: str = "") -> None:
    """End an open run; it takes no further act."""
    run.state, run.outcome, run.note, run.closed_at = state, outcome, note, clock.now()
    run.snapshot = run.case.snapshots.order_by("-n").first()
    run.save()
    _note(by, run, "step ended")
    for follow in followers:
        follow(by, run)


def _note(by: Actor, run: StepRun, verb: str) -> None:
    record_event(
        by=by,
        stream=stream_of(run.case),
        verb=verb,
        about=f"run:{run.pk}",
        data={
            "path": run.path,
            "kind": run.kind,
            "body": run.body,
            "state": run.state,
            "outcome": run.outcome,
            "note": run.note,
        },
        tell=False,
    )
