"""What a learner decides about their own data, and what they ask the university about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bitterroot.governance import policies
from bitterroot.issuing.domain.record_request import MOST, ask_about_record
from bitterroot.issuing.enums import RecordKind, RecordState
from bitterroot.issuing.models import RecordRequest
from bitterroot.issuing.queries.record import held_about
from bitterroot.people.actor import Actor, person
from bitterroot.people.domain.person import place_hold
from bitterroot.people.domain.privacy import choose_badges
from bitterroot.people.models import Person
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.viewer import viewer

SHOWN = 20  # requests, the newest
TONES = {RecordState.WAITING: "pine", RecordState.DONE: "good", RecordState.REFUSED: "warn"}
WITHHELD = "Your directory information is withheld. Nobody but you sees your badges."


@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """The choices, and the requests with their answers; POST makes one of them."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    if request.method != "POST":
        return _page(request, who)
    done = _act(request, person(who), who)
    return redirect("learner:privacy") if done else _page(request, who, done)


def _act(request: HttpRequest, by: Actor, who: Person) -> Attempt[Any]:
    act, text = request.POST.get("act", ""), request.POST.get("text", "")
    if act == "withhold":
        return attempt(request, lambda: place_hold(by=by, person=who, hold=True), WITHHELD)
    if act in ("no_badges", "badges"):
        wanted = act == "badges"
        said = "You get badges again." if wanted else "No badge is issued to you from now on."
        return attempt(request, lambda: choose_badges(by=by, person=who, wanted=wanted), said)
    kind = request.POST.get("kind", "")
    if kind not in RecordKind.values:
        missing = "Choose what you ask for."
        return Attempt(None, False, missing, [("kind", missing)], 422)
    return attempt(
        request,
        lambda: ask_about_record(by=by, person=who, kind=RecordKind(kind), text=text),
        "Your request is with the university. You get an answer in writing.",
    )


def _page(request: HttpRequest, who: Person, failed: Attempt[Any] | None = None) -> HttpResponse:
    asked = RecordRequest.objects.filter(person=who).order_by("-asked_at")[:SHOWN]
    kinds = [k for k in RecordKind if k != RecordKind.RELEASE or who.directory_hold]
    context = {
        "who": who,
        "requests": [(row, TONES[RecordState(row.state)]) for row in asked],
        "kinds": kinds,
        "kind": request.POST.get("kind", ""),
        "text": request.POST.get("text", ""),
        "problems": dict(failed.problems) if failed is not None else {},
        "most": MOST,
        "days": policies.current().awards.answer_records_within_days,
    }
    answer = render(
        request, "learner/privacy.html", context, status=200 if failed is None else failed.status
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """What the university holds here about the person who looks."""
    who = viewer(request)
    if who is None:
        return render(request, "learner/come_in.html", status=403)
    context = {"who": who, "parts": held_about(who)}
    answer = render(request, "learner/record.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer
