"""Agreements in one list: what ends soon, what has ended, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import roles_of
from bitterroot.proposals.models import BY_END, Mou
from bitterroot.proposals.queries import agreements
from bitterroot.web.ui.sheets import A_PIECE, csv_answer

MOST = 5000  # rows of a file
HEADINGS = ("Agreement", "Programs", "Parties", "State", "Executed on", "Last day")


@login_required
@require_GET
def agreements_list(request: HttpRequest) -> HttpResponseBase:
    """All agreements for the office and auditors, one's own for a lead; by state or word, as CSV."""
    person: Person = request.user.person  # type: ignore[union-attr]
    whole = bool(roles_of(person) & {Role.PROGRAM_OFFICER, Role.AUDITOR})
    found = agreements.agreements_visible_to(person, whole=whole)
    soon, over = agreements.expiring_and_expired(found)
    text, show = request.GET.get("q", "").strip()[:100], request.GET.get("show", "")
    if text:
        found = found.filter(Q(proposal__title__alike=text) | Q(values__title__icontains=text))
    if show in agreements.FILTERS:
        found = found.filter(state__in=agreements.FILTERS[show][1])
    found = found.order_by(*BY_END)
    if request.GET.get("as") == "csv":
        return csv_answer(_table(found[:MOST]), "agreements.csv")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(mou, agreements.parties_of(mou), agreements.programs_of(mou)) for mou in page],
        "q": text,
        "show": show,
        "shows": [(key, label) for key, (label, _) in agreements.FILTERS.items()],
        "soon": soon,
        "over": over,
        "whole": whole,
    }
    return render(request, "faculty/agreements.html", context)


def _table(found: QuerySet[Mou]) -> Iterator[Sequence[str]]:
    yield HEADINGS
    for mou in found.iterator(chunk_size=A_PIECE):
        executed = mou.executed_on.isoformat() if mou.executed_on else ""
        last = mou.last_day.isoformat() if mou.last_day else ""
        programs, parties = (
            "; ".join(names(mou)) for names in (agreements.programs_of, agreements.parties_of)
        )
        yield str(mou), programs, parties, mou.get_state_display(), executed, last
