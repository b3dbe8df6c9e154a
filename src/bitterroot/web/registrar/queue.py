"""The queue: what waits, oldest first; and one request from checking to its receipt."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.issuing.domain import queue as verbs
from bitterroot.issuing.enums import NotationState, RevocationState
from bitterroot.issuing.models import Revocation, TranscriptNotation
from bitterroot.issuing.queries import progress, receipt_lines, receipt_row
from bitterroot.issuing.queries.asking import open_problems, open_records
from bitterroot.issuing.queries.revocations import open_appeals
from bitterroot.issuing.rules import may_issue
from bitterroot.learning.domain import request as requests
from bitterroot.learning.domain.exporting import note_export
from bitterroot.learning.enums import LineState, ListKind, RequestState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.people import actor
from bitterroot.web.registrar.access import by_of, kinds_of, the_request
from bitterroot.web.registrar.forms import NotationForm
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.by_keys import ByKeys, with_all
from bitterroot.web.ui.reasons import ReasonForm
from bitterroot.web.ui.sheets import A_PIECE, csv_answer

ROWS = 50
A_SORT = 25  # of what is asked beside lists, the oldest
WAITING = (RequestState.WITH_REGISTRAR, RequestState.WITH_OFFICE, RequestState.ISSUING)
SHOWN = {"waiting": WAITING, "returned": (RequestState.RETURNED,), "issued": (RequestState.ISSUED,)}
TONES = {
    RequestState.WITH_REGISTRAR: "pine",
    RequestState.WITH_OFFICE: "pine",
    RequestState.ISSUING: "info",
    RequestState.ISSUED: "good",
    RequestState.RETURNED: "warn",
}
COLUMNS = {
    "row": "Row",
    "learner": "Learner",
    "outcome": "Outcome",
    "reason": "Reason",
    "notation": "Transcript",
    "reference": "Reference",
    "address": "Badge",
}


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Requests of the person's own queue, oldest first, and revocations that want a second person."""
    kinds = kinds_of(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "waiting"
    found = IssuanceRequest.objects.filter(kind__in=kinds, state__in=SHOWN[show])
    oldest = ("submitted_at", "pk") if show == "waiting" else ("-submitted_at", "-pk")
    rows = IssuanceRequest.objects.select_related("offering__program", "requested_by")
    asked = Revocation.objects.filter(
        award__request__kind__in=kinds, state=RevocationState.REQUESTED
    ).order_by("requested_at")
    revocations = Revocation.objects.select_related("award__template", "requested_by").defer(
        "award__template__achievement"
    )
    context = {
        "page": ByKeys(found.order_by(*oldest), rows, 25).get_page(request.GET.get("page")),
        "show": show,
        "kinds": [ListKind(kind).label for kind in kinds],
        "revocations": with_all(asked[:A_SORT], revocations),
        "imports": ListKind.CREDIT in kinds,
        "appeals": open_appeals(kinds)[:A_SORT],
        "records": open_records(kinds)[:A_SORT],
        "problems": open_problems(kinds)[:A_SORT],
        "tones": TONES,
    }
    return render(request, "registrar/queue.html", context)


@login_required
@require_safe
def show_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request: its rows, what is to be done next, and what came of it."""
    return _page(request, the_request(request, pk))


def _page(
    request: HttpRequest, row: IssuanceRequest, *, status: int = 200, **forms: Any
) -> HttpResponse:
    lines = row.lines.select_related("learner", "acknowledged_by", "notation", "award")
    page = Paginator(lines.order_by("number"), ROWS).get_page(request.GET.get("page"))
    faults = policies.current().lists.faults
    for line in page.object_list:
        warned = [faults[code].title for code in line.warnings if code in faults]
        line.warned = warned  # type: ignore[attr-defined]
    answer = may_issue(by_of(request), row)
    in_queue = row.state in requests.IN_QUEUE
    open_notations = _open_notations(row) if row.kind == ListKind.CREDIT else 0
    before = policies.current().awards.transcript_before_award == "before"
    context = {
        "request_row": row,
        "program": row.offering.program,
        "page": page,
        "tone": TONES.get(RequestState(row.state), "info"),
        "in_queue": in_queue,
        "may_act": bool(answer) and in_queue,
        "why_not": "" if answer else answer.why,
        "is_credit": row.kind == ListKind.CREDIT,
        "open_notations": open_notations,
        "may_issue_now": row.checked_at is not None and not (open_notations and before),
        "progress": progress(row),
        "notation_form": forms.get("notation_form") or NotationForm(),
        "return_form": forms.get("return_form") or ReasonForm(label="What must be mended"),
        "return_open": "return_form" in forms,
        "refusing": forms.get("refusing"),
        "refuse_form": forms.get("refuse_form") or ReasonForm(label="Why this row is refused"),
        "chosen": forms.get("chosen", set()),
    }
    return render(request, "registrar/request.html", context, status=status)


def _open_notations(row: IssuanceRequest) -> int:
    return (
        TranscriptNotation.objects.filter(line__request=row, state=NotationState.TO_RECORD)
        .exclude(line__state=LineState.REFUSED)
        .count()
    )


@login_required
@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that every row was looked at."""
    row = the_request(request, pk)
    by = by_of(request)
    attempt(request, lambda: verbs.check_request(by=by, request=row), "Every row is checked.")
    return redirect("registrar:request", pk=row.pk)


@login_required
@require_POST
def notations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the chosen notations, or all that are open, as recorded in the student system."""
    row = the_request(request, pk)
    form = NotationForm(request.POST)
    chosen = {int(n) for n in request.POST.getlist("line") if n.isdecimal() and len(n) < 10}
    everything = "all" in request.POST
    if not everything and not chosen:
        form.add_error(None, "Choose the rows that you recorded.")
    if not form.is_valid():
        return _page(request, row, status=422, notation_form=form, chosen=chosen)
    found = row.lines.all() if everything else row.lines.filter(number__in=chosen)
    lines = list(found.exclude(state=LineState.REFUSED))
    reference = form.cleaned_data["sis_reference"]
    by = by_of(request)
    attempt(
        request,
        lambda: verbs.record_notations(by=by, request=row, lines=lines, sis_reference=reference),
        "The notations are marked as recorded.",
    )
    return redirect("registrar:request", pk=row.pk)


@login_required
@require_POST
def refuse(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Take one row out of the request, for a reason that its requester reads."""
    row = the_request(request, pk)
    line = get_object_or_404(ListLine, request=row, number=number)
    form = ReasonForm(request.POST, label="Why this row is refused")
    if not form.is_valid():
        return _page(request, row, status=422, refuse_form=form, refusing=number)
    by, reason = by_of(request), form.cleaned_data["reason"]
    attempt(
        request,
        lambda: requests.refuse_line(by=by, line=line, reason=reason),
        f"Row {number} is refused; the others go on.",
    )
    return redirect("registrar:request", pk=row.pk)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the whole request to be mended."""
    row = the_request(request, pk)
    form = ReasonForm(request.POST, label="What must be mended")
    if not form.is_valid():
        return _page(request, row, status=422, return_form=form)
    by, reason = by_of(request), form.cleaned_data["reason"]
    said = f"Returned. {row.requested_by.display_name} is told why."
    done = attempt(
        request, lambda: requests.return_request(by=by, request=row, reason=reason), said
    )
    if not done:
        return _page(request, row, status=done.status, return_form=form)
    return redirect("registrar:request", pk=row.pk)


@login_required
@require_POST
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin to issue; the worker does it, and the page shows how far it is."""
    row = the_request(request, pk)
    by = by_of(request)
    said = "Issuing has begun. You may leave this page."
    attempt(request, lambda: verbs.issue(by=by, request=row), said)
    return redirect("registrar:request", pk=row.pk)


@login_required
@require_safe
def show_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Only the bar; when all is issued, the page is asked to load again."""
    row = the_request(request, pk)
    context = {"request_row": row, "progress": progress(row)}
    answer = render(request, "registrar/_progress.html", context)
    if row.state != RequestState.ISSUING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@login_required
@require_safe
def show_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What came of each row, to print or to compare with the student system."""
    row = the_request(request, pk)
    page = Paginator(receipt_lines(row), 200).get_page(request.GET.get("page"))
    context = {
        "request_row": row,
        "program": row.offering.program,
        "page": page,
        "rows": [receipt_row(line) for line in page],
    }
    return render(request, "registrar/receipt.html", context)


@login_required
@require_safe
def receipt_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """The receipt as CSV; a spreadsheet computes nothing of it."""
    row = the_request(request, pk)
    lines = receipt_lines(row)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    if request.method == "GET":
        note_export(by=by, of=row, what="a receipt", rows=lines.count())
    return csv_answer(_receipt_table(lines), f"receipt-{str(pk)[:8]}.csv")


def _receipt_table(lines: QuerySet[ListLine]) -> Iterator[list[str]]:
    yield list(COLUMNS.values())
    for row in map(receipt_row, lines.iterator(chunk_size=A_PIECE)):
        yield [row[key] for key in COLUMNS]
