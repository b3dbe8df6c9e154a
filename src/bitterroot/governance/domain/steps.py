"""Opening and ending runs. `case` and `run` use it; nobody else changes a run's row."""

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from bitterroot.governance.bundles import waits_for
from bitterroot.governance.domain.due import run_due
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
    """The runs of the case that are open, or wait for what it is bound with; oldest first."""
    return case.runs.filter(state__in=[RunState.OPEN, RunState.WAITING]).order_by("n")


def open_run(
    *,
    by: Actor,
    case: Case,
    path: str,
    step: Step,
    body: str = "",
    referred_by: StepRun | None = None,
) -> StepRun:
    """Begin a run of `step` at `path`, on the newest snapshot; its due day comes from the calendar.

    `body` is the one to which the step's own body referred it (`referred_by` is its run). A case
    that is bound with others waits before a decision until they are there; nobody is told before.
    """
    run = StepRun(
        case=case,
        n=case.runs.count() + 1,
        path=path,
        kind=step.kind,
        body=body or getattr(step, "body", None) or "",
        opened_at=clock.now(),
        snapshot=case.snapshots.order_by("-n").first(),
        referred_by=referred_by,
    )
    if others := waits_for(case, path, run.kind):
        run.state = RunState.WAITING
        run.note = waiting_note(others)
        run.save(force_insert=True)
        _note(by, run, "step waits")
        return run
    run.due_on = run_due(run, step)
    run.save(force_insert=True)
    _note(by, run, "step opened", tell=bool(run.body) or run.kind == "comment")
    return run


def open_waiting(*, by: Actor, run: StepRun, step: Step) -> None:
    """Open what waited for others: its time begins now, on the newest snapshot, and it is told."""
    run.state, run.note, run.opened_at = RunState.OPEN, "", clock.now()
    run.snapshot = run.case.snapshots.order_by("-n").first()
    run.due_on = run_due(run, step)
    run.save()
    _note(by, run, "step opened", tell=bool(run.body) or run.kind == "comment")


def let_wait(*, by: Actor, run: StepRun, others: Sequence[Case]) -> None:
    """Let an open run wait for what its case was bound with meanwhile; a body is told."""
    run.state, run.note, run.due_on = RunState.WAITING, waiting_note(others), None
    run.save(update_fields=["state", "note", "due_on"])
    _note(by, run, "step waits again", tell=bool(run.body))


def waiting_note(others: Sequence[Case]) -> str:
    """What a run that waits says of itself."""
    return f"Waits for {', '.join(other.title for other in others)}."


def end_run(*, by: Actor, run: StepRun, state: RunState, outcome: str = "", note: str = "") -> None:
    """End an open run; it takes no further act."""
    run.state, run.outcome, run.note, run.closed_at = state, outcome, note, clock.now()
    run.snapshot = run.case.snapshots.order_by("-n").first()
    run.save()
    _note(by, run, "step ended")
    for follow in followers:
        follow(by, run)


def skip(*, by: Actor, case: Case, path: str, step: Step, note: str = "") -> StepRun:
    """Note that a case passed over a step, because it does not apply or stands from before."""
    now = clock.now()
    run = StepRun.objects.create(
        case=case,
        n=case.runs.count() + 1,
        path=path,
        kind=step.kind,
        body=getattr(step, "body", None) or "",
        state=RunState.SKIPPED,
        opened_at=now,
        closed_at=now,
        note=note or f"Asked only when {step.when}.",
        snapshot=case.snapshots.order_by("-n").first(),
    )
    _note(by, run, "step skipped")
    return run


def void(*, by: Actor, run: StepRun, why: str) -> None:
    """Let a passed run fall: its decision stays in the record but counts no more. It is told."""
    run.state, run.note = RunState.VOID, why
    run.save(update_fields=["state", "note"])
    _note(by, run, "decision fell", tell=True)


def _note(by: Actor, run: StepRun, verb: str, *, tell: bool = False) -> None:
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
        tell=tell,
    )
