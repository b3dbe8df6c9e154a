"""The words of every letter: read, changed with a preview, compared, taken back; read before sending."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.messages import wording
from bitterroot.messages.domain import rewording as verbs
from bitterroot.messages.models import LetterText
from bitterroot.messages.notices import NOTICES
from bitterroot.messages.queries import letters as queries
from bitterroot.messages.rules import may_word_letters
from bitterroot.people import actor
from bitterroot.proposals.rules import is_office
from bitterroot.web.office.pages import difference
from bitterroot.web.ui.acting import Attempt, attempt


def _worder(request: HttpRequest) -> actor.Actor:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_word_letters(by).require()
    return by


@login_required
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter with its subject, to whom and when it goes, and whose words it has."""
    by = _worder(request)
    context = {"groups": queries.all_worded(), "is_office": bool(is_office(by))}
    return render(request, "office/letters.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """Look at a letter with example data; change its words, go back to ours, read it first."""
    by = _worder(request)
    if letter not in NOTICES:
        raise Http404
    said = request.POST
    last = queries.versions(letter).first()
    based_on = said.get("based_on", str(last.n if last else 0))
    done: Attempt[object] = Attempt()
    if said.get("act") in _ACTS:
        done = _act(request, by, letter, int(based_on) if _is_number(based_on) else -1)
        if done:
            return redirect("office:letter", letter)
    now = queries.worded(letter)
    subject = said.get("subject", now.subject)[: verbs.MOST_SUBJECT + 1]
    body = said.get("body", now.body)[: verbs.MOST_BODY + 1].replace("\r\n", "\n")
    problems = done.problems
    if said.get("act") == "look":
        problems = wording.faults(letter, subject, body)
    if done.status == 409:  # theirs is in force now; whoever saves again has seen it
        last = queries.versions(letter).first()
    context: dict[str, Any] = {
        "letter": now,
        "subject": subject,
        "body": body,
        "based_on": last.n if last else 0,
        "last": last,
        "names": queries.names_of(letter),
        "versions": queries.versions(letter)[:50],
        "problems": problems,
        "lines": difference(now.body, body),
        "renamed": subject.strip() != now.subject,
        "is_office": bool(is_office(by)),
        "most": verbs.MOST_BODY,
        "linked": verbs.LINKED,
    }
    if not wording.faults(letter, subject, body):
        context["preview"] = queries.preview(letter, subject, body)
    status = 422 if said.get("act") == "look" and problems else done.status
    return render(request, "office/letter.html", context, status=status)


_ACTS = ("keep", "shipped", "first", "at-once")


def _act(request: HttpRequest, by: actor.Actor, letter: str, based_on: int) -> Attempt[object]:
    said = request.POST
    match said["act"]:
        case "keep":
            return attempt(
                request,
                lambda: verbs.reword(
                    by=by,
                    letter=letter,
                    subject=said.get("subject", "")[:1000],
                    body=said.get("body", "")[: verbs.MOST_BODY * 2],
                    based_on=based_on,
                ),
                "Kept. The next mails have these words.",
            )
        case "shipped":
            return attempt(
                request,
                lambda: verbs.use_shipped(by=by, letter=letter, based_on=based_on),
                "The shipped words are in use again. Your versions stay on record.",
            )
    first = said["act"] == "first"
    text = "Each mail waits to be read first." if first else "Mails go out at once."
    return attempt(request, lambda: verbs.read_first(by=by, letter=letter, on=first), text)


@login_required
@require_GET
def version(request: HttpRequest, letter: str, n: int) -> HttpResponse:
    """An earlier version as it was written, and what differs from the words in use."""
    by = _worder(request)
    row = get_object_or_404(LetterText.objects.select_related("written_by"), letter=letter, n=n)
    if letter not in NOTICES:
        raise Http404
    now = queries.worded(letter)
    context = {
        "row": row,
        "letter": now,
        "lines": difference(row.body, now.body),
        "is_office": bool(is_office(by)),
    }
    return render(request, "office/letter_version.html", context)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
