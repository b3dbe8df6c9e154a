"""Screens of one tracking list: verdict by row, mend in place, acknowledge, submit, follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bitterroot.learning import rules
from bitterroot.learning.domain.checking import rules_in_force
from bitterroot.learning.domain.exporting import note_export
from bitterroot.learning.domain.tracking_list import (
    acknowledge,
    discard_list,
    mend_line,
    remove_line,
    resubmit_request,
    submit_list,
)
from bitterroot.learning.enums import LineState, ListState, RequestState
from bitterroot.learning.interfaces.lists.exports import (
    VerdictRow,
    to_workbook,
    used_columns,
    verdict_lines,
)
from bitterroot.learning.models import IssuanceRequest, ListLine, TrackingList
from bitterroot.learning.queries import ListCounts, counts_of, visible_list
from bitterroot.learning.queries.lists import lines_in
from bitterroot.people import actor
from bitterroot.record import clock
from bitterroot.web.faculty.lists_forms import SubmitForm
from bitterroot.web.faculty.lists_rows import ROWS_ON_A_PAGE, shown_rows
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.sheets import A_PIECE, csv_answer

_SHOW = {
    "errors": (LineState.ERROR,),
    "warnings": (LineState.WARNING, LineState.ACKNOWLEDGED, LineState.NO_BADGE),
    "ok": (LineState.OK, LineState.CHECKED, LineState.ISSUED),
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def show_list(request: HttpRequest, pk: str) -> HttpResponse:
    """A list, its rows filtered by verdict, and what is to be done next."""
    return render(request, "faculty/lists/list.html", _page(request, _list(request, pk)))


def _list(request: HttpRequest, pk: str) -> TrackingList:
    found = visible_list(request.user.person, pk)  # type: ignore[union-attr]
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, tracking_list: TrackingList, form: SubmitForm | None = None
) -> dict[str, Any]:
    person = request.user.person  # type: ignore[union-attr]
    counts = counts_of(tracking_list.lines.all())
    may_track = bool(rules.may_track(person, tracking_list.offering))
    may_mend = may_track and tracking_list.state != ListState.DISCARDED
    show = request.GET.get("show", "")
    if show not in {*_SHOW, "all"} or (show == "errors" and not counts.errors):
        show = "errors" if counts.errors else "warnings" if counts.warnings else "all"
    lines = lines_in(tracking_list.lines.all(), _SHOW.get(show, ()))
    page = Paginator(lines, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    requests = list(tracking_list.requests.order_by("kind").select_related("issued_by"))
    returned = [each for each in requests if each.state == RequestState.RETURNED]
    return {
        "list": tracking_list,
        "offering": tracking_list.offering,
        "program": tracking_list.offering.program,
        "counts": counts,
        "show": show,
        "filters": _filters(counts),
        "page": page,
        "rows": shown_rows(
            page.object_list, rules_in_force(), tracking_list.offering, may_mend=may_mend
        ),
        "may_track": may_track,
        "may_mend": may_mend,
        "acknowledging": may_mend and counts.warnings and show in {"warnings", "all"},
        "standing": _standing(tracking_list, counts, returned),
        "origin_of_list": f"{tracking_list.filename}, from {tracking_list.uploaded_by}",
        "requests": requests,
        "returned": returned,
        "to_send": tracking_list.state == ListState.DRAFT or bool(returned),
        "form": form or SubmitForm(initial={"verified_on": _verified_on(tracking_list)}),
        "header": tracking_list.header,
    }


def _filters(counts: ListCounts) -> list[tuple[str, str, int, str]]:
    return [
        ("errors", "to mend", counts.errors, "bad"),
        ("warnings", "warn", counts.warnings + counts.acknowledged, "warn"),
        ("ok", "in order", counts.ok, "good"),
        ("all", "in all", counts.rows, "plain"),
    ]


def _standing(
    tracking_list: TrackingList, counts: ListCounts, returned: list[IssuanceRequest]
) -> tuple[str, str, datetime | None]:
    """The state in words, its tone, and since when."""
    if tracking_list.state == ListState.DISCARDED:
        return "Discarded", "info", None
    if returned:
        return "Returned", "warn", None
    if tracking_list.state == ListState.SUBMITTED:
        return "Submitted", "good", tracking_list.submitted_at
    since = tracking_list.uploaded_at
    if counts.errors:
        return "To be mended", "bad", since
    if counts.warnings:
        return "Warnings to acknowledge", "warn", since
    return "Ready to submit", "pine", since


def _verified_on(tracking_list: TrackingList) -> str:
    block = tracking_list.header.get("block", {})
    return str(block.get("verified_on") or clock.today().isoformat())[:10]


@login_required
@require_POST
def mend(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """Mend one row. With htmx the row comes back, and with it what it frees or faults."""
    tracking_list = _list(request, pk)
    prefix = "cell-"
    cells = {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    done = attempt(
        request,
        lambda: mend_line(by=by, tracking_list=tracking_list, number=number, cells=cells),
    )
    if request.headers.get("HX-Request") and done:
        return _changed_rows(request, tracking_list, {line.number for line in done.value or []})
    return redirect(_back(request, tracking_list, number))


def _changed_rows(
    request: HttpRequest, tracking_list: TrackingList, numbers: set[int]
) -> HttpResponse:
    lines = lines_in(tracking_list.lines.filter(number__in=numbers), ())
    first = int(request.resolver_match.kwargs["number"])  # type: ignore[union-attr]
    shown = shown_rows(lines, rules_in_force(), tracking_list.offering, may_mend=True)
    context = {
        **_page(request, tracking_list),
        "row": next((row for row in shown if row.number == first), None),
        "also": [row for row in shown if row.number != first],
    }
    return render(request, "faculty/lists/_changed.html", context)


def _back(request: HttpRequest, tracking_list: TrackingList, number: int = 0) -> str:
    """The page of the list that the person came from, at the row."""
    show = request.POST.get("show", "")
    page = request.POST.get("page", "")
    address = reverse("faculty:list", args=[tracking_list.pk])
    query = "&".join(
        part
        for part in (
            f"show={show}" if show in {*_SHOW, "all"} else "",
            f"page={page}" if page.isdecimal() else "",
        )
        if part
    )
    return f"{address}{'?' + query if query else ''}{f'#row-{number}' if number else ''}"


@login_required
@require_POST
def remove(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """Take a learner off the list."""
    tracking_list = _list(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    attempt(
        request,
        lambda: remove_line(by=by, tracking_list=tracking_list, number=number),
        f"Row {number} was removed from the list.",
    )
    return redirect(_back(request, tracking_list))


@login_required
@require_POST
def acknowledge_rows(request: HttpRequest, pk: str) -> HttpResponse:
    """Acknowledge the warnings of the chosen rows, or of all."""
    tracking_list = _list(request, pk)
    chosen = [int(n) for n in request.POST.getlist("row") if n.isdecimal() and len(n) < 10]
    if "all" in request.POST:
        waiting = tracking_list.lines.filter(state=LineState.WARNING)
        chosen = list(waiting.values_list("number", flat=True))
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    done = attempt(request, lambda: acknowledge(by=by, tracking_list=tracking_list, numbers=chosen))
    count = done.value or 0
    if count:
        rows = "1 row is" if count == 1 else f"{count:,} rows are"
        messages.success(request, f"{rows} acknowledged.")
    elif done:
        messages.info(request, "Choose the rows whose warnings you acknowledge.")
    return redirect(_back(request, tracking_list))


@login_required
@require_POST
def submit(request: HttpRequest, pk: str) -> HttpResponse:
    """Submit the list, or send a returned request again."""
    tracking_list = _list(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        context = _page(request, tracking_list, form)
        return render(request, "faculty/lists/list.html", context, status=422)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    said = form.cleaned_data
    wanted = request.POST.get("request", "")
    again = next((each for each in tracking_list.requests.all() if str(each.pk) == wanted), None)

    def act() -> list[Any]:
        if again:
            return [
                resubmit_request(by=by, request=again, attest=said["attest"], note=said["note"])
            ]
        return submit_list(
            by=by,
            tracking_list=tracking_list,
            attest=said["attest"],
            verified_on=said["verified_on"],
            note=said["note"],
        )

    done = attempt(request, act)
    if not done:
        context = {**_page(request, tracking_list, form), "problems": done.problems}
        return render(request, "faculty/lists/list.html", context, status=done.status)
    where = " and ".join(RequestState(each.state).label.lower() for each in done.value or [])
    messages.success(request, f"The list was submitted: it is now {where}.")
    return redirect("faculty:list", pk=tracking_list.pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: str) -> HttpResponse:
    """Put a list aside that was not submitted."""
    tracking_list = _list(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    said = "The list was discarded. Nothing of it was sent to anyone."
    if attempt(request, lambda: discard_list(by=by, tracking_list=tracking_list), said):
        return redirect("faculty:offering", pk=tracking_list.offering_id)
    return redirect("faculty:list", pk=tracking_list.pk)


@login_required
@require_GET
def export(request: HttpRequest, pk: str, form: str) -> HttpResponseBase:
    """The list with its verdicts, as a workbook or as CSV."""
    if form not in ("xlsx", "csv"):
        raise Http404
    tracking_list = _list(request, pk)
    lines, rules = tracking_list.lines.order_by("number"), rules_in_force()
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    note_export(by=by, of=tracking_list, what="a tracking list", rows=lines.count())
    cells = lines.values_list("cells", flat=True).iterator(chunk_size=A_PIECE)
    columns = used_columns(tracking_list.kind, cells, rules)
    found = map(_verdict_row, lines.iterator(chunk_size=A_PIECE))
    table = verdict_lines(columns, found, rules)
    name = f"tracking-list-{str(tracking_list.pk)[:8]}-checked.{form}"
    if form == "csv":
        return csv_answer(table, name)
    response = HttpResponse(to_workbook(table, "Tracking list"), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _verdict_row(line: ListLine) -> VerdictRow:
    return VerdictRow(
        line.number,
        line.cells,
        str(LineState(line.state).label),
        [*line.errors, *line.warnings],
    )
