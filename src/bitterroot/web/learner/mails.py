"""Which mails a person wants, and when."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.messages.domain.choices import choices_of, choose_mails
from bitterroot.messages.groups import OPTIONAL
from bitterroot.people.actor import person as acting
from bitterroot.web.ui.acting import attempt

HOURS = [(n, f"{n:02d}:00") for n in range(24)]


@login_required
@require_http_methods(["GET", "POST"])
def mails(request: HttpRequest) -> HttpResponse:
    """Groups to switch off, and quiet hours. What asks one to act is always sent."""
    person = request.user.person  # type: ignore[union-attr]
    row = choices_of([person]).get(person.pk)
    status = 200
    if request.method == "POST":
        on = set(request.POST.getlist("on"))
        done = attempt(
            request,
            lambda: choose_mails(
                by=acting(person),
                person=person,
                off=[group.key for group in OPTIONAL if group.key not in on],
                quiet_from=_hour(request.POST.get("quiet_from", "")),
                quiet_until=_hour(request.POST.get("quiet_until", "")),
            ),
            "Your choices are kept.",
        )
        if done:
            return redirect("learner:mails")
        status = done.status
    context = {
        "groups": [(group, row is None or group.key not in row.off) for group in OPTIONAL],
        "hours": HOURS,
        "quiet_from": row.quiet_from if row else 0,
        "quiet_until": row.quiet_until if row else 0,
    }
    return render(request, "learner/mails.html", context, status=status)


def _hour(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1
