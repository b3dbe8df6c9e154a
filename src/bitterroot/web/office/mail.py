"""Outgoing mail: what waits, what failed and why, what was sent; and sending it again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bitterroot.messages.domain import again as verbs
from bitterroot.messages.domain.dispatch import has_post
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.queries import outgoing as queries
from bitterroot.messages.rules import may_tend_mail
from bitterroot.people import actor
from bitterroot.proposals.rules import is_office
from bitterroot.record.models import Outbox
from bitterroot.web.ui.acting import attempt

MOST_UNWRITTEN = 50


def _tender(request: HttpRequest) -> actor.Actor:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_tend_mail(by).require()
    return by


@login_required
@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """Mails in one state, 50 a page, up to `MOST`; those that failed come first where there are any."""
    by = _tender(request)
    counts = queries.counts()
    first = MailState.FAILED if counts[MailState.FAILED] else MailState.QUEUED
    state = request.GET.get("state", "")
    if state not in MailState.values:
        state = str(first if counts[first] else MailState.SENT)
    pages = Paginator(queries.mails(state), 50)
    pages.count = min(counts[state], queries.MOST)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "mails": [queries.outgoing(each) for each in page],
        "state": state,
        "states": [(s.value, s.label, counts[s.value]) for s in MailState],
        "most": queries.MOST,
        "unwritten": queries.unwritten()[:MOST_UNWRITTEN],
        "tries": queries.TRIES,
        "to_write": queries.to_write(),
        "has_post": has_post(),
        "is_office": bool(is_office(by)),
    }
    return render(request, "office/mail.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one mail in the queue again."""
    by = _tender(request)
    row = get_object_or_404(Mail, pk=pk)
    attempt(request, lambda: verbs.send_again(by=by, mail=row), "It is in the queue again.")
    return redirect("office:mail")


@login_required
@require_POST
def write_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again to write the mails of one event."""
    by = _tender(request)
    row = get_object_or_404(Outbox, pk=pk)
    attempt(
        request, lambda: verbs.write_again(by=by, waiting=row), "Its mails are written again soon."
    )
    return redirect("office:mail")
