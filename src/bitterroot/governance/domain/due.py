"""When what is open is due: by the calendar in force, and without the time that its case stood still.

How many business days a step or a signer has is said by the policy that the case began under;
which days count is said by the calendar in force and by the months in which the body meets.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bitterroot.governance import policies
from bitterroot.governance.enums import RunState, SignatureState
from bitterroot.governance.models import Case, SignatureRequest, StepRun
from bitterroot.people.actor import Actor
from bitterroot.policy import step_due
from bitterroot.policy.models.process import SignStep, Step
from bitterroot.policy.models.words import Sits
from bitterroot.record.domain.events import record_event
from bitterroot.record.in_words import day as day_in_words

#: A period that was promised is made longer by a change, never shorter.
PROMISED = ("comment", "no objection")
SIGN_DAYS = 10  # for a signer whom the policy does not name any more


@dataclass(frozen=True, slots=True)
class Moved:
    """Something is due on another day now. `about` names its row; `after` None: not laid down."""

    about: str
    title: str
    what: str
    before: date
    after: date | None

    def row(self) -> dict[str, Any]:
        """As it is kept: days in ISO form."""
        days = {"before": self.before.isoformat()}
        days["after"] = self.after.isoformat() if self.after else ""
        return asdict(self) | days


def run_due(run: StepRun, step: Step) -> date | None:
    """When a run of `step` is due; None where the policy sets no time."""
    days = getattr(step, "due_days", None)
    return _count(run.case, run.opened_at, days, run.body) if days else None


def signature_due(request: SignatureRequest) -> date:
    """When a signature that has been asked for is due. Whoever is asked instead has the same days."""
    since = request.asked_at or request.requested_at
    assert since is not None
    case = request.case
    step = policies.of(case).processes[case.process].step(case.step)
    signers = step.signers if isinstance(step, SignStep) else ()
    named = (s.due_days for s in signers if s.capacity == request.capacity)
    return _count(case, since, next(named, SIGN_DAYS))


def _count(case: Case, since: datetime, days: int, body: str = "") -> date:
    stood = [(_day(h.since), _day(h.until)) for h in case.holds.all() if h.until is not None]
    return step_due(
        policies.current().calendar, _day(since), days, sits=_sits(case, body), stood=stood
    )


def _sits(case: Case, body: str) -> Sits:
    """When the body meets: as the policy in force says, or where it is gone, as it was."""
    known = policies.current().bodies.get(body) or policies.of(case).bodies.get(body)
    return known.sits if known else "always"


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def count_again(*, by: Actor, case: Case) -> list[Moved]:
    """Set the due days of everything open in a case (held by the caller) anew; what moved."""
    moved = [*_runs(case), *_signatures(case)]
    if moved:
        record_event(
            by=by,
            stream=f"case:{case.pk}",
            verb="due days moved",
            about=f"case:{case.pk}",
            data={"moved": [each.row() for each in moved], "text": in_words(moved)},
            tell=False,
        )
    return moved


def in_words(moved: list[Moved]) -> str:
    """“Vote: 2 Feb 2027 → 9 Feb 2027.”"""
    return "; ".join(
        f"{each.what}: {day_in_words(each.before)} → {day_in_words(each.after) if each.after else 'open'}"
        for each in moved
    )


def _runs(case: Case) -> list[Moved]:
    moved = []
    process = policies.of(case).processes[case.process]
    for run in case.runs.filter(state=RunState.OPEN).exclude(due_on=None).order_by("n"):
        run.case = case
        step = process.step(run.path)
        before, after = run.due_on, run_due(run, step)
        if before is None or after is None:
            continue
        if run.kind in PROMISED:
            after = max(before, after)
        if before != after:
            run.due_on = after
            run.save(update_fields=["due_on"])
            moved.append(Moved(f"run:{run.pk}", case.title, step.title, before, after))
            if run.path == case.step:
                case.step_due = after
                case.save(update_fields=["step_due"])
    return moved


def _signatures(case: Case) -> list[Moved]:
    moved = []
    asked = (SignatureState.REQUESTED, SignatureState.VIEWED)
    for request in case.signatures.filter(state__in=asked).exclude(due_on=None):
        request.case = case
        before, after = request.due_on, signature_due(request)
        if before is not None and before != after:
            request.due_on = after
            request.save(update_fields=["due_on"])
            what = f"Signature, {request.capacity_title}"
            moved.append(Moved(f"signature:{request.pk}", case.title, what, before, after))
    return moved
