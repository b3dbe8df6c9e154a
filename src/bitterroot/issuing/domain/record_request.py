"""A learner asks about their own record: to see it, to correct it, to erase, to be shown again.

The registrar answers for students, the program office for others, within the policy's days (45 under
FERPA). What has been awarded is part of the university's record and is not erased.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain.award import set_visibility
from bitterroot.issuing.domain.consent import end_consent
from bitterroot.issuing.enums import AwardState, RecordKind, RecordState, Visibility
from bitterroot.issuing.models import Award, ReadConsent, RecordRequest
from bitterroot.issuing.rules import may_answer_record, may_ask_about_record
from bitterroot.issuing.seals import record_request_seal
from bitterroot.learning.enums import ListKind
from bitterroot.people.actor import Actor
from bitterroot.people.actor import person as acting
from bitterroot.people.domain.person import place_hold
from bitterroot.people.domain.privacy import forget_addresses
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST = 5000  # characters of what is asked and of its answer


@transaction.atomic
def ask_about_record(*, by: Actor, person: Person, kind: RecordKind, text: str) -> RecordRequest:
    """Ask; one open request of a kind. Event: record request made; those who answer are told."""
    answer = may_ask_about_record(by, person).require()
    text = _said(text, "Say what you ask for.", "text")
    row = Person.objects.select_for_update().get(pk=person.pk)
    if kind == RecordKind.RELEASE and not row.directory_hold:
        raise NotPossible("Nothing of yours is withheld.")
    try:
        with transaction.atomic():
            made = RecordRequest.objects.create(
                person=row,
                kind=kind,
                queue=_queue(row, kind),
                text=text,
                asked_at=clock.now(),
                due_on=clock.today()
                + timedelta(days=policies.current().awards.answer_records_within_days),
            )
    except IntegrityError:
        raise NotPossible("You asked this already; you get an answer in writing.") from None
    _record(by, made, "record request made", answer.capacity)
    return made


@transaction.atomic
def answer_record(*, by: Actor, request: RecordRequest, done: bool, answer: str) -> RecordRequest:
    """Answer it. Event: record request answered; the person is told in the answer's own words.

    Done, a request to erase also forgets all addresses but the main one, ends every consent to
    read badges and hides every badge; a request to be shown again lifts the directory hold.
    """
    capacity = may_answer_record(by, request).require().capacity
    rows = RecordRequest.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.get(pk=request.pk)
    if row.state != RecordState.WAITING:
        raise NotPossible(f"This is already answered: {row.get_state_display().lower()}.")
    row.answer = _said(answer, "Write the answer; whoever asked reads it.", "reason")
    row.state = RecordState.DONE if done else RecordState.REFUSED
    row.answered_by, row.answered_at = by.person, clock.now()
    row.save()
    forgotten = _erase(by, row.person) if done and row.kind == RecordKind.ERASE else 0
    if done and row.kind == RecordKind.RELEASE:
        place_hold(by=by, person=row.person, hold=False)
    _record(by, row, "record request answered", capacity, done=done, addresses=forgotten)
    return row


def _erase(by: Actor, person: Person) -> int:
    """What may be erased at once; how many addresses that were. In the person's own name."""
    own = acting(person)
    for consent in ReadConsent.objects.filter(person=person, ended_at=None).order_by("pk"):
        end_consent(by=own, consent=consent)
    shown = Award.objects.filter(learner=person, state=AwardState.CLAIMED)
    for award in shown.exclude(visibility=Visibility.PRIVATE).order_by("pk"):
        set_visibility(by=own, award=award, visibility=Visibility.PRIVATE)
    return forget_addresses(by=by, person=person)


def _queue(person: Person, kind: RecordKind) -> ListKind:
    """Students' records are the registrar's, and so is every directory hold."""
    credit = Award.objects.filter(learner=person, request__kind=ListKind.CREDIT)
    student = person.student_id or kind == RecordKind.RELEASE or credit.exists()
    return ListKind.CREDIT if student else ListKind.NONCREDIT


def _said(text: str, missing: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise NotPossible(missing, [(field, missing)])
    if len(text) > MOST:
        raise NotPossible(f"At most {MOST:,} characters.", [(field, "Shorten it.")])
    return text


def _record(by: Actor, row: RecordRequest, verb: str, capacity: str, **data: object) -> None:
    record_event(
        by=by,
        stream=f"person:{row.person_id}",
        verb=verb,
        about=f"record-request:{row.pk}",
        capacity=capacity,
        seal=record_request_seal(row),
        data={"kind": row.kind, **data},
    )
