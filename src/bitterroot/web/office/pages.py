"""The pages that people rely on: their versions, and how the office publishes a new one."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.people import actor
from bitterroot.proposals.domain import pages as verbs
from bitterroot.proposals.models import Page
from bitterroot.proposals.rules import is_office
from bitterroot.web.office.board import require_reader
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.text import markdown

AROUND = 2  # lines that are shown around a change
MARKS = {"  ": "same", "- ": "gone", "+ ": "new"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: `same`, `gone`, `new`, or `skip` where lines were left out."""

    kind: str
    text: str = ""


@login_required
@require_GET
def pages(request: HttpRequest) -> HttpResponse:
    """Each page with all its versions, newest first."""
    require_reader(request)
    by_key: dict[str, list[Page]] = {}
    for row in Page.objects.defer("markdown").order_by("key", "-n"):
        by_key.setdefault(row.key, []).append(row)
    person = request.user.person  # type: ignore[union-attr]
    context = {"pages": by_key.items(), "may_write": bool(is_office(actor.person(person)))}
    return render(request, "office/pages.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Write the next version; look at it, what changes and who must attest anew; publish it."""
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    is_office(by).require()
    page = verbs.current_page(key)
    if page is None:
        raise Http404
    said = request.POST
    title = said.get("title", page.title)[: verbs.MOST_TITLE + 1]
    text = said.get("markdown", page.markdown)[: verbs.MOST_TEXT + 1].replace("\r\n", "\n")
    based_on = said.get("based_on", str(page.n))
    done: Attempt[Page] = Attempt()
    if said.get("act") == "publish":
        known = based_on.isascii() and based_on.isdigit() and len(based_on) < 8
        number = int(based_on) if known else 0
        done = attempt(
            request,
            lambda: verbs.publish_page(by=by, key=key, title=title, markdown=text, based_on=number),
            "Published. It is in force now; older versions keep their addresses.",
        )
        if done:
            return redirect("office:pages")
    context: dict[str, Any] = {
        "page": page,
        "title_typed": title,
        "text": text,
        "problems": done.problems,
        "most": verbs.MOST_TEXT,
    }
    if request.method == "POST":
        context |= {
            "look": True,
            "lines": difference(page.markdown, text),
            "renamed": title.strip() != page.title,
            "preview": markdown(text),
            "anew": verbs.attest_anew(key),
        }
    return render(request, "office/page_edit.html", context, status=done.status)


def difference(old: str, new: str) -> list[Line]:
    """What changes from `old` to `new`, line by line, with two lines around each change."""
    lines = [
        Line(MARKS[line[:2]], line[2:])
        for line in difflib.ndiff(old.strip().splitlines(), new.strip().splitlines())
        if line[:2] in MARKS
    ]
    near = {
        n
        for at, line in enumerate(lines)
        if line.kind != "same"
        for n in range(at - AROUND, at + AROUND + 1)
    }
    shown: list[Line] = []
    for n, line in enumerate(lines):
        if n in near:
            shown.append(line)
        elif near and (not shown or shown[-1].kind != "skip"):
            shown.append(Line("skip"))
    return shown
