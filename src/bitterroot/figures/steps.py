"""How long each step takes, against what the policy asks for, and where things wait longest."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bitterroot.figures.period import Period
from bitterroot.figures.scope import Scope
from bitterroot.governance import policies
from bitterroot.governance.enums import CaseState, RunState, SignatureState
from bitterroot.governance.models import SignatureRequest, StepRun
from bitterroot.policy import Policy
from bitterroot.record import clock

SIGNED = (SignatureState.SIGNED, SignatureState.RETURNED, SignatureState.DECLINED)
ASKED = (SignatureState.REQUESTED, SignatureState.VIEWED)


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step, or one capacity that signs. Days are business days; None where nothing is known.

    `done` ended in the period, `late` of them after their due day; `waiting` are open now, the
    oldest since `oldest` days. `target` is the median of what the policy allowed.
    """

    process: str
    step: str
    who: str
    done: int
    median_days: float | None
    slowest_days: int | None
    target: float | None
    late: int
    waiting: int
    oldest: int | None

    @property
    def late_share(self) -> float:
        """The share that ended late, 0 to 1."""
        return self.late / self.done if self.done else 0.0

    @property
    def slow(self) -> bool:
        """Whether it is a bottleneck: it takes, or what waits has taken, longer than allowed."""
        if self.target is None:
            return False
        return (self.median_days or 0) > self.target or (self.oldest or 0) > self.target


@dataclass(slots=True)
class _Heap:
    taken: list[int]
    targets: list[int]
    waits: list[int]
    late: int = 0


def step_times(scope: Scope, period: Period) -> list[StepTime]:
    """Every step and signing capacity with something done in the period, or waiting now.

    Slowest first. Two queries, whatever the number of cases.
    """
    policy = policies.current()
    heaps: dict[tuple[str, str, str], _Heap] = defaultdict(lambda: _Heap([], [], []))
    for row in _runs(scope, period):
        path, process = row["path"], row["case__process"]
        key = (process, path, row["body"])
        _put(heaps[key], policy, row["opened_at"], row["closed_at"], row["due_on"])
    for row in _signatures(scope, period):
        key = (row["case__process"], "signature", row["capacity"])
        _put(heaps[key], policy, row["requested_at"], row["acted_at"], row["due_on"])
    found = [_measured(policy, key, heap) for key, heap in heaps.items()]
    return sorted(found, key=lambda s: (-(s.median_days or 0), -(s.oldest or 0), s.process, s.step))


def bottlenecks(times: Iterable[StepTime]) -> list[StepTime]:
    """Steps that take longer than the policy allows, worst first."""
    return sorted(
        (s for s in times if s.slow),
        key=lambda s: -max(s.median_days or 0, s.oldest or 0) / (s.target or 1),
    )


def in_scope(rows: QuerySet[Any], scope: Scope, prefix: str = "case__") -> QuerySet[Any]:
    """Rows of cases about proposals of the units in scope."""
    if scope.units is None:
        return rows
    return rows.filter(**{f"{prefix}proposal__owner_unit__in": scope.units})


def _runs(scope: Scope, period: Period) -> Iterable[dict[str, Any]]:
    ended = Q(state=RunState.DONE, closed_at__gte=period.start, closed_at__lt=period.end)
    waiting = Q(state=RunState.OPEN, case__state=CaseState.OPEN)
    found = StepRun.objects.filter(ended | waiting).exclude(kind="form")
    return (
        in_scope(found, scope)
        .exclude(kind__in=["all of", "any of"])
        .order_by()
        .values("case__process", "path", "body", "opened_at", "closed_at", "due_on")
    )


def _signatures(scope: Scope, period: Period) -> Iterable[dict[str, Any]]:
    ended = Q(state__in=SIGNED, acted_at__gte=period.start, acted_at__lt=period.end)
    waiting = Q(state__in=ASKED, case__state=CaseState.OPEN)
    found = SignatureRequest.objects.filter(ended | waiting).exclude(requested_at=None)
    return (
        in_scope(found, scope)
        .order_by()
        .values("case__process", "capacity", "requested_at", "acted_at", "due_on", "state")
    )


def _put(
    heap: _Heap, policy: Policy, opened: datetime, ended: datetime | None, due: date | None
) -> None:
    began = timezone.localtime(opened).date()
    stopped = timezone.localtime(ended).date() if ended else None
    taken = _business_days(policy, began, stopped or clock.today())
    if due is not None:
        heap.targets.append(_business_days(policy, began, due))
    if stopped is None:
        heap.waits.append(taken)
        return
    heap.taken.append(taken)
    heap.late += due is not None and stopped > due


def _business_days(policy: Policy, start: date, end: date) -> int:
    """Business days from one day to the other; plain days where the calendar does not reach."""
    calendar = policy.calendar
    if end <= start:
        return 0
    if calendar.covers(start) and calendar.covers(end):
        return calendar.business_days_between(start, end)
    return (end - start).days


def _measured(policy: Policy, key: tuple[str, str, str], heap: _Heap) -> StepTime:
    process, path, who = key
    known = policy.processes.get(process)
    title, step = process, path
    if known is not None:
        title = known.title
        step = "Signature" if path == "signature" else _title(known, path)
    return StepTime(
        process=title,
        step=step,
        who=policy.bodies[who].title if who in policy.bodies else who,
        done=len(heap.taken),
        median_days=median(heap.taken) if heap.taken else None,
        slowest_days=max(heap.taken) if heap.taken else None,
        target=median(heap.targets) if heap.targets else None,
        late=heap.late,
        waiting=len(heap.waits),
        oldest=max(heap.waits) if heap.waits else None,
    )


def _title(process: Any, path: str) -> str:
    """The step's title; its key where the policy in force no longer has it."""
    try:
        return str(process.step(path).title)
    except KeyError:
        return path
