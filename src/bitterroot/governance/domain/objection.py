"""No-objection periods: one objection with a reason ends it, else it passes by itself."""

from django.db import transaction

from bitterroot.governance.body_rules import may_object
from bitterroot.governance.body_seals import objection_seal
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.run import conclude, office_name
from bitterroot.governance.enums import RunState
from bitterroot.governance.models import Decision, Objection, StepRun
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

KIND = "no objection"


@transaction.atomic
def raise_objection(*, by: Actor, run: StepRun, reason: str) -> Decision:
    """Object to a matter within its period. It then goes where the policy sends what is objected to."""
    run = _held(run)
    answer = may_object(by, run).require()
    if run.due_on is not None and clock.today() > run.due_on:
        raise NotPossible("The period is over.")
    if not reason.strip():
        raise NotPossible("Say why you object.", [("reason", "Write a reason.")])
    assert by.person is not None
    objection = Objection.objects.create(
        run=run, person=by.person, reason=reason.strip(), at=clock.now()
    )
    record_event(
        by=by,
        stream=cases.stream_of(run.case),
        verb="objection raised",
        about=f"objection:{objection.pk}",
        capacity=answer.capacity,
        seal=objection_seal(objection),
        data={"body": run.body, "reason": objection.reason},
    )
    return conclude(
        by=by,
        run=run,
        outcome="objected",
        reason=objection.reason,
        body_name=office_name(run),
        capacity=answer.capacity,
    )


@transaction.atomic
def end_no_objection(*, by: Actor, run: StepRun) -> Decision:
    """Let a matter pass whose period is over and to which nobody objected. The system does this."""
    run = _held(run)
    if by.person is not None:
        raise Refused("The period ends by itself.")
    if run.due_on is None or clock.today() <= run.due_on:
        raise NotPossible("The period is not over.")
    return conclude(
        by=by,
        run=run,
        outcome="passed",
        body_name=office_name(run),
        capacity="end of the period",
    )


def _held(run: StepRun) -> StepRun:
    case = cases.lock(run.case)
    run = StepRun.objects.get(pk=run.pk)
    run.case = case
    if run.kind != KIND or run.state != RunState.OPEN:
        raise NotPossible("No such period is running.")
    return run
