"""Binding cases, letting one go on alone, undoing a bundle; and opening what waited for the others."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from bitterroot.governance.bundles import begun_on, bound_with, holding, waits_for
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain import steps
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import CaseState, RunState
from bitterroot.governance.models import Bound, Bundle, Case, StepRun
from bitterroot.governance.rules import may_bind, may_release_bound
from bitterroot.governance.seals import bound_seal
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

THERE = system("everything that it is bound with is there")
FEWEST = 2
MOST = 20


@transaction.atomic
def bind(*, by: Actor, cases_: Iterable[Case], title: str) -> Bundle:
    """Bind cases that belong together. They are decided on together; their leads are told.

    What lies before a body or an office already waits for the others from now on. Raises
    NotPossible for fewer than two, for one that is over, bound already or begun on where it would
    wait, and without a title.
    """
    rows = _held(cases_)
    answer = may_bind(by, rows).require()
    assert by.person is not None
    if not title.strip():
        raise NotPossible("Say what binds them.", [("title", "Say what binds them.")])
    if not FEWEST <= len(rows) <= MOST:
        why = f"Bind {FEWEST} to {MOST} proposals."
        raise NotPossible(why, [("members", why)])
    if closed := [row.title for row in rows if row.state == CaseState.CLOSED]:
        raise NotPossible(f"This is over: {', '.join(closed)}.")
    already = holding().filter(case__in=rows).select_related("case")
    if taken := [each.case.title for each in already]:
        raise NotPossible(f"This is bound already: {', '.join(sorted(taken))}.")
    bundle = Bundle.objects.create(
        title=title.strip()[:120], made_by=by.person, made_at=clock.now()
    )
    for row in rows:
        bound = Bound(bundle=bundle, case=row, bound_at=clock.now())
        others = ", ".join(sorted(each.title for each in rows if each != row))
        _save(by, bound, "bound", answer.capacity, f"“{bundle.title}”, with {others}")
    for row in rows:
        _let_wait(by, row)
    return bundle


def _let_wait(by: Actor, case: Case) -> None:
    """What lies open and would wait now does. Raises NotPossible where something is done on it."""
    for run in case.runs.select_for_update(of=("self",)).filter(state=RunState.OPEN).order_by("n"):
        run.case = case
        others = waits_for(case, run.path, run.kind)
        if not others:
            continue
        if begun := begun_on(run):
            names = ", ".join(other.title for other in others)
            why = f"“{case.title}” cannot wait for {names} any more. {begun}"
            raise NotPossible(why, [("members", why)])
        steps.let_wait(by=by, run=run, others=others)
        if run.path == case.step:
            case.step_due = None
            case.save(update_fields=["step_due"])


@transaction.atomic
def release_bound(*, by: Actor, bound: Bound, reason: str) -> Bound:
    """Let one go on alone, for a reason; the others no longer wait for it. Leads are told."""
    [case] = _held([bound.case])
    answer = may_release_bound(by, case).require()
    row = Bound.objects.select_for_update(of=("self",)).select_related("bundle").get(pk=bound.pk)
    row.case = case
    if row.released_at or row.parted_at:
        raise NotPossible("It is not bound any more.")
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write a reason.")])
    row.released_at, row.reason = clock.now(), reason.strip()
    _save(by, row, "released from its bundle", answer.capacity, row.reason)
    return row


@transaction.atomic
def undo_bundle(*, by: Actor, bundle: Bundle, reason: str) -> None:
    """Let each go on alone, for a reason. Leads are told."""
    members = list(holding().filter(bundle=bundle).select_related("case"))
    rows = {row.pk: row for row in _held(each.case for each in members)}
    answer = may_bind(by, list(rows.values())).require()
    if not members:
        raise NotPossible("Nothing is bound in it any more.")
    if not reason.strip():
        raise NotPossible("Say why; the record keeps it.", [("reason", "Write a reason.")])
    for each in members:
        each.case, each.bundle = rows[each.case_id], bundle
        each.parted_at, each.reason = clock.now(), reason.strip()
        _save(by, each, "bundle undone", answer.capacity, each.reason)


def open_ready() -> int:
    """Open each step that waited and waits for nobody now; how many. Safe to repeat."""
    waiting = StepRun.objects.filter(state=RunState.WAITING, case__state=CaseState.OPEN)
    keys = list(waiting.order_by("opened_at").values_list("pk", flat=True)[:200])
    return sum(_open(key) for key in keys)


@transaction.atomic
def _open(key: UUID) -> int:
    case = cases.lock(Case.objects.get(runs__pk=key))
    run = StepRun.objects.select_for_update(of=("self",)).get(pk=key)
    run.case = case
    if run.state != RunState.WAITING or waits_for(case, run.path, run.kind):
        return 0
    steps.open_waiting(by=THERE, run=run, step=step_of(run))
    if run.path == case.step:
        case.step_since, case.step_due = run.opened_at, run.due_on
        case.save(update_fields=["step_since", "step_due"])
    return 1


def set_before(run: StepRun) -> list[StepRun]:
    """The runs of what `run`'s case is bound with that lie open before the same body."""
    found = StepRun.objects.filter(
        case__in=bound_with(run.case), body=run.body, state=RunState.OPEN
    ).exclude(body="")
    return list(found.select_related("case").order_by("case__title", "pk"))


def _held(rows: Iterable[Case]) -> Sequence[Case]:
    """The cases as they stand now, locked in one order."""
    return [cases.lock(row) for row in sorted(set(rows), key=lambda row: str(row.pk))]


def _save(by: Actor, row: Bound, verb: str, capacity: str, text: str) -> None:
    row.save()
    record_event(
        by=by,
        stream=f"case:{row.case_id}",
        verb=verb,
        about=f"bound:{row.pk}",
        capacity=capacity,
        seal=bound_seal(row),
        data={"bundle": str(row.bundle_id), "text": text},
    )
