"""The two queues: check, record notations, issue. Each officer works in one queue only."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.issuing.domain.batch import CHUNK, issue_chunk
from bitterroot.issuing.enums import HELD, NotationState
from bitterroot.issuing.models import Award, TranscriptNotation
from bitterroot.issuing.rules import may_issue
from bitterroot.learning.domain import request as requests
from bitterroot.learning.enums import LineState, ListKind, RequestState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.programs.models import Program
from bitterroot.record import clock
from bitterroot.record.domain.events import Act, record_events

log = logging.getLogger(__name__)


@transaction.atomic
def check_request(*, by: Actor, request: IssuanceRequest) -> IssuanceRequest:
    """Say that every line was looked at. For credit, notations are prepared to be recorded."""
    may_issue(by, request).require()
    row = requests.mark_checked(by=by, request=request)
    if row.kind == ListKind.CREDIT:
        _prepare_notations(row)
    return row


def _prepare_notations(request: IssuanceRequest) -> None:
    policy = policies.current()
    term = policy.calendar.term(request.offering.term)
    have = set(
        TranscriptNotation.objects.filter(line__request=request).values_list("line_id", flat=True)
    )
    wanted = [
        line for line in request.lines.exclude(state=LineState.REFUSED) if line.pk not in have
    ]
    TranscriptNotation.objects.bulk_create(
        [
            TranscriptNotation(
                line=line,
                student_id=line.cells.get("student_id", ""),
                term=term.label,
                text=policy.notation(
                    {
                        "title": request.offering.program.title,
                        "short_title": request.template.name,
                        "credits": _plain(line.cells.get("credits", "")),
                        "term": term.label,
                        "level": request.offering.program.level,
                        "date": line.cells.get("completed_on", ""),
                    }
                ),
            )
            for line in wanted
        ],
        batch_size=500,
    )


def _plain(number: object) -> str:
    return str(number).removesuffix(".0")


@transaction.atomic
def record_notations(
    *, by: Actor, request: IssuanceRequest, lines: Sequence[ListLine], sis_reference: str
) -> int:
    """Note that the student system now shows these notations. How many were recorded."""
    answer = may_issue(by, request).require()
    request = requests.locked(request)
    if request.kind != ListKind.CREDIT:
        raise NotPossible("Only credit has transcript notations.")
    found = TranscriptNotation.objects.filter(
        line__in=lines, line__request=request, state=NotationState.TO_RECORD
    ).select_related("line")
    acts = []
    for notation in found:
        notation.state, notation.recorded_by, notation.recorded_at = (
            NotationState.RECORDED,
            by.person,
            clock.now(),
        )
        notation.sis_reference = sis_reference.strip()[:80]
        notation.save()
        acts.append(
            Act(
                "notation recorded",
                f"notation:{notation.pk}",
                data={"line": notation.line.number},
                tell=False,
            )
        )
    if acts:
        acts.append(Act("transcript recorded", f"issuance:{request.pk}", data={"lines": len(acts)}))
        record_events(by=by, stream=f"issuance:{request.pk}", acts=acts, capacity=answer.capacity)
    return len(acts)


@transaction.atomic
def issue(*, by: Actor, request: IssuanceRequest) -> IssuanceRequest:
    """Begin to issue what is checked. `run` does the work, chunk by chunk, in the worker.

    Raises NotPossible before the check, while notations are open, and where a row would give a
    learner a second badge of a program that gives one.
    """
    may_issue(by, request).require()
    Program.objects.select_for_update().get(pk=request.offering.program_id)
    request = requests.locked(request)
    if request.checked_at is None:
        raise NotPossible("Check the request first.")
    _require_notations(request)
    if not request.template.repeatable:
        _require_first_badges(request)
    return requests.start_issuing(by=by, request=request)


def _require_notations(request: IssuanceRequest) -> None:
    before = policies.current().awards.transcript_before_award == "before"
    if request.kind != ListKind.CREDIT or not before:
        return
    open_ones = TranscriptNotation.objects.filter(
        line__request=request,
        line__state__in=[LineState.CHECKED, LineState.NO_BADGE],
        state=NotationState.TO_RECORD,
    ).count()
    if open_ones:
        raise NotPossible(f"Record the transcript notations first: {open_ones} are open.")


def _require_first_badges(request: IssuanceRequest) -> None:
    """No learner gets a second badge; the check of a list cannot see one sent at the same time.

    The caller holds the program's row, so that two requests of one program do not pass together.
    """
    lines = request.lines.filter(state=LineState.CHECKED, opted_out=False)
    with_badge = Award.objects.filter(
        request__offering__program=request.offering.program_id, state__in=HELD
    )
    under_way = ListLine.objects.filter(
        request__offering__program=request.offering.program_id,
        request__state=RequestState.ISSUING,
        state=LineState.CHECKED,
        opted_out=False,
    ).exclude(request=request)
    again = set(
        lines.filter(learner__in=with_badge.values("learner")).values_list("number", flat=True)
    )
    again |= set(
        lines.filter(learner__in=under_way.values("learner")).values_list("number", flat=True)
    )
    seen: set[UUID | None] = set()
    for number, learner in lines.order_by("number").values_list("number", "learner"):
        if learner in seen:
            again.add(number)
        seen.add(learner)
    if again:
        rows = ", ".join(map(str, sorted(again)[:10])) + (", …" if len(again) > 10 else "")
        raise NotPossible(
            f"Already awarded this badge, or twice in this request: row {rows}. "
            "Refuse these rows; the others can be issued."
        )


def run(*, by: Actor, request: IssuanceRequest, chunk: int = CHUNK) -> int:
    """Issue everything that is left of a request; how many were issued by this run."""
    total = 0
    while done := issue_chunk(by=by, request=request, limit=chunk):
        total += done
    request.refresh_from_db()
    if request.state == RequestState.ISSUING:
        requests.finish(by=by, request=request)
    return total


def run_waiting() -> int:
    """Carry on with every request that is being issued; the worker's round. How many awards.

    One chunk of each in a round, so that requests move together and a stop is heeded soon. One
    that fails is logged and tried again; it does not hold up the others.
    """
    found = IssuanceRequest.objects.filter(
        state=RequestState.ISSUING, issued_by__isnull=False
    ).select_related("template", "offering__program", "issued_by")
    return sum(_carry_on(request) for request in found)


def _carry_on(request: IssuanceRequest) -> int:
    by = Actor(request.issued_by)
    try:
        done = issue_chunk(by=by, request=request)
        return done if done == CHUNK else done + run(by=by, request=request)
    except Exception:
        log.exception("issuing request %s failed", request.pk)
        return 0
