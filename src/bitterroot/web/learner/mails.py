"""Which mails a person wants, and when."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance.models import Seat
from bitterroot.messages.domain.choices import (
    QUIET_FROM,
    QUIET_UNTIL,
    QUIET_WEEKENDS,
    choices_of,
    choose_mails,
)
from bitterroot.messages.groups import OPTIONAL, Group
from bitterroot.messages.queries.own import always_sent, own_notices, shown
from bitterroot.people.actor import person as acting
from bitterroot.people.models import Person
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.viewer import viewer

HOURS = [(n, f"{n:02d}:00") for n in range(24)]


@require_http_methods(["GET", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    """Groups to switch off, and quiet hours, also for a learner who came by a badge's link."""
    person = viewer(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    row = choices_of([person]).get(person.pk)
    offered = _offered(person)
    status = 200
    if request.method == "POST":
        on = set(request.POST.getlist("on"))
        done = attempt(
            request,
            lambda: choose_mails(
                by=acting(person),
                person=person,
                off=[
                    group.key
                    for group in OPTIONAL
                    if (group.key not in on if group in offered else row and group.key in row.off)
                ],
                quiet_from=_hour(request.POST.get("quiet_from", "")),
                quiet_until=_hour(request.POST.get("quiet_until", "")),
                weekends="weekends" in request.POST,
            ),
            "Your choices are kept.",
        )
        if done:
            return redirect("learner:mails")
        status = done.status
    context = {
        "groups": [(group, row is None or group.key not in row.off) for group in offered],
        "hours": HOURS,
        "quiet_from": row.quiet_from if row else QUIET_FROM,
        "quiet_until": row.quiet_until if row else QUIET_UNTIL,
        "weekends": row.weekends if row else QUIET_WEEKENDS,
        "always": always_sent(),
    }
    return render(request, "learner/mails.html", context, status=status)


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """What was written to this person, newest first, also what they get no mail of."""
    person = request.user.person  # type: ignore[union-attr]
    page = Paginator(own_notices(person), 30).get_page(request.GET.get("page"))
    context = {"page": page, "notices": [shown(mail) for mail in page]}
    answer = render(request, "learner/notices.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _offered(person: Person) -> list[Group]:
    """What the person may be written about: who has only badges is not asked about bodies."""
    works = person.assignments.exists() or Seat.objects.filter(person=person).exists()
    return [group for group in OPTIONAL if works or group.for_learners]


def _hour(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
