"""Asking the heads of affected units whether they concur, and what they answer."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.rules import authors_of
from bitterroot.people.actor import Actor, system
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import first_holders, with_parents
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.enums import UNDER_WAY, ConcurrenceState
from bitterroot.proposals.models import Concurrence, Proposal
from bitterroot.proposals.queries.concurrence import material_sha256
from bitterroot.proposals.rules import (
    may_answer_concurrence,
    may_ask_concurrence,
    may_withdraw_concurrence,
)
from bitterroot.proposals.seals import concurrence_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

OVER = system("end of the time to concur")
MOST = 200  # in one round
#: The answers that need words.
WITH_WORDS = (ConcurrenceState.COMMENTS, ConcurrenceState.OBJECTS)
ANSWERS = (ConcurrenceState.CONCURS, *WITH_WORDS)


@transaction.atomic
def ask_concurrence(*, by: Actor, proposal: Proposal, unit: Unit, how: str) -> Concurrence:
    """Ask the head of `unit`, who has as many business days as the policy gives. They are told.

    Raises NotPossible for the proposal's own unit, one that is asked already, and where nobody who
    is no author heads it.
    """
    row = hold(proposal)
    answer = may_ask_concurrence(by, row).require()
    assert by.person is not None
    if not how.strip():
        raise NotPossible("Say how it affects the unit.", [("how", "Say how it affects the unit.")])
    if unit.pk == row.owner_unit_id:
        raise NotPossible("Its own unit signs it.", [("unit", "Choose another unit.")])
    if row.concurrences.filter(unit=unit, state=ConcurrenceState.ASKED).exists():
        raise NotPossible(f"{unit.name} is asked already.", [("unit", "Choose another unit.")])
    head = who_heads(unit, authors_of(row.case))
    if head is None:
        why = f"Nobody who is no author heads {unit.name} today."
        raise NotPossible(why, [("unit", why)])
    rules = policies.of(row.case).concurrence
    found = Concurrence.objects.create(
        proposal=row,
        unit=unit,
        person=head,
        how=how.strip(),
        asked_by=by.person,
        asked_at=clock.now(),
        due_on=policies.current().calendar.add_business_days(clock.today(), rules.answer_within),
    )
    _note(by, found, "concurrence asked", answer.capacity)
    return found


@transaction.atomic
def answer_concurrence(
    *, by: Actor, concurrence: Concurrence, answer: str, text: str = ""
) -> Concurrence:
    """Concur, concur with a comment, or object with a reason; sealed, and the lead is told.

    After its day an answer is still taken down while the proposal is not decided.
    """
    row = hold(concurrence.proposal)
    concurrence = _held(row, concurrence)
    allowed = may_answer_concurrence(by, concurrence).require()
    if row.state not in UNDER_WAY:
        raise NotPossible(f"The proposal is {row.get_state_display().lower()}.")
    if concurrence.state not in (ConcurrenceState.ASKED, ConcurrenceState.NOT_ANSWERED):
        raise NotPossible(_no(concurrence))
    if answer not in ANSWERS:
        raise NotPossible("Choose an answer.", [("answer", "Choose one.")])
    if answer in WITH_WORDS and not text.strip():
        why = "Say why you object." if answer == ConcurrenceState.OBJECTS else "Write the comment."
        raise NotPossible(why, [("text", why)])
    concurrence.state, concurrence.text = ConcurrenceState(answer), text.strip()
    concurrence.answered_by, concurrence.answered_at = by.person, clock.now()
    concurrence.answered_as = allowed.capacity
    concurrence.content_sha256 = material_sha256(row)
    concurrence.save()
    _note(by, concurrence, "concurrence answered", allowed.capacity)
    return concurrence


@transaction.atomic
def withdraw_concurrence(*, by: Actor, concurrence: Concurrence, reason: str) -> Concurrence:
    """Ask no more, for a reason that stands with the proposal; who was asked is told.

    What was answered, or was not in time, stands. The unit can be asked again.
    """
    row = hold(concurrence.proposal)
    concurrence = _held(row, concurrence)
    allowed = may_withdraw_concurrence(by, concurrence).require()
    if concurrence.state != ConcurrenceState.ASKED:
        raise NotPossible(_no(concurrence))
    if not reason.strip():
        raise NotPossible("Say why; the unit reads it.", [("reason", "Write a reason.")])
    concurrence.state, concurrence.text = ConcurrenceState.WITHDRAWN, reason.strip()
    concurrence.answered_by, concurrence.answered_at = by.person, clock.now()
    concurrence.answered_as = allowed.capacity
    concurrence.save()
    _note(by, concurrence, "concurrence withdrawn", allowed.capacity)
    return concurrence


def _held(row: Proposal, concurrence: Concurrence) -> Concurrence:
    """The concurrence as it stands now; its proposal is held."""
    found = Concurrence.objects.select_for_update(of=("self",)).select_related("unit", "person")
    concurrence = found.get(pk=concurrence.pk)
    concurrence.proposal = row
    return concurrence


def _no(concurrence: Concurrence) -> str:
    """Why nothing can be said to it any more."""
    if concurrence.state == ConcurrenceState.WITHDRAWN:
        return f"{concurrence.unit} is not asked any more."
    if concurrence.state == ConcurrenceState.NOT_ANSWERED:
        return "Its time is over; that nobody answered stands."
    return "This is answered already; the answer stands."


def who_heads(unit: Unit, authors: Collection[object]) -> Person | None:
    """The head of the unit, or the next above it, who wrote none of it; else its dean."""
    return all_heads([unit], authors)[unit.pk]


def all_heads(units: Collection[Unit], authors: Collection[object]) -> dict[str, Person | None]:
    """`who_heads` each of these units, by its key. Two queries, however many there are."""
    above = with_parents(unit.pk for unit in units)
    every = {key for way in above.values() for key in way} or {""}  # as many queries for none
    first = first_holders([Role.HEAD, Role.DEAN], every, in_person=True)
    found: dict[str, Person | None] = {}
    for unit, way in above.items():
        heads = [first[Role.HEAD, key] for key in way if (Role.HEAD, key) in first]
        deans = [first[Role.DEAN, key] for key in way if (Role.DEAN, key) in first][:1]
        found[unit] = next((p for p in (*heads, *deans) if p.pk not in authors), None)
    return found


def run_due() -> int:
    """Note that those did not answer whose day is over; how many. The lead is told."""
    over = Concurrence.objects.filter(state=ConcurrenceState.ASKED, due_on__lt=clock.today())
    return sum(
        _let_pass(key) for key in over.order_by("due_on").values_list("pk", flat=True)[:MOST]
    )


@transaction.atomic
def _let_pass(key: UUID) -> int:
    hold(Proposal.objects.get(concurrences__pk=key))
    row = Concurrence.objects.select_for_update(of=("self",)).select_related("proposal", "unit")
    found = row.get(pk=key)
    if found.state != ConcurrenceState.ASKED:
        return 0
    found.state = ConcurrenceState.NOT_ANSWERED
    found.save(update_fields=["state"])
    _note(OVER, found, "concurrence not answered", "")
    return 1


def _note(by: Actor, row: Concurrence, verb: str, capacity: str) -> None:
    record_event(
        by=by,
        stream=f"case:{row.proposal.case_id}",
        verb=verb,
        about=f"concurrence:{row.pk}",
        capacity=capacity,
        seal=concurrence_seal(row),
        data={"unit": row.unit_id, "answer": row.state, "text": f"{row.unit}: {_said(row)}"},
    )


def _said(row: Concurrence) -> str:
    if row.state == ConcurrenceState.ASKED:
        return row.how
    return f"{row.get_state_display()}{f'. {row.text}' if row.text else ''}"
