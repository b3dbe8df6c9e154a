"""Screens of offerings: plan one, download its template, upload its lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bitterroot.governance import policies
from bitterroot.learning import rules
from bitterroot.learning.checks.reading import ListUnreadable
from bitterroot.learning.domain.checking import rules_in_force, template_of
from bitterroot.learning.domain.offering import counts_from, create_offering
from bitterroot.learning.domain.tracking_list import upload_list
from bitterroot.learning.enums import EnrollmentState
from bitterroot.learning.interfaces.lists.template import Heading, write_template
from bitterroot.learning.models import Offering
from bitterroot.learning.queries import (
    offerable_programs,
    offerings_of,
    usual_instructors,
    visible_offering,
)
from bitterroot.learning.queries.lists import with_counts
from bitterroot.people import actor
from bitterroot.people.queries.offices import who_may_teach
from bitterroot.programs.models import Program
from bitterroot.programs.rules import may_see_versions
from bitterroot.web.faculty.lists_forms import OfferingForm, UploadForm
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.policy_forms import ID

A_CHOICE = 20  # people who are shown to choose from
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def offerings(request: HttpRequest) -> HttpResponse:
    """The offerings that the person tracks."""
    person = request.user.person  # type: ignore[union-attr]
    found = offerings_of(person).prefetch_related("instructors")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    terms = {term.key: term.label for term in policies.current().calendar.terms}
    rows = [(offering, terms.get(offering.term, offering.term)) for offering in page.object_list]
    context = {"page": page, "rows": rows, "programs": offerable_programs(person)[:100]}
    return render(request, "faculty/lists/offerings.html", context)


def _offering(request: HttpRequest, pk: str) -> Offering:
    found = visible_offering(request.user.person, pk)  # type: ignore[union-attr]
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "POST"])
def new_offering(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan an offering of a program; `act=find` looks for instructors and keeps what was typed."""
    program = get_object_or_404(Program, slug=slug)
    person = request.user.person  # type: ignore[union-attr]
    if not rules.may_offer(person, program):
        raise Http404
    said, text = request.POST, request.POST.get("who", "").strip()[:150]
    chosen = [UUID(key) for key in said.getlist("instructors")[:A_CHOICE] if ID.fullmatch(key)]
    finding = said.get("act") == "find" or bool(text)  # a name that nobody looked for is not lost
    found = list(who_may_teach(text)[: A_CHOICE + 1]) if finding and text else []
    people = {*usual_instructors(program), *chosen, *(each.pk for each in found[:A_CHOICE])}
    more: dict[str, Any] = {"program": program, "policy": policies.current(), "people": people}
    if finding:
        ticked = [*chosen, *(each.pk for each in found if len(found) == 1)]
        form = OfferingForm(initial={**said.dict(), "instructors": ticked}, **more)
    else:
        form = OfferingForm(said or None, **more)
        if request.method == "POST" and form.is_valid():
            done = _planned(request, program, form.cleaned_data)
            if done.value is not None:
                return redirect("faculty:offering", pk=done.value.pk)
    context = {
        "form": form,
        "program": program,
        "finding": finding,
        "who": text,
        "found": found[:A_CHOICE],
        "too_many": len(found) > A_CHOICE,
    }
    status = 422 if request.method == "POST" and not finding else 200
    return render(request, "faculty/lists/new_offering.html", context, status=status)


def _planned(request: HttpRequest, program: Program, said: dict[str, Any]) -> Attempt[Offering]:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    return attempt(
        request,
        lambda: create_offering(
            by=by,
            program=program,
            term=said["term"],
            session=said["session"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            modality=said["modality"],
            instructors=list(said["instructors"]),
        ),
        "The offering is planned.",
    )


@login_required
@require_GET
def show_offering(request: HttpRequest, pk: str) -> HttpResponse:
    """One offering: its days, its lists, and where to upload the next."""
    return _show(request, _offering(request, pk), UploadForm())


def _show(
    request: HttpRequest,
    offering: Offering,
    form: UploadForm,
    unreadable: ListUnreadable | None = None,
    status: int = 200,
) -> HttpResponse:
    lists = with_counts(offering.lists.select_related("uploaded_by")).order_by("-uploaded_at")
    context = {
        "offering": offering,
        "program": offering.program,
        "term": policies.current().calendar.term(offering.term).label,
        "instructors": offering.instructors.order_by("family_name"),
        "enrolled": offering.enrollments.filter(state=EnrollmentState.ENROLLED).count(),
        "lists": lists[:50],
        "requests": offering.requests.select_related("tracking_list").order_by("-submitted_at")[
            :50
        ],
        "form": form,
        "unreadable": unreadable,
        "counts_from": counts_from(offering),
        "version": offering.program_version,
        "newest": offering.program.versions.order_by("-n").first(),
        "badge": template_of(offering),
        "sees_versions": may_see_versions(request.user.person, offering.program),  # type: ignore[union-attr]
        "drop_help": _what_may_be_uploaded(),
    }
    return render(request, "faculty/lists/offering.html", context, status=status)


def _what_may_be_uploaded() -> str:
    limits = rules_in_force().lists.limits
    return (
        "Excel, OpenDocument, CSV or tab-separated text; at most "
        f"{limits.rows:,} learners and {limits.file_bytes / 1e6:,.0f} MB."
    )


@login_required
@require_GET
def template(request: HttpRequest, pk: str) -> HttpResponse:
    """The workbook to fill in, headed for this offering."""
    offering = _offering(request, pk)
    names = offering.instructors.order_by("family_name").values_list("display_name", flat=True)
    heading = Heading(
        program=offering.program.title,
        term=policies.current().calendar.term(offering.term).label,
        instructor=", ".join(names),
        session=offering.session,
    )
    badge = template_of(offering)
    content = write_template(
        offering.program.kind,
        heading,
        rules_in_force(),
        assessed=badge is None or badge.assessed,
    )
    response = HttpResponse(content, content_type=_WORKBOOK)
    name = f"tracking-list-{offering.program.slug}-{offering.term}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def upload(request: HttpRequest, pk: str) -> HttpResponse:
    """Read a list and check every row; what cannot be read is explained, and nothing kept."""
    offering = _offering(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, offering, form, status=422)
    file = form.cleaned_data["file"]
    most = rules_in_force().lists.limits.file_bytes
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    try:
        if file.size > most:
            raise ListUnreadable(
                f"The file is too large: {file.size / 1e6:,.1f} MB where at most "
                f"{most / 1e6:,.0f} MB are read.",
                "Remove pictures and further sheets, or split the list.",
            )
        done = attempt(
            request,
            lambda: upload_list(by=by, offering=offering, data=file.read(), filename=file.name),
        )
    except ListUnreadable as error:
        return _show(request, offering, form, error, status=422)
    if done.value is None:
        return _show(request, offering, form, status=done.status)
    return redirect("faculty:list", pk=done.value.pk)
