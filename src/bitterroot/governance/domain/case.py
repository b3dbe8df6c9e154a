"""Cases: opened on a process, moved from step to step. Nothing else changes a case's step."""

from datetime import date

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain import steps, way
from bitterroot.governance.domain.due import count_again
from bitterroot.governance.domain.steps import stream_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Case, Hold, Snapshot
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.policy.models.process import PASSING
from bitterroot.record import clock
from bitterroot.record.canonical import canonical, digest
from bitterroot.record.domain.events import record_event


@transaction.atomic
def open_case(*, by: Actor, process: str, subject: str, title: str) -> Case:
    """Begin a case under the policy now in force. The caller's rule said who may."""
    policy = policies.adopt()
    now = clock.now()
    chosen = policies.current().processes[process]
    case = Case.objects.create(
        process=process,
        policy=policy,
        subject=subject,
        title=title,
        step=chosen.start,
        step_since=now,
        opened_at=now,
    )
    record_event(
        by=by,
        stream=stream_of(case),
        verb="case opened",
        about=stream_of(case),
        data={"process": process, "policy": policy.sha256},
        tell=False,
    )
    steps.open_run(by=by, case=case, path=chosen.start, step=chosen.step(chosen.start))
    return case


def lock(case: Case) -> Case:
    """The case's row as it stands now, held until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def move(*, by: Actor, case: Case, step: str) -> None:
    """Send the case to `step`, or on the way there to the next one at which it stops.

    Forward, steps that do not apply or that stand from before are passed over; going back, the
    step is taken anew and what is open is void.
    """
    order = list(policies.of(case).processes[case.process].steps)
    back = order.index(step) <= order.index(case.step)
    for run in steps.open_runs_of(case):
        state, note = (RunState.VOID, "The case went back.") if back else (RunState.DONE, "")
        steps.end_run(by=by, run=run, state=state, note=note)
    case.step = way.enter(by=by, case=case, key=step, fresh=back)
    run = case.runs.filter(path=case.step).order_by("-n")[0]
    case.step_since, case.step_due = run.opened_at, run.due_on
    case.save(update_fields=["step", "step_since", "step_due"])
    record_event(
        by=by,
        stream=stream_of(case),
        verb="case moved",
        about=stream_of(case),
        data={"step": case.step},
        tell=False,
    )


def take_process(*, by: Actor, case: Case, process: str) -> None:
    """Let a case of which nothing is frozen yet begin anew on another process of its policy.

    The caller's rule said who may.
    """
    if case.snapshots.exists():
        raise NotPossible("It goes its way already.")
    take_road(by=by, case=case, process=process)


def take_road(*, by: Actor, case: Case, process: str) -> None:
    """Let a case that is being written go by another process of its policy, from that one's start.

    What was passed on the other way falls; its makers are told. Signatures stand where the new
    process asks for them too and nothing that they cover has changed.
    """
    chosen = policies.of(case).processes[process]
    why = f"It goes another way now: {chosen.title}."
    for run in steps.open_runs_of(case):
        steps.end_run(by=by, run=run, state=RunState.VOID, note=why)
    for run in case.runs.filter(state=RunState.DONE, outcome__in=PASSING):
        steps.void(by=by, run=run, why=why)
    before, case.process, case.step = case.process, process, chosen.start
    run = steps.open_run(by=by, case=case, path=chosen.start, step=chosen.step(chosen.start))
    case.step_since, case.step_due = run.opened_at, run.due_on
    case.save(update_fields=["process", "step", "step_since", "step_due"])
    record_event(
        by=by,
        stream=stream_of(case),
        verb="case took another way",
        about=stream_of(case),
        data={"from": before, "to": process},
        tell=False,
    )


def close(*, by: Actor, case: Case) -> None:
    """End the case; what is open is void and it takes no further acts."""
    case.holds.filter(until=None).update(until=clock.now())
    for run in steps.open_runs_of(case):
        steps.end_run(by=by, run=run, state=RunState.VOID, note="The case ended.")
    case.state, case.closed_at, case.step_due = CaseState.CLOSED, clock.now(), None
    case.save(update_fields=["state", "closed_at", "step_due"])
    record_event(
        by=by, stream=stream_of(case), verb="case closed", about=stream_of(case), tell=False
    )


def hold(*, by: Actor, case: Case, review_on: date | None = None) -> None:
    """Stop the clock of a case; nobody acts on it meanwhile. The caller's rule said who may.

    On `review_on` the program office is reminded to look at it again.
    """
    case.state = CaseState.ON_HOLD
    case.save(update_fields=["state"])
    Hold.objects.create(case=case, since=clock.now(), review_on=review_on)


def release(*, by: Actor, case: Case) -> None:
    """Let the clock of a case go on: what is open is due later by the days that it stood."""
    case.state = CaseState.OPEN
    case.save(update_fields=["state"])
    case.holds.filter(until=None).update(until=clock.now())
    count_again(by=by, case=case)


def freeze(*, by: Actor, case: Case, content: dict[str, object], person: Person) -> Snapshot:
    """Keep `content` as the next version of the case, unless it equals the last one.

    Steps that were passed on content that this version changes materially fall.
    """
    sha256 = digest(content)
    last = case.snapshots.order_by("-n").first()
    if last is not None and last.sha256 == sha256:
        return last
    snapshot = Snapshot.objects.create(
        case=case,
        n=last.n + 1 if last else 1,
        content=canonical(content).decode(),
        sha256=sha256,
        created_by=person,
        created_at=clock.now(),
    )
    record_event(
        by=by,
        stream=stream_of(case),
        verb="snapshot frozen",
        about=f"snapshot:{snapshot.pk}",
        seal=sha256,
        data={"n": snapshot.n, "sha256": sha256},
        tell=False,
    )
    way.let_fall(by=by, case=case, snapshot=snapshot)
    return snapshot
