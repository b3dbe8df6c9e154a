"""Bodies that meet in public: when, what is on the agenda, what the minutes say. No account is needed."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bitterroot.governance import policies
from bitterroot.governance.interfaces.calendar import calendar, meeting_entries
from bitterroot.governance.models import Meeting
from bitterroot.governance.queries import open_meetings
from bitterroot.policy.models.bodies import Body

MOST = 50  # meetings that are over, on a page


def _body(key: str) -> Body:
    body = open_meetings.open_body(key)
    if body is None:
        raise Http404
    return body


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Every body that meets in public, with its next meeting."""
    following = open_meetings.next_ones()
    found = [(body, following.get(body.key)) for body in open_meetings.open_bodies()]
    return render(request, "public/meetings.html", {"bodies": found})


@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """One body: the meetings to come and those that were held."""
    found = _body(key)
    context = {
        "body": found,
        "coming": open_meetings.to_come(found, MOST),
        "held": open_meetings.held(found, MOST),
    }
    return render(request, "public/meetings_of.html", context)


@require_safe
def meeting(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """One meeting: its published agenda, and the minutes once the body has approved them."""
    found = get_object_or_404(Meeting, pk=pk, body=_body(key).key)
    if not open_meetings.is_public(found):
        raise Http404
    minutes = open_meetings.minutes_of(found)
    context = {
        "body": _body(key),
        "meeting": open_meetings.in_public(found),
        "agenda": open_meetings.agenda_of(found),
        "minutes": minutes,
    }
    return render(request, "public/meeting.html", context)


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The coming meetings with their cut-offs, for calendar programs to subscribe to."""
    found = _body(key)
    name = f"{found.title}, {policies.current().institution.short_name}"
    made = calendar(name, meeting_entries(found.title, open_meetings.to_come(found)))
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")
