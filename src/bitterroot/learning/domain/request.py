"""Issuance requests: made from a submitted list, worked on by one queue.

A credit request can only be with the registrar, a non-credit one only with the program office;
the database holds that too. What happens to the awards is for `issuing`, which calls these verbs.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from bitterroot.governance import policies
from bitterroot.learning import rules
from bitterroot.learning.domain.checking import template_of
from bitterroot.learning.domain.recording import record
from bitterroot.learning.enums import LineState, RequestState
from bitterroot.learning.models import IssuanceRequest, ListLine, TrackingList
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.queries.matching import LearnerFacts, learners_for
from bitterroot.record import clock

QUEUE_OF = {
    "registrar": RequestState.WITH_REGISTRAR,
    "program office": RequestState.WITH_OFFICE,
}
IN_QUEUE = (RequestState.WITH_REGISTRAR, RequestState.WITH_OFFICE)


def open_requests(
    *, by: Actor, tracking_list: TrackingList, kinds: Sequence[str], note: str, capacity: str
) -> list[IssuanceRequest]:
    """One request for each kind among a list's lines, each in its own queue; called on submitting.

    Matches the lines' learners. Event of each request: issuance requested.
    """
    if by.person is None:
        raise NotPossible("A request to issue is made by a person.")
    template = template_of(tracking_list.offering)
    if template is None:
        raise NotPossible("The program has no badge to issue.")
    requests = []
    for kind in kinds:
        lines = list(tracking_list.lines.filter(kind=kind).order_by("number"))
        request = IssuanceRequest.objects.create(
            tracking_list=tracking_list,
            offering=tracking_list.offering,
            template=template,
            kind=kind,
            state=queue_for(kind),
            requested_by=by.person,
            submitted_at=clock.now(),
            total=_badges(lines),
            note=note.strip(),
        )
        _match(lines, request)
        record(by, request, "issuance requested", capacity, rows=len(lines), badges=request.total)
        requests.append(request)
    return requests


def queue_for(kind: str) -> RequestState:
    """The queue that the policy routes a kind of request to."""
    routing = {str(each): queue for each, queue in policies.current().routing.items()}
    return QUEUE_OF[routing[kind]]


def _badges(lines: Sequence[ListLine]) -> int:
    return sum(not line.opted_out for line in lines)


def _match(lines: Sequence[ListLine], request: IssuanceRequest) -> None:
    """Tell whom each line means, and give the lines to their request."""
    learners = learners_for([_learner_facts(line) for line in lines])
    of_list = ListLine.objects.filter(tracking_list=request.tracking_list, kind=request.kind)
    of_list.filter(opted_out=True).update(state=LineState.NO_BADGE)
    of_list.update(request=request)
    _set_learners([(line.pk, learners[line.number]) for line in lines])


def _set_learners(pairs: Sequence[tuple[int, Person]]) -> None:
    """Write the learner of each line; one statement prepared once, since there may be thousands."""
    table = connection.ops.quote_name(ListLine._meta.db_table)
    key = Person._meta.pk
    values = [(key.get_db_prep_value(who.pk, connection), pk) for pk, who in pairs]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET learner_id = %s WHERE id = %s", values)  # noqa: S608


def _learner_facts(line: ListLine) -> LearnerFacts:
    cells = line.cells
    addresses = [cells[key] for key in ("email", "second_email") if cells.get(key)]
    return LearnerFacts(
        key=line.number,
        student_id=cells.get("student_id", ""),
        addresses=tuple(addresses),
        family_name=cells.get("last_name", ""),
        given_name=cells.get("first_name", ""),
        display_name=display_name(cells),
    )


def display_name(cells: dict[str, str]) -> str:
    """The name that a badge shows: the one asked for, else first and last.

    A preferred name without a family name replaces the first name only.
    """
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    preferred = cells.get("display_name", "")
    if preferred and last and " " not in preferred and preferred != last:
        return f"{preferred} {last}"
    return preferred or f"{first} {last}".strip()


def reopen_request(
    *, by: Actor, request: IssuanceRequest, note: str, capacity: str
) -> IssuanceRequest:
    """Put a returned request back into its queue; called on submitting again."""
    lines = list(request.lines.order_by("number"))
    request.total = _badges(lines)
    request.submitted_at = clock.now()
    request.note = note.strip() or request.note
    request.checked_by = request.checked_at = None
    _match(lines, request)
    _set_state(request, queue_for(request.kind))
    record(by, request, "issuance requested", capacity, rows=len(lines), again=True)
    return request


@transaction.atomic
def mark_checked(*, by: Actor, request: IssuanceRequest) -> IssuanceRequest:
    """Note that the queue's officer has looked at every line. Event: issuance checked."""
    capacity = _may_work_on(by, request)
    request = locked(request)
    _require(request, IN_QUEUE, "be checked")
    request.checked_by, request.checked_at = by.person, clock.now()
    request.save(update_fields=["checked_by", "checked_at"])
    ready = request.lines.filter(state__in=(LineState.OK, LineState.ACKNOWLEDGED))
    ready.update(state=LineState.CHECKED)
    record(by, request, "issuance checked", capacity, tell=False)
    return request


@transaction.atomic
def return_request(*, by: Actor, request: IssuanceRequest, reason: str) -> IssuanceRequest:
    """Send a request back to be mended; its requester is told why. Event: issuance returned."""
    capacity = _may_work_on(by, request)
    if not reason.strip():
        raise NotPossible("Say why it is returned.", [("reason", "Missing.")])
    request = locked(request)
    _require(request, IN_QUEUE, "be returned")
    request.return_reason = reason.strip()
    request.lines.filter(state=LineState.CHECKED, acknowledged_by__isnull=True).update(
        state=LineState.OK
    )
    request.lines.filter(state=LineState.CHECKED).update(state=LineState.ACKNOWLEDGED)
    _set_state(request, RequestState.RETURNED)
    record(by, request, "issuance returned", capacity, reason=request.return_reason)
    return request


@transaction.atomic
def refuse_line(*, by: Actor, line: ListLine, reason: str) -> ListLine:
    """Take one line out of a request that is in its queue, with a reason. Event: line refused."""
    if line.request is None:
        raise NotPossible("This row is not with those who issue.")
    capacity = _may_work_on(by, line.request)
    request = locked(line.request)
    _require(request, IN_QUEUE, "be changed")
    line.refresh_from_db(fields=["state", "refusal", "opted_out"])
    if line.state == LineState.REFUSED:
        raise NotPossible("This row is refused already.")
    if not reason.strip():
        raise NotPossible("Say why the row is refused.", [("reason", "Missing.")])
    if not line.opted_out:
        request.total = F("total") - 1
        request.save(update_fields=["total"])
    line.state, line.refusal = LineState.REFUSED, reason.strip()
    line.save(update_fields=["state", "refusal"])
    record(by, request, "line refused", capacity, row=line.number, reason=line.refusal)
    return line


@transaction.atomic
def start_issuing(*, by: Actor, request: IssuanceRequest) -> IssuanceRequest:
    """Say that issuing has begun; progress counts from nought. Event: issuing started."""
    capacity = _may_work_on(by, request)
    request = locked(request)
    _require(request, IN_QUEUE, "be issued")
    request.issued_by, request.done = by.person, 0
    _set_state(request, RequestState.ISSUING)
    record(by, request, "issuing started", capacity, tell=False)
    return request


def add_progress(*, request: IssuanceRequest, count: int) -> None:
    """Count badges that were issued, for the one who watches; no event."""
    IssuanceRequest.objects.filter(pk=request.pk).update(done=F("done") + count)


@transaction.atomic
def finish(*, by: Actor, request: IssuanceRequest) -> IssuanceRequest:
    """Say that every badge of a request is issued. Event: issuance issued (a receipt is sent).

    Where two workers come to its end at one moment, the second changes nothing.
    """
    request = locked(request)
    if request.state == RequestState.ISSUED:
        return request
    _require(request, (RequestState.ISSUING,), "be finished")
    request.issued_at = clock.now()
    _set_state(request, RequestState.ISSUED)
    record(by, request, "issuance issued", "", badges=request.done)
    return request


def locked(request: IssuanceRequest) -> IssuanceRequest:
    """The request as it is now, held until the transaction ends."""
    return (
        IssuanceRequest.objects.select_for_update(of=("self",))
        .select_related("offering__program", "tracking_list")
        .get(pk=request.pk)
    )


def _may_work_on(by: Actor, request: IssuanceRequest) -> str:
    if by.person is None:
        return ""
    return rules.may_work_on(by.person, request).require().capacity


def _require(request: IssuanceRequest, states: Sequence[str], what: str) -> None:
    if request.state not in states:
        state = RequestState(request.state).label.lower()
        raise NotPossible(f"This request cannot {what}: it is {state}.")


def _set_state(request: IssuanceRequest, state: RequestState) -> None:
    request.state = state
    request.save()
