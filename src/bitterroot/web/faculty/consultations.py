"""Screens of a consultation: ask for one, follow it, put it in the calendar, call it off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.enums import Role
from bitterroot.people.models import Person, Unit
from bitterroot.people.rules import as_role
from bitterroot.policy import Form, facts_of
from bitterroot.proposals.domain import consultation as verbs
from bitterroot.proposals.domain import consultation_files as files
from bitterroot.proposals.domain.appointment import calendar_file
from bitterroot.proposals.enums import ConsultationState
from bitterroot.proposals.models import Consultation
from bitterroot.proposals.queries.tracks import track_of
from bitterroot.proposals.rules import may_ask, may_attach_to_consultation, may_see_consultation
from bitterroot.record.errors import NotPossible
from bitterroot.web.faculty.track_choice import compared
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.download import download
from bitterroot.web.ui.policy_forms import bind, named, names_for, read, told

FORM = "consultation-request"


def _asked(form: Form) -> list[Any]:
    """The sections that the one who asks fills in."""
    return [section for section in form.sections if section.side == "asker"]


@login_required
@require_http_methods(["GET", "POST"])
def new_consultation(request: HttpRequest) -> HttpResponse:
    """Form A. What is wrong is said at its field; nothing typed is lost."""
    person: Person = request.user.person  # type: ignore[union-attr]
    by = actor.person(person)
    may_ask(by).require()
    policy = policies.current()
    form = policy.forms[FORM]
    fields = [f for s in _asked(form) for f in s.fields if f.type not in ("files", "computed")]
    values: dict[str, Any] = {"requester_name": person.display_name}
    first = person.assignments.exclude(unit=None).order_by("starts_on").first()
    if first is not None:
        values["unit"] = first.unit_id
    errors: dict[str, list[str]] = {}
    problems: list[tuple[str, str]] = []
    status, more = 200, request.POST.get("more", "")
    if request.method == "POST":
        values = form.clean(read(fields, request.POST).values)
        unit = Unit.objects.filter(pk=values.get("unit") or "").first()
        status = 200 if more else 422
        if not more and unit is None:
            problems = [("unit", "Choose your unit.")]
        elif not more and unit is not None:
            chosen = unit
            done = attempt(
                request,
                lambda: _ask(request, by, chosen, values),
                "The program office has your request and will find a time.",
            )
            if done.value is not None:
                return redirect("faculty:consultation", pk=done.value.pk)
            problems = done.problems
        for key, sentence in problems:
            errors.setdefault(key, []).append(sentence)
    names = names_for(policy)
    facts = facts_of(form.clean(values))
    keys = {f.key for f in fields}
    sections = [
        (
            s,
            bind(
                [f for f in s.fields if f.key in keys],
                values,
                names,
                facts=facts,
                errors=errors,
                more=more,
            ),
        )
        for s in _asked(form)
    ]
    context = {"form": form, "sections": [p for p in sections if p[1]]}
    context["problems"] = named(fields, problems)
    context |= compared(policy)
    context |= {"most_files": files.most_files(), "file_errors": errors.get(files.FIELD)}
    return render(request, "faculty/new_consultation.html", context, status=status)


@transaction.atomic
def _ask(request: HttpRequest, by: actor.Actor, unit: Unit, values: dict[str, Any]) -> Consultation:
    """The request and its files, or neither."""
    row = verbs.request_consultation(by=by, unit=unit, values=values)
    if sent := _sent(request):
        files.attach_files(by=by, consultation=row, files=sent)
    return row


def _sent(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The files of this form, by name; no more bytes are read than may be kept."""
    chosen = request.FILES.getlist(files.FIELD)
    if len(chosen) > files.most_files():
        sentence = f"At most {files.most_files()} files can be attached."
        raise NotPossible(sentence, [(files.FIELD, sentence)])
    return [(each.name or "file", each.read(settings.UPLOAD_LIMIT + 1)) for each in chosen]


def visible(request: HttpRequest, pk: str) -> Consultation:
    """The consultation, or 404 for those who may not know of it."""
    found = get_object_or_404(
        Consultation.objects.select_related("requester", "unit", "consultant"), pk=pk
    )
    if not may_see_consultation(request.user.person, found):  # type: ignore[union-attr]
        raise Http404
    return found


@login_required
@require_GET
def consultation(request: HttpRequest, pk: str) -> HttpResponse:
    """One consultation: where it stands, what was asked, what came of it."""
    found = visible(request, pk)
    person: Person = request.user.person  # type: ignore[union-attr]
    policy = policies.current()
    names = names_for(policy, found.values)
    answers = [
        (
            s.title,
            [
                (f.label, told(f, found.values.get(f.key), names))
                for f in s.fields
                if found.values.get(f.key)
            ],
        )
        for s in _asked(policy.forms[FORM])
    ]
    open_ = found.state in (ConsultationState.REQUESTED, ConsultationState.SCHEDULED)
    allows = found.outcome in verbs.ALLOWS_PROPOSAL and found.requester == person
    context = {
        "consultation": found,
        "answers": [pair for pair in answers if pair[1]],
        "outcome": verbs.OUTCOMES.get(found.outcome, ""),
        "files": found.files.filter(removed_at=None).order_by("pk"),
        "may_attach": bool(may_attach_to_consultation(actor.person(person), found)),
        "is_office": bool(as_role(actor.person(person), Role.PROGRAM_OFFICER)),
        "may_cancel": open_,
        "track": policy.taxonomy.label("tracks", track_of(found, policy)),
        "may_propose": allows and not found.proposal_set.exists(),
    }
    return render(request, "faculty/consultation.html", context)


@login_required
@require_POST
def change_files(request: HttpRequest, pk: str) -> HttpResponse:
    """Attach files, or take one out."""
    found = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    if number := request.POST.get("remove"):
        file = get_object_or_404(
            found.files.filter(removed_at=None), pk=number if number.isdecimal() else 0
        )
        attempt(request, lambda: files.remove_file(by=by, file=file), "The file is taken out.")
    else:
        attempt(request, lambda: _attach(request, by, found), "Attached. The office sees it.")
    return redirect("faculty:consultation", pk=found.pk)


def _attach(request: HttpRequest, by: actor.Actor, found: Consultation) -> None:
    sent = _sent(request)
    if not sent:
        raise NotPossible("Choose a file first.")
    files.attach_files(by=by, consultation=found, files=sent)


@login_required
@require_GET
def file(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """A file of the consultation, for those who may see the consultation."""
    found = visible(request, pk)
    rows = found.files.filter(removed_at=None).select_related("file")
    row = get_object_or_404(rows, pk=number)
    return download(row.file, row.name)


@login_required
@require_GET
def calendar(request: HttpRequest, pk: str) -> HttpResponse:
    """The appointment as an iCalendar file; 404 before it is scheduled."""
    try:
        content = calendar_file(visible(request, pk), "PUBLISH")
    except NotPossible as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="consultation.ics"'
    return answer


@login_required
@require_POST
def cancel(request: HttpRequest, pk: str) -> HttpResponse:
    """Call it off; the other side is told."""
    found = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    attempt(
        request, lambda: verbs.cancel(by=by, consultation=found), "The consultation is called off."
    )
    return redirect("faculty:consultation", pk=found.pk)
