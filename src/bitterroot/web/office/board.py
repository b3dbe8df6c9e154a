"""The office's board: everything by stage, with its age and when it is due."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bitterroot.governance import policies
from bitterroot.messages.rules import may_tend_mail
from bitterroot.people import actor
from bitterroot.people.enums import Role
from bitterroot.people.rules import as_role
from bitterroot.programs.enums import OF_PILOTS, ProgramState
from bitterroot.programs.models import Program
from bitterroot.proposals.enums import ConsultationState, ProposalState
from bitterroot.proposals.models import Consultation, Mou, Proposal
from bitterroot.proposals.queries.agreements import expiring_and_expired
from bitterroot.proposals.queries.process import titles_of_later
from bitterroot.proposals.queries.standing import standings
from bitterroot.proposals.rules import is_office

STAGES = (
    ProposalState.SUBMITTED, ProposalState.IN_REVIEW, ProposalState.CONDITIONS, ProposalState.SIGNING,
    ProposalState.RETURNED, ProposalState.ON_HOLD, ProposalState.DRAFT,
)  # fmt: skip
TALKS = 20  # consultations on a page
A_STAGE = 8  # proposals of each; the list of proposals has all


def require_reader(request: HttpRequest) -> None:
    """The program office and auditors; raises Refused for others."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    as_role(by, Role.PROGRAM_OFFICER, Role.AUDITOR).require()


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Consultations and proposals by stage, oldest first. A bounded number of queries."""
    require_reader(request)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    talks = (
        Consultation.objects.filter(
            state__in=[ConsultationState.REQUESTED, ConsultationState.SCHEDULED]
        )
        .select_related("requester", "unit")
        .order_by("requested_at", "pk")
    )
    stages = _stages()
    soon, over = expiring_and_expired(Mou.objects.all())
    context: dict[str, Any] = {
        "later_titles": titles_of_later(),
        "agreements_soon": soon,
        "agreements_over": over,
        "may_schedule": bool(is_office(by)),
        "may_tend_mail": bool(may_tend_mail(by)),
        "talks": Paginator(talks, TALKS).get_page(request.GET.get("page")),
        "stages": stages,
        "stands": standings(row for _, rows, _ in stages for row in rows),
    }
    return render(request, "office/board.html", context)


def _stages() -> list[tuple[str, list[Proposal], int]]:
    """Each stage with its oldest proposals and how many more there are. Three queries."""
    open_ = Proposal.objects.filter(state__in=STAGES)
    counts = dict(open_.order_by().values_list("state").annotate(n=Count("*")))
    # By the keys of the cases: indexes say all that ranks them, and no proposal is read for it.
    place = Window(RowNumber(), partition_by="state", order_by=["case__step_since", "case_id"])
    ranked = open_.order_by().annotate(place=place).filter(place__lte=A_STAGE)
    oldest = list(ranked.values_list("case_id", flat=True))
    rows = Proposal.objects.filter(case__in=oldest).select_related("case", "lead", "owner_unit")
    by_stage: dict[str, list[Proposal]] = {state: [] for state in STAGES}
    for row in rows.defer("values").order_by("case__step_since", "pk"):
        by_stage[row.state].append(row)
    return [
        (ProposalState(state).label, found, counts[state] - len(found))
        for state, found in by_stage.items()
        if found
    ]


@login_required
@require_GET
def programs(request: HttpRequest) -> HttpResponse:
    """All programs, in every state; filter by word or state."""
    require_reader(request)
    found = Program.objects.select_related("owner_unit", "lead").order_by("title")
    text, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if text:
        found = found.filter(title__alike=text)
    if state in ProgramState.values:
        found = found.filter(state=state)
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_enter": bool(is_office(actor.person(request.user.person))),  # type: ignore[union-attr]
        "q": text,
        "state": state,
        "states": [
            (each.value, each.label)
            for each in ProgramState
            if policies.current().has_pilots or each not in OF_PILOTS
        ],
    }
    return render(request, "office/programs.html", context)
