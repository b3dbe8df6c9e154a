"""Being away: from when to when, who acts meanwhile, and for whom one acts oneself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bitterroot.governance.domain.away import go_away, seats_of_absent
from bitterroot.governance.queries.bodies import title_of
from bitterroot.people import actor
from bitterroot.people.domain.absence import end_absence
from bitterroot.people.models import Absence, Person
from bitterroot.people.queries import assignments
from bitterroot.people.queries.absences import DEPUTIZED, lasting
from bitterroot.record import clock
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.form_fields import DaysForm, PersonField
from bitterroot.web.ui.text import day


class AwayForm(DaysForm):
    """From when to when one is away, and who acts."""

    deputy = PersonField(label="Who acts for you", error_messages={"required": "Say who."})
    note = forms.CharField(
        label="Note to them",
        max_length=300,
        required=False,
        help_text="It stands in their mail.",
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Say that one is away and who acts; come back earlier; see for whom one acts."""
    person: Person = request.user.person  # type: ignore[union-attr]
    form = AwayForm(request.POST if request.method == "POST" and _announces(request) else None)
    status = 200
    if request.method == "POST":
        if _announce(request, person, form) if form.is_bound else _end(request, person):
            return redirect("faculty:away")
        status = 422 if form.is_bound else 409
    found = absences_about(person)
    context = {
        "form": form,
        "problems": [(key, text) for key, errors in form.errors.items() for text in errors],
        "own": [each for each in found if each.person_id == person.pk],
        "others": [(each, offices_of(each)) for each in found if each.deputy_id == person.pk],
        "offices": _offices(person, clock.today(), clock.today(), None),
    }
    return render(request, "faculty/away.html", context, status=status)


def _announces(request: HttpRequest) -> bool:
    return "end" not in request.POST


def _announce(request: HttpRequest, person: Person, form: AwayForm) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    name = said["deputy"].display_name
    done = attempt(
        request,
        lambda: go_away(by=actor.person(person), person=person, **said),
        f"{name} acts for you from {day(said['starts_on'])} to {day(said['ends_on'])}, and is told.",
    )
    for key, text in done.problems:
        form.add_error(key, text)
    return bool(done)


def _end(request: HttpRequest, person: Person) -> bool:
    key = request.POST.get("end", "")
    mine = [each for each in absences_about(person) if each.person_id == person.pk]
    row = next((each for each in mine if str(each.pk) == key), None)
    if row is None:
        raise Http404
    by = actor.person(person)
    return bool(
        attempt(request, lambda: end_absence(by=by, absence=row), "You act again yourself alone.")
    )


def absences_about(person: Person) -> list[Absence]:
    """Absences of today and later of `person`, and those in which they act. One query."""
    rows = lasting().filter(Q(person=person) | Q(deputy=person)).select_related("person", "deputy")
    found = list(rows.order_by("starts_on"))
    for row in found:
        now = row.starts_on <= clock.today()
        since = "" if now else f"from {day(row.starts_on)} "
        row.for_the_deputy = (  # type: ignore[attr-defined]
            f"You act for {row.person}, who is away {since}until {day(row.ends_on)}."
        )
        row.for_the_absent = (  # type: ignore[attr-defined]
            f"You are away {since}until {day(row.ends_on)}; {row.deputy} acts for you."
        )
    return found


def offices_of(absence: Absence) -> list[str]:
    """In words, the offices in which the deputy acts."""
    return [
        said
        for said, why in _offices(
            absence.person, absence.starts_on, absence.ends_on, absence.deputy
        )
        if not why
    ]


def _offices(
    person: Person, starts_on: date, ends_on: date, deputy: Person | None
) -> list[tuple[str, str]]:
    """The offices of `person` in those days, and why a deputy would not act in one."""
    rows = assignments(starts_on).filter(person=person, role__in=DEPUTIZED).select_related("unit")
    said: list[Any] = [
        (f"{row.get_role_display()}{f', {row.unit}' if row.unit else ''}", "")
        for row in rows.order_by("role", "unit")
    ]
    return said + [
        (f"{each.seat.get_office_display()}, {title_of(each.seat.body)}", each.why_not)
        for each in seats_of_absent(person, deputy, starts_on, ends_on)
    ]
