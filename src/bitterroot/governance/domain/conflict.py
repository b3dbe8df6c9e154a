"""Conflicts of interest: detected or declared, cleared or followed by a recusal, which is withdrawn.

A recusal takes the member out of the base of the quorum, also while a ballot is open.
"""

from typing import Any

from django.db import transaction

from bitterroot.governance.body_rules import (
    may_clear,
    may_settle,
    may_sit,
    may_withdraw_recusal,
    why_not_before,
    why_recusal_stands,
)
from bitterroot.governance.body_seals import conflict_seal
from bitterroot.governance.domain import case as cases
from bitterroot.governance.domain.ballot_keeping import take_out
from bitterroot.governance.enums import ConflictKind, ConflictState, SignatureState
from bitterroot.governance.models import Ballot, Case, Conflict, StepRun
from bitterroot.governance.queries.bodies import sitting, sitting_of
from bitterroot.governance.rules import authors_of
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import assignments
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

DETECTION = system("conflicts of interest")
TOLD = frozenset({"conflict found", "conflict declared", "conflict cleared"})


@transaction.atomic
def detect_conflicts(*, run: StepRun) -> list[Conflict]:
    """Flag members with a tie: of a unit that carries it, above or below an author, signers of it.

    Authors are recused at once. Whoever was settled before is left alone, so this may run often;
    what was settled when the matter lay before the body earlier holds on. Gives what was found anew.
    """
    cases.lock(run.case)
    found = _settled_before(run)
    known = set(run.conflicts.values_list("person", flat=True))
    ties = _ties(run)
    for person_id, kind in ties.items():
        if person_id in known:
            continue
        author = kind == ConflictKind.AUTHOR
        conflict = Conflict(
            run=run,
            person_id=person_id,
            kind=kind,
            state=ConflictState.RECUSED if author else ConflictState.FLAGGED,
            noted_at=clock.now(),
        )
        _save(DETECTION, conflict, "conflict found")
        found.append(conflict)
    return found


def _settled_before(run: StepRun) -> list[Conflict]:
    """The conflicts of the matter's last stay before the same body, taken over into this one."""
    last = (
        run.case.runs.filter(body=run.body, conflicts__isnull=False)
        .exclude(pk=run.pk)
        .order_by("-n")
        .first()
    )
    if last is None or run.conflicts.exists():
        return []
    found = []
    for earlier in last.conflicts.all():
        again = Conflict(
            run=run,
            person_id=earlier.person_id,
            kind=earlier.kind,
            reason=earlier.reason,
            state=earlier.state,
            noted_at=clock.now(),
            recused_by=earlier.recused_by,
            recused_at=earlier.recused_at,
            stood=earlier.stood,
        )
        _save(DETECTION, again, "conflict found")
        found.append(again)
    return found


def _ties(run: StepRun) -> dict[Any, ConflictKind]:
    """Kind of the strongest tie, by the id of each member of the body who has one."""
    members = sitting(run.body)
    ids = [s.person.pk for s in members]
    authors: Any = authors_of(run.case)
    units, ties = _carrying(run.case), dict[Any, ConflictKind]()
    if units:
        seats = [s.person.pk for s in members if s.seat.unit_id in units]
        there = assignments().filter(unit__in=units, person__in=ids)
        named = [*seats, *there.values_list("person", flat=True)]
        ties |= dict.fromkeys(named, ConflictKind.OWN_UNIT)
    signed = run.case.signatures.filter(state=SignatureState.SIGNED, person__in=ids)
    ties |= dict.fromkeys(signed.values_list("person", flat=True), ConflictKind.SIGNATORY)
    if hasattr(run.case, "proposal"):
        led = Person.objects.filter(pk__in=ids, supervisor__in=authors)
        ties |= dict.fromkeys(led.values_list("pk", flat=True), ConflictKind.SUPERVISED)
        above = Person.objects.filter(pk__in=authors, supervisor__in=ids)
        ties |= dict.fromkeys(above.values_list("supervisor", flat=True), ConflictKind.SUPERVISOR)
    # Nobody sits for an author either.
    wrote = [s.person.pk for s in members if {s.person.pk, s.seat.person_id} & authors]
    return ties | dict.fromkeys(wrote, ConflictKind.AUTHOR)


def _carrying(case: Case) -> set[Any]:
    """Keys of the unit that owns what is proposed, and of its partners'."""
    proposal = getattr(case, "proposal", None)
    if proposal is None:
        return set()
    named = proposal.values.get("partner_units") or []
    partners = Unit.objects.filter(key__in=named).values_list("pk", flat=True)
    return {proposal.owner_unit_id, *partners} - {None}


@transaction.atomic
def declare_conflict(*, by: Actor, run: StepRun, reason: str) -> Conflict:
    """A member says that they have a tie; the chair clears it, or they are recused."""
    answer = may_sit(by, run.body).require()
    assert by.person is not None
    if not reason.strip():
        raise NotPossible("Say what ties you to it.", [("reason", "Write what ties you to it.")])
    conflict = _conflict(run, by.person)
    if conflict.state == ConflictState.RECUSED:
        raise NotPossible("You are recused from this matter already.")
    conflict.kind = conflict.kind or ConflictKind.DECLARED
    conflict.state, conflict.reason = ConflictState.FLAGGED, reason.strip()
    _save(by, conflict, "conflict declared", answer.capacity)
    return conflict


@transaction.atomic
def recuse(*, by: Actor, run: StepRun, person: Person | None = None, reason: str = "") -> Conflict:
    """Take a member out of a matter: themselves, or someone by the chair or the secretary.

    They leave the base of the quorum. A vote that they have cast in an open ballot is not
    counted; a ballot in the room that has no quorum without them becomes void.
    """
    who = person or by.person
    if who is None or sitting_of(who, run.body) is None:
        raise Refused("Only a member of the body can be recused.")
    answer = may_sit(by, run.body) if who == by.person else may_settle(by, run)
    answer.require()
    conflict = _conflict(run, who)
    if conflict.state == ConflictState.RECUSED:
        raise NotPossible(f"{who} is recused already.")
    conflict.stood = conflict.state if conflict.pk else ""
    conflict.recused_by, conflict.recused_at = by.person, clock.now()
    conflict.kind = conflict.kind or ConflictKind.DECLARED
    conflict.state = ConflictState.RECUSED
    conflict.reason = reason.strip() or conflict.reason
    _save(by, conflict, "member recused", answer.capacity)
    take_out(by=by, run=conflict.run, person=who)
    return conflict


@transaction.atomic
def clear_flag(*, by: Actor, conflict: Conflict, reason: str) -> Conflict:
    """Let a flagged member take part, for a reason that the record keeps. Not for oneself: the
    chair's own flag is for the secretary, else for the program office. Raises Refused for others."""
    answer = may_clear(by, conflict).require()
    if not reason.strip():
        raise NotPossible("Say why they may take part.", [("reason", "Write a reason.")])
    found = _conflict(conflict.run, conflict.person)
    if found.state != ConflictState.FLAGGED:
        raise NotPossible(f"This is settled already ({found.get_state_display().lower()}).")
    found.state, found.reason = ConflictState.CLEARED, reason.strip()
    _save(by, found, "conflict cleared", answer.capacity)
    return found


@transaction.atomic
def withdraw_recusal(*, by: Actor, conflict: Conflict, reason: str) -> Conflict:
    """Take back a recusal that was a mistake, for a reason; a tie stands again as it did before.

    Raises NotPossible where the body has voted without the member, or votes now: who could vote was
    settled when that ballot opened. A void ballot settled nothing.
    """
    found = _conflict(conflict.run, conflict.person)
    if found.state != ConflictState.RECUSED:
        raise NotPossible(f"{found.person} is not recused.")
    answer = may_withdraw_recusal(by, found).require()
    if not reason.strip():
        raise NotPossible("Say why it was a mistake.", [("reason", "Write a reason.")])
    if why := why_recusal_stands(found, Ballot.objects.filter(motion__run=found.run)):
        raise NotPossible(why)
    found.state = found.stood or ConflictState.CLEARED
    before = f"{found.reason} · " if found.reason else ""
    found.reason = f"{before}Recusal withdrawn: {reason.strip()}"
    found.recused_by, found.recused_at, found.stood = None, None, ""
    _save(by, found, "recusal withdrawn", answer.capacity)
    return found


def _conflict(run: StepRun, person: Person) -> Conflict:
    """The member's row on this matter, new or as it stands, with the case held."""
    case = cases.lock(run.case)
    run = StepRun.objects.get(pk=run.pk)
    run.case = case
    if why := why_not_before(run):
        raise NotPossible(why)
    found = Conflict.objects.filter(run=run, person=person).first()
    if found is None:
        return Conflict(run=run, person=person, kind="", noted_at=clock.now())
    found.run = run
    return found


def _save(by: Actor, conflict: Conflict, verb: str, capacity: str = "") -> None:
    conflict.save()
    record_event(
        by=by,
        stream=cases.stream_of(conflict.run.case),
        verb=verb,
        about=f"conflict:{conflict.pk}",
        capacity=capacity,
        seal=conflict_seal(conflict),
        data={
            "person": str(conflict.person_id),
            "kind": conflict.kind,
            "state": conflict.state,
            "reason": conflict.reason,
        },
        tell=verb in TOLD,
    )
