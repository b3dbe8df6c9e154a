"""Who is away and who acts for them, written down for someone who cannot say it themselves."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bitterroot.governance.domain.away import go_away
from bitterroot.people import actor
from bitterroot.people.domain.absence import end_absence
from bitterroot.people.queries.absences import lasting
from bitterroot.people.rules import may_record_absences
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.form_fields import DaysForm, PersonField
from bitterroot.web.ui.text import day

MOST = 200  # absences that one page shows


class AbsenceForm(DaysForm):
    """Who is away, from when to when, who acts, and why someone else says it."""

    field_order = ("person", "starts_on", "ends_on")
    person = PersonField(label="Who is away", error_messages={"required": "Say who."})
    deputy = PersonField(label="Who acts for them", error_messages={"required": "Say who."})
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Both read it: say no more than they need. “Cannot be reached” is enough.",
        error_messages={"required": "Write a reason."},
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Every absence of today and later; write one down for someone else, or end one."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_record_absences(by).require()
    ends = request.method == "POST" and "end" in request.POST
    form = AbsenceForm(request.POST if request.method == "POST" and not ends else None)
    status = 200
    if request.method == "POST":
        if _end(request, by) if ends else _record(request, by, form):
            return redirect("office:absences")
        status = 409 if ends else 422
    rows = lasting().select_related("person", "deputy", "recorded_by").order_by("starts_on", "pk")
    context = {
        "form": form,
        "problems": [(key, text) for key, errors in form.errors.items() for text in errors],
        "absences": rows[:MOST],
    }
    return render(request, "office/absences.html", context, status=status)


def _record(request: HttpRequest, by: actor.Actor, form: AbsenceForm) -> bool:
    if not form.is_valid():
        return False
    said = form.cleaned_data
    days = f"{day(said['starts_on'])} to {day(said['ends_on'])}"
    done = attempt(
        request,
        lambda: go_away(by=by, **said),
        f"{said['deputy'].display_name} acts for {said['person'].display_name} from {days}. "
        "Both are told.",
    )
    for key, text in done.problems:
        form.add_error(key if key in form.fields else None, text)
    return bool(done)


def _end(request: HttpRequest, by: actor.Actor) -> bool:
    key = request.POST.get("end", "")
    row = next((each for each in lasting()[:MOST] if str(each.pk) == key), None)
    if row is None:
        raise Http404
    said = "The absence has ended. Both are told."
    return bool(attempt(request, lambda: end_absence(by=by, absence=row), said))
