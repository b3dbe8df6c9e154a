"""A person's days in their own calendar program, by a secret address that they can end."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_see_body
from bitterroot.messages.calendar import feed_of, feed_of_body
from bitterroot.messages.domain.feed import end_feed, make_feed, person_of_feed
from bitterroot.messages.models import CalendarFeed
from bitterroot.people.actor import person as acting
from bitterroot.web.limits import Limit, TooMany, client_of, wait_page
from bitterroot.web.ui.acting import attempt

LONGEST = 100  # letters of a token
#: Of one feed: calendar programs ask every few minutes, and a few of them may.
READS = Limit("calendar", most=120, span=3600, of_all=200_000)
#: Of addresses that are nobody's, for one network. They use up nothing of those who have a feed:
#: a campus, or a calendar service, asks for many people from one address.
GUESSES = Limit("calendar-guess", most=60, span=3600, of_all=20_000)


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Make the address, make it anew, or end it. It is shown once, on the page that made it."""
    person = request.user.person  # type: ignore[union-attr]
    token = ""
    if request.method == "POST" and request.POST.get("act") == "end":
        attempt(
            request,
            lambda: end_feed(by=acting(person), person=person),
            "The address works no longer.",
        )
        return redirect("learner:calendar")
    if request.method == "POST":
        done = attempt(request, lambda: make_feed(by=acting(person), person=person))
        token = done.value or ""
    feed = CalendarFeed.objects.filter(person=person).first()
    address, bodies = "", []
    if token:
        base = settings.BASE_URL.rstrip("/")
        address = base + reverse("learner:feed", args=[token])
        bodies = [
            (body.title, base + reverse("learner:body_feed", args=[token, body.key]))
            for body in policies.current().bodies.values()
            if may_see_body(person, body.key)
        ]
    context = {"feed": feed, "address": address, "bodies": bodies}
    answer = render(request, "learner/calendar.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def feed(request: HttpRequest, token: str, body: str = "") -> HttpResponse:
    """The feed itself, for calendar programs, which do not sign in: the person's days, or the
    meetings of a `body` whose pages they may see."""
    person = person_of_feed(token) if len(token) <= LONGEST else None
    try:
        if person is None:
            GUESSES.take(client_of(request))
            raise Http404
        READS.take(str(person.pk))
    except TooMany as error:
        return wait_page(request, error.seconds)
    made = feed_of_body(person, body) if body else feed_of(person)
    if made is None:
        raise Http404
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
