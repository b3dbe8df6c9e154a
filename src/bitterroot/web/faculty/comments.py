"""What is said about a proposal: writing, correcting, taking back, following."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from bitterroot.governance.domain import comment as verbs
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import Case, Comment
from bitterroot.people import actor
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import attempt

SAID = {
    "write": "Your comment is there.",
    "correct": "Corrected; the earlier wording is kept.",
    "take back": "Taken back.",
    "follow": "You follow this now and are written to when it moves.",
    "unfollow": "You no longer follow this.",
}


@login_required
@require_POST
def comments(request: HttpRequest, pk: str) -> HttpResponse:
    """One act on the comments of a proposal; then back to them."""
    row = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    act = request.POST.get("act", "")
    acts: dict[str, Callable[[], object]] = {
        "write": lambda: _write(by, row.case, request),
        "correct": lambda: verbs.correct_comment(
            by=by,
            comment=comment_named(row.case, request, "comment"),
            text=request.POST.get("text", ""),
        ),
        "take back": lambda: verbs.take_comment_back(
            by=by, comment=comment_named(row.case, request, "comment")
        ),
        "follow": lambda: verbs.follow_case(by=by, case=row.case, follow=True),
        "unfollow": lambda: verbs.follow_case(by=by, case=row.case, follow=False),
    }
    if act not in acts:
        raise Http404
    done = attempt(request, acts[act], SAID[act])
    if done:
        return redirect(f"{reverse('faculty:proposal', args=[row.pk])}#comments")
    context = {
        "title": "This was not kept",
        "text": done.message,
        "typed": request.POST.get("text", ""),
    }
    return render(request, "faculty/comment_not_kept.html", context, status=done.status)


def _write(by: actor.Actor, case: Case, request: HttpRequest) -> Comment:
    audience = request.POST.get("audience", "")
    return verbs.write_comment(
        by=by,
        case=case,
        text=request.POST.get("text", ""),
        audience=Circle(audience) if audience in Circle.values else Circle.AUTHORS,
        reply_to=comment_named(case, request, "reply_to") if request.POST.get("reply_to") else None,
        field=request.POST.get("field", ""),
    )


def comment_named(case: Case, request: HttpRequest, name: str) -> Comment:
    """The comment of the case whose key was sent as `name`. Raises Http404."""
    try:
        key = UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None
    found = case.comments.filter(pk=key).first()
    if found is None:
        raise Http404
    found.case = case
    return found
