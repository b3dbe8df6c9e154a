"""Signing, for whoever runs the system: keys, status lists, and whether our badges verify."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bitterroot.issuing.domain import canaries
from bitterroot.issuing.queries.operation import operation
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.people import actor
from bitterroot.web.ui.acting import attempt

STATES = {
    "listed": ("Listed, signs later", "info"),
    "signs": ("Signs", "good"),
    "verifies": ("Signs no more, its badges verify", "info"),
    "retired": ("Retired", "info"),
    "compromised": ("Withdrawn", "bad"),
}
KEPT = {
    "file": "A file on this machine",
    "sealed file": "A sealed file on this machine",
    "program": "A program that signs",
    "module": "A hardware module",
    "not here": "Not on this machine",
}


@login_required
@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """What signs, what it signed, and what the last night's checks found. Nothing is changed here."""
    may_tend_keys(actor.person(request.user.person)).require()  # type: ignore[union-attr]
    found = operation()
    context = {
        "found": found,
        "keys": [
            (each, *STATES[each.state], KEPT.get(each.kept, each.kept)) for each in found.keys
        ],
    }
    return render(request, "office/signing.html", context)


@login_required
@require_POST
def check_now(request: HttpRequest) -> HttpResponse:
    """Check the canaries now, instead of next night."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    attempt(request, lambda: canaries.check(by=by), "Every canary was checked.")
    return redirect("office:signing")
