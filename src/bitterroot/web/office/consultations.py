"""What the office does with a consultation: find a time, record the outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.people.queries import holders
from bitterroot.proposals.domain import consultation as verbs
from bitterroot.proposals.models import Consultation
from bitterroot.proposals.rules import is_office
from bitterroot.web.ui.acting import Attempt, attempt

SAID = {
    "schedule": "The time is fixed. The requester gets a mail with a calendar file.",
    "hold": "Recorded. The requester is told.",
    "close": "Closed.",
    "cancel": "Called off. The requester is told.",
    "no_show": "Noted: it did not take place.",
}


@login_required
@require_http_methods(["GET", "POST"])
def consultation(request: HttpRequest, pk: str) -> HttpResponse:
    """One consultation with the acts that are possible now."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    is_office(by).require()
    rows = Consultation.objects.select_related("requester", "unit", "consultant")
    row = get_object_or_404(rows, pk=pk)
    done: Attempt[Any] = Attempt()
    consultants = holders(Role.PROGRAM_OFFICER)
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = attempt(request, lambda: _act(request, by, row, consultants), SAID.get(act, ""))
        if done:
            return redirect("office:consultation", pk=row.pk)
        row.refresh_from_db()
    context = {
        "consultation": row,
        "consultants": consultants,
        "files": row.files.filter(removed_at=None).order_by("pk"),
        "outcomes": verbs.outcomes(policies.current()),
        "outcome": verbs.OUTCOMES.get(row.outcome, ""),
        "wanted": _wanted(row),
        "to_come": verbs.is_to_come(row),
        "times": row.values.get("preferred_times") or [],
        "problems": done.problems,
        "typed": request.POST,
    }
    return render(request, "office/consultation.html", context, status=done.status)


def _wanted(row: Consultation) -> str:
    """The product that the requester has in mind, in the form's words."""
    field = policies.current().forms["consultation-request"].fields["product"]
    return field.show(row.values.get("product"))


def _act(
    request: HttpRequest, by: actor.Actor, row: Consultation, consultants: list[Person]
) -> object:
    said = request.POST
    match said.get("act"):
        case "schedule":
            consultant = next((p for p in consultants if str(p.pk) == said.get("consultant")), None)
            if consultant is None:
                raise NotPossible("Choose who holds it.", [("consultant", "Choose someone.")])
            return verbs.schedule(
                by=by,
                consultation=row,
                at=_moment(said.get("at", "")),
                place=said.get("place", "")[:200],
                consultant=consultant,
            )
        case "hold":
            notes, outcome = said.get("notes", ""), said.get("outcome", "")
            return verbs.hold(by=by, consultation=row, notes=notes, outcome=outcome)
        case "close":
            return verbs.close(by=by, consultation=row)
        case "cancel":
            return verbs.cancel(by=by, consultation=row)
        case "no_show":
            return verbs.mark_no_show(by=by, consultation=row)
    raise NotPossible("Choose what to do.")


def _moment(typed: str) -> datetime:
    """A local day and time as a browser sends it, at the institution."""
    try:
        found = datetime.fromisoformat(typed)
        if not 2000 <= found.year <= 2100:  # time zones reckon with no other
            raise ValueError(typed)
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except ValueError:
        raise NotPossible("Give day and time.", [("at", "Give day and time.")]) from None
