"""Mails that wait to be read: one list, and a page for each with what can be done."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.messages.domain import drafts as verbs
from bitterroot.messages.domain.rewording import MOST_BODY
from bitterroot.messages.models import Mail, MailState
from bitterroot.messages.queries import drafts as queries
from bitterroot.messages.rules import may_read_drafts
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.web.ui.acting import Attempt, attempt


def _reader(request: HttpRequest) -> actor.Actor:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_read_drafts(by).require()
    return by


@login_required
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, 50 a page."""
    _reader(request)
    page = Paginator(queries.drafts(), 50).get_page(request.GET.get("page"))
    return render(request, "office/drafts.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one; change it, send it, or discard it with a reason."""
    by = _reader(request)
    row = get_object_or_404(Mail.objects.filter(_OURS_TO_READ), pk=pk)
    said = request.POST
    done: Attempt[object] = Attempt()
    if request.method == "POST":
        done = _act(request, by, row)
        if done:
            return (
                redirect("office:draft", pk) if said["act"] == "keep" else redirect("office:drafts")
            )
        row.refresh_from_db()
    context = {
        "row": row,
        "open": row.state == MailState.DRAFT,
        "was": verbs.seen(row),
        "subject": said.get("subject", row.subject)[:1000],
        "body": said.get("body", row.body)[: MOST_BODY * 2],
        "reason": said.get("reason", ""),
        "problems": done.problems,
    }
    return render(request, "office/draft.html", context, status=done.status)


#: Drafts, and those that the office read before. The text of all others is their reader's.
_OURS_TO_READ = Q(state=MailState.DRAFT) | Q(read_by__isnull=False)


def _act(request: HttpRequest, by: actor.Actor, row: Mail) -> Attempt[object]:
    said = request.POST
    was = said.get("was", "")

    def change() -> Mail:
        return verbs.change_draft(
            by=by,
            mail=row,
            subject=said.get("subject", "")[:1000],
            body=said.get("body", "")[: MOST_BODY * 2],
            was=was,
        )

    def changed_and_sent() -> Mail:
        """What stands in the form goes out, also where it was changed and not kept before."""
        current = change()
        return verbs.send_draft(by=by, mail=current, was=verbs.seen(current))

    match said.get("act"):
        case "keep":
            return attempt(request, change, "Kept. It waits to be sent.")
        case "send":
            return attempt(request, changed_and_sent, "It goes out now.")
        case "discard":
            reason = said.get("reason", "")[:2000]
            return attempt(
                request,
                lambda: verbs.discard_draft(by=by, mail=row, reason=reason),
                "Discarded. Nobody is written to.",
            )

    def unknown() -> Mail:
        raise NotPossible("Choose what to do.")

    return attempt(request, unknown)
