"""Screens of an offering's roster: upload or type who is enrolled, and take someone off."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bitterroot.governance import policies
from bitterroot.learning.checks.reading import ListUnreadable
from bitterroot.learning.domain.checking import rules_in_force
from bitterroot.learning.domain.enrollment import (
    enroll_one,
    may_add_late,
    upload_roster,
    why_no_more,
    withdraw,
)
from bitterroot.learning.models import Offering
from bitterroot.learning.queries import visible_offering
from bitterroot.people import actor
from bitterroot.web.faculty.lists_forms import RosterForm, UploadForm
from bitterroot.web.ui.acting import attempt


def _offering(request: HttpRequest, pk: str) -> Offering:
    found = visible_offering(request.user.person, pk)  # type: ignore[union-attr]
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def show(request: HttpRequest, pk: str) -> HttpResponse:
    """Who is enrolled, by family name, and where to add more."""
    return _page(request, _offering(request, pk))


def _page(
    request: HttpRequest,
    offering: Offering,
    *,
    form: RosterForm | None = None,
    unreadable: ListUnreadable | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = offering.enrollments.order_by("state", "family_name", "given_name", "pk")
    context = {
        "offering": offering,
        "program": offering.program,
        "term": policies.current().calendar.term(offering.term).label,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "form": form or RosterForm(),
        "adding": form is not None,
        "unreadable": unreadable,
        "no_more": why_no_more(offering),
        "adds_late": may_add_late(actor.person(request.user.person)),  # type: ignore[union-attr]
    }
    return render(request, "faculty/lists/roster.html", context, status=status)


@login_required
@require_POST
def upload(request: HttpRequest, pk: str) -> HttpResponse:
    """Enroll everyone of a file."""
    offering = _offering(request, pk)
    form = UploadForm(request.POST, request.FILES)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    try:
        if not form.is_valid():
            raise ListUnreadable("Choose the file that holds the roster.")
        file = form.cleaned_data["file"]
        most = rules_in_force().lists.limits.file_bytes
        if file.size > most:
            raise ListUnreadable(f"At most {most / 1e6:,.0f} MB are read.")
        done = attempt(
            request,
            lambda: upload_roster(by=by, offering=offering, data=file.read(), filename=file.name),
            "The roster is up to date.",
        )
    except ListUnreadable as error:
        return _page(request, offering, unreadable=error, status=422)
    return redirect("faculty:roster", pk=offering.pk) if done else _page(request, offering)


@login_required
@require_POST
def add(request: HttpRequest, pk: str) -> HttpResponse:
    """Enroll one learner."""
    offering = _offering(request, pk)
    form = RosterForm(request.POST)
    if not form.is_valid():
        return _page(request, offering, form=form, status=422)
    by, said = actor.person(request.user.person), form.cleaned_data  # type: ignore[union-attr]
    done = attempt(
        request, lambda: enroll_one(by=by, offering=offering, **said), "The learner is enrolled."
    )
    if not done:
        for name, message in done.problems:
            form.add_error(name, message)
        return _page(request, offering, form=form, status=done.status)
    return redirect("faculty:roster", pk=offering.pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """Take a learner off the roster."""
    offering = _offering(request, pk)
    row = get_object_or_404(offering.enrollments.select_related("offering__program"), pk=number)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    attempt(request, lambda: withdraw(by=by, enrollment=row), "The learner is withdrawn.")
    return redirect("faculty:roster", pk=offering.pk)
