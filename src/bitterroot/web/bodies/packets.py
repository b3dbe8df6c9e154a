"""The packet: everything that a body reads before a meeting, as a page and as one PDF."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bitterroot.governance import policies
from bitterroot.governance.bundles import titles_bound_with
from bitterroot.governance.enums import ItemState, Outcome
from bitterroot.governance.interfaces.packet import packet as pdf
from bitterroot.governance.models import (
    AgendaItem,
    Decision,
    Meeting,
    ReviewSheet,
    SignatureRequest,
    Snapshot,
    StepRun,
)
from bitterroot.governance.queries.meetings import SECTIONS
from bitterroot.governance.queries.readings import ruled_and_read
from bitterroot.governance.queries.reviews import rubric_of, submitted_on, summary_of
from bitterroot.programs.models import ProgramVersion
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.changes import bases_of, changed_keys
from bitterroot.proposals.queries.concurrence import concurrences_on
from bitterroot.proposals.queries.process import begins, form_of
from bitterroot.web.bodies.access import standing, the_meeting
from bitterroot.web.bodies.matters import frozen
from bitterroot.web.ui.differences import Difference, differences, files_in
from bitterroot.web.ui.policy_forms import Names, names_for
from bitterroot.web.ui.text import day, moment

NOTHING: dict[str, Any] = {"snapshot": None, "answers": [], "files": []}
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
    items = list(
        meeting.items.exclude(state__in=OUT)
        .select_related("run__case__proposal")
        .order_by("position")
    )
    papers = _papers([item.run for item in items])
    found = [
        (section.label, [item for item in items if item.section == section]) for section in SECTIONS
    ]
    return {
        "title": f"{body.title}, {day(meeting.starts_at)}",
        "issuer": policies.current().institution.name,
        "lead": f"{moment(meeting.starts_at)}, {meeting.place}.",
        "sections": [
            {"title": f"{label} items", "items": [_item(item, papers) for item in of]}
            for label, of in found
            if of
        ],
    }


@dataclass(slots=True)
class _Papers:
    """What the body reads on each matter of a packet, read together: by the run's key."""

    frozen: dict[Any, dict[str, Any]]
    sheets: dict[Any, list[ReviewSheet]]
    bound: dict[Any, list[str]]  # by the case's key


def _papers(runs: list[StepRun]) -> _Papers:
    """Ten queries, however many matters there are."""
    signed = SignatureRequest.objects.filter(state="signed").select_related("person")
    prefetch_related_objects(
        runs,
        Prefetch("case__signatures", signed, to_attr="signed"),
        Prefetch("case__decisions", Decision.objects.order_by("recorded_at"), to_attr="decided"),
    )
    latest = {s.case_id: s for s in Snapshot.objects.filter(
        case__in=[run.case_id for run in runs]).order_by("n")}  # fmt: skip
    content = {pk: orjson.loads(snapshot.content) for pk, snapshot in latest.items()}
    rows = {run.pk: run.case.proposal for run in runs if hasattr(run.case, "proposal")}
    bases = _bases(list(rows.values()))
    before = [base.content for base in bases.values()]
    names = names_for(
        policies.current(), *(each["values"] for each in content.values()), *before, {}
    )
    said = concurrences_on(list(rows.values()))
    found = {}
    for run in runs:
        row, here = rows.get(run.pk), content.get(run.case_id)
        terms = {term.key: term.label for term in policies.of(run.case).calendar.terms}
        papers = (
            frozen(run, latest[run.case_id], here, replace(names, terms=terms))
            if here is not None
            else dict(NOTHING)
        )
        if row is not None:
            papers["concurrences"] = said[row.pk]
        if row is not None and here is not None and row.pk in bases:
            papers["changes"] = _changes(row, bases[row.pk], here, names)
        found[run.pk] = papers
    return _Papers(found, submitted_on(runs), titles_bound_with(run.case_id for run in runs))


def _bases(rows: list[Proposal]) -> dict[Any, ProgramVersion]:
    """For each that changes a program the version that it starts from, by the proposal's key."""
    return bases_of(row for row in rows if begins(row) == "change")


def _changes(
    row: Proposal, base: ProgramVersion, here: dict[str, Any], names: Names
) -> list[Difference]:
    """What the frozen version says otherwise than the one that the change starts from."""
    only = changed_keys(row, here["values"], base)
    return differences(
        form_of(row), base.content, here["values"], names, only=only, files=files_in(here)
    )


def _parts(papers: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What changes, where it is a change; then every answer, section by section."""
    if found := papers.get("changes"):
        yield "What changes", list(_what_changes(found))
    yield from papers["answers"]


def _what_changes(found: list[Difference]) -> Iterator[tuple[str, str]]:
    """Each answer that differs, now and after the change; of rows those alone that differ."""
    for each in found:
        for side in each.rows or [each]:
            yield (
                each.label,
                f"Now: {side.old or 'nothing'}\nAfter the change: {side.new or 'nothing'}",
            )


def _item(item: AgendaItem, of: _Papers) -> dict[str, Any]:
    run = item.run
    papers, sheets = of.frozen[run.pk], of.sheets[run.pk]
    scale = rubric_of(run).scale
    return {
        "title": run.case.title,
        "facts": list(_facts(item, papers, of.bound.get(run.case_id, []))),
        "parts": [{"title": title, "rows": rows} for title, rows in _parts(papers)],
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


def _facts(item: AgendaItem, papers: dict[str, Any], bound: list[str]) -> Iterator[str]:
    run: StepRun = item.run
    snapshot = papers["snapshot"]
    if snapshot:
        yield f"Version {snapshot.n} of {day(snapshot.created_at)}, SHA-256 {snapshot.sha256}"
    ruled, read = ruled_and_read(item)
    if ruled:
        yield f"Late item: {ruled}"
    if read:
        yield read
    for signed in run.case.signed:  # type: ignore[attr-defined]
        name = signed.person.display_name if signed.person else signed.partner_name
        yield f"Signed by {name}, {signed.capacity_title}, {day(signed.acted_at)}"
    for decision in run.case.decided:  # type: ignore[attr-defined]
        yield f"{Outcome(decision.outcome).label} by {decision.body}, {day(decision.decided_on)}"
    if bound:
        yield f"Bound with: {'; '.join(bound)}"
    for said in papers.get("concurrences") or ():
        yield f"Affected unit: {said.in_words}"
    for file in papers["files"]:
        yield f"File: {file['name']}"
