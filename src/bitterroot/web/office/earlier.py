"""Entering a program that was decided before Bitterroot, on the document of that decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.policy import Field, Policy, facts_of
from bitterroot.programs.models import Program
from bitterroot.proposals.domain.earlier import record_earlier_program
from bitterroot.proposals.queries.process import PILOT
from bitterroot.proposals.rules import is_office
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.policy_forms import bind, names_for, read

#: What the catalog, the badge and the lists need; the document of the decision says the rest.
ASKED = (
    "title", "short_title", "kind", "track", "levels", "owner_unit", "lead", "contact_email",
    "description", "audience", "total_credits", "total_hours", "modality", "prerequisites",
    "assessed", "outcomes", "skills", "completion_rule", "criteria_narrative", "badge_alt_text",
    "badge_language", "badge_validity", "badge_valid_months",
)  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def earlier(request: HttpRequest) -> HttpResponse:
    """The form; what is wrong is said at its field, and what was typed stays."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    is_office(by).require()
    policy = policies.current()
    form = policy.forms[PILOT]
    fields = [form.fields[key] for key in ASKED if key in form.fields]
    values: dict[str, Any] = {}
    done: Attempt[Program] = Attempt()
    more = request.POST.get("more", "")
    if request.method == "POST":
        values = form.clean(read(fields, request.POST).values)
        if not more:
            done = attempt(
                request,
                lambda: _enter(request, by, policy, fields, values),
                "The program is entered, with its earlier decision.",
            )
            if done:
                return redirect("office:programs")
    errors: dict[str, list[str]] = {}
    for key, sentence in done.problems:
        errors.setdefault(key, []).append(sentence)
    context = {
        "fields": bind(
            fields,
            values,
            names_for(policy, past_terms=True),
            facts=facts_of(values),
            errors=errors,
            more=more,
        ),
        "terms": policy.calendar.terms,
        "problems": done.problems,
        "errors": errors,
        "typed": request.POST,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
    }
    return render(request, "office/earlier.html", context, status=done.status)


def _enter(
    request: HttpRequest,
    by: actor.Actor,
    policy: Policy,
    fields: list[Field],
    values: dict[str, Any],
) -> Program:
    said, sent = request.POST, request.FILES.get("document")
    facts = facts_of(values)
    problems = [
        (f.key, f"{f.label}: please answer.")
        for f in fields
        if f.is_shown(facts) and f.is_required(facts) and values.get(f.key) in (None, "", [])
    ]
    lead = Person.objects.filter(pk=values["lead"]).first() if values.get("lead") else None
    try:
        decided_on = date.fromisoformat(said.get("decided_on", ""))
    except ValueError:
        decided_on = None
        problems.append(("decided_on", "Give the day of the decision."))
    if not said.get("body", "").strip():
        problems.append(("body", "Name the body that decided."))
    if sent is None:
        problems.append(("document", "Attach the document that shows the decision."))
    elif (sent.size or 0) > settings.UPLOAD_LIMIT:
        most = settings.UPLOAD_LIMIT // 1024**2
        problems.append(("document", f"The document is larger than {most} MB."))
    term = said.get("pilot_start_term", "")
    if term and term not in {each.key for each in policy.calendar.terms}:
        problems.append(("pilot_start_term", "Choose a term of the list."))
    if problems or lead is None or decided_on is None or sent is None:
        raise NotPossible("Something is missing; the list says what.", problems)
    return record_earlier_program(
        by=by,
        values=values,
        lead=lead,
        body=said.get("body", "")[:200],
        decided_on=decided_on,
        document_name=(sent.name or "decision")[:200],
        document=sent.read(),
        reason=said.get("reason", "")[:2000],
        established=said.get("standing") == "established" or not policy.has_pilots,
        pilot_start_term=term,
    )
