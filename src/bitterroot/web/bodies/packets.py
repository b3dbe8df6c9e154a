"""The packet: everything that a body reads before a meeting, as a page and as one PDF."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bitterroot.governance import policies
from bitterroot.governance.enums import ItemState, Outcome
from bitterroot.governance.interfaces.packet import packet as pdf
from bitterroot.governance.models import AgendaItem, Meeting, StepRun
from bitterroot.governance.queries.meetings import SECTIONS
from bitterroot.governance.queries.reviews import rubric_of, submitted, summary_of
from bitterroot.web.bodies.access import standing, the_meeting
from bitterroot.web.bodies.matters import papers_of
from bitterroot.web.ui.text import day, moment

OUT = (ItemState.REFUSED, ItemState.WITHDRAWN)


@login_required
@require_safe
def packet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The packet as one page, to read on a screen or to print."""
    meeting = _open_to(request, pk)
    context = {"meeting": meeting, "packet": _content(meeting)}
    return render(request, "bodies/packet.html", context)


@login_required
@require_safe
def packet_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The packet as one tagged PDF."""
    meeting = _open_to(request, pk)
    answer = HttpResponse(pdf(_content(meeting)), content_type="application/pdf")
    name = f"packet-{meeting.body}-{meeting.starts_at:%Y-%m-%d}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _open_to(request: HttpRequest, pk: UUID) -> Meeting:
    """Members read packets from the publication of the agenda on, chair and secretary before."""
    meeting = the_meeting(request, pk)
    known = meeting.published_at is not None or meeting.opened_at is not None
    if not known and not standing(request, meeting.body)["keeps"]:
        raise Http404
    return meeting


def _content(meeting: Meeting) -> dict[str, Any]:
    body = policies.current().bodies[meeting.body]
    items = meeting.items.exclude(state__in=OUT).select_related("run__case").order_by("position")
    found = [
        (section.label, [item for item in items if item.section == section]) for section in SECTIONS
    ]
    return {
        "title": f"{body.title}, {day(meeting.starts_at)}",
        "issuer": policies.current().institution.name,
        "lead": f"{moment(meeting.starts_at)}, {meeting.place}.",
        "sections": [
            {"title": f"{label} items", "items": [_item(item) for item in of]}
            for label, of in found
            if of
        ],
    }


def _item(item: AgendaItem) -> dict[str, Any]:
    run = item.run
    papers = papers_of(run)
    sheets = submitted(run)
    scale = rubric_of(run).scale
    return {
        "title": run.case.title,
        "facts": list(_facts(item, papers)),
        "parts": [{"title": title, "rows": rows} for title, rows in papers["answers"]],
        "reviews": [
            (
                each.label,
                ", ".join(f"{n} {scale[at].lower()}" for at, n in enumerate(each.counts) if n),
            )
            for each in summary_of(run, sheets)
        ]
        if sheets
        else [],
        "notes": [s.public_note for s in sheets if s.public_note],
    }


def _facts(item: AgendaItem, papers: dict[str, Any]) -> Iterator[str]:
    run: StepRun = item.run
    snapshot = papers["snapshot"]
    if snapshot:
        yield f"Version {snapshot.n} of {day(snapshot.created_at)}, SHA-256 {snapshot.sha256}"
    if item.ruling:
        yield f"Late item: {item.ruling}"
    for signed in run.case.signatures.filter(state="signed").select_related("person"):
        name = signed.person.display_name if signed.person else signed.partner_name
        yield f"Signed by {name}, {signed.capacity_title}, {day(signed.acted_at)}"
    for decision in run.case.decisions.order_by("recorded_at"):
        yield f"{Outcome(decision.outcome).label} by {decision.body}, {day(decision.decided_on)}"
    for file in papers["files"]:
        yield f"File: {file['name']}"
