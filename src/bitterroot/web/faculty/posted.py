"""What is posted to the campus: the list, the frozen version with its comments, its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_object
from bitterroot.governance.domain import comment as verbs
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import Circle
from bitterroot.governance.models import StepRun
from bitterroot.governance.posted_rules import is_staff, may_read_posted, posted_run
from bitterroot.governance.queries.bodies import title_of
from bitterroot.governance.queries.comments import said_to_campus
from bitterroot.people import actor
from bitterroot.people.models import Person
from bitterroot.policy import Form
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.posted import posted_proposals
from bitterroot.proposals.queries.process import form_of, process_of
from bitterroot.proposals.rules import may_see
from bitterroot.web.faculty.comments import comment_named
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.change_record import change_of
from bitterroot.web.ui.download import download
from bitterroot.web.ui.policy_forms import answers, names_for


def _person(request: HttpRequest) -> Person:
    return request.user.person  # type: ignore[union-attr, no-any-return]


def the_posted(request: HttpRequest, pk: object) -> tuple[Proposal, StepRun]:
    """A proposal and the period in which it is posted now, for the staff. Raises Http404."""
    found = Proposal.objects.select_related("case", "lead", "owner_unit")
    row = get_object_or_404(found, pk=pk)
    run = posted_run(row.case)
    if run is None or not may_read_posted(_person(request), row.case):
        raise Http404
    run.case = row.case
    return row, run


@login_required
@require_GET
def posted_list(request: HttpRequest) -> HttpResponse:
    """Everything that is posted now, what ends first first."""
    if not is_staff(_person(request)):
        raise Http404
    return render(request, "faculty/posted_list.html", {"rows": posted_proposals()})


@login_required
@require_GET
def posted(request: HttpRequest, pk: str) -> HttpResponse:
    """The frozen version that is posted, and what the campus says about it."""
    return _page(request, *the_posted(request, pk))


def _page(
    request: HttpRequest, row: Proposal, run: StepRun, status: int = 200, typed: str = ""
) -> HttpResponse:
    person = _person(request)
    content = orjson.loads(run.snapshot.content)  # type: ignore[union-attr]
    form = form_of(row)
    values = open_values(form, content["values"])
    step = step_of(run)
    threads, may_comment = said_to_campus(person, row.case)
    context = {
        "proposal": row,
        "run": run,
        "step": step,
        "objects": title_of(run.body) if run.kind == "no objection" and run.body else "",
        "may_object": run.kind == "no objection" and bool(may_object(actor.person(person), run)),
        "may_open": may_see(person, row),
        "asks": process_of(row).title,
        "answers": answers(form, values, names_for(policies.of(row.case), values)),
        "files": open_files(form, content),
        "change": open_change(form, row, content["values"]),
        "threads": threads,
        "may_comment": may_comment,
        "reader": person,
        "typed": typed,
    }
    return render(request, "faculty/posted.html", context, status=status)


def open_values(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without those that the policy keeps from the campus."""
    return {
        key: value
        for key, value in values.items()
        if key in form.fields and not form.fields[key].confidential
    }


def open_change(form: Form, row: Proposal, values: dict[str, Any]) -> dict[str, Any] | None:
    """What the posted `values` change, without a word of what is kept from the campus.

    None where it is no change, or none that the campus may read.
    """
    kept = {key for key, field in form.fields.items() if field.confidential}
    change = change_of(row, values, without=kept)
    return change if change and change["differences"] else None


def open_files(form: Form, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files of questions that are not confidential."""
    return [
        file
        for file in content.get("files") or []
        if file["field"] in form.fields and not form.fields[file["field"]].confidential
    ]


@login_required
@require_POST
def comment(request: HttpRequest, pk: str) -> HttpResponse:
    """Say something to the campus, answer, correct it or take it back."""
    row, run = the_posted(request, pk)
    by, text = actor.person(_person(request)), request.POST.get("text", "")
    act = request.POST.get("act", "")
    if act == "write":
        reply = comment_named(row.case, request, "reply_to") if "reply_to" in request.POST else None
        if reply is not None and reply.audience != Circle.CAMPUS:
            raise Http404
        done = attempt(
            request,
            lambda: verbs.write_comment(
                by=by, case=row.case, text=text, audience=Circle.CAMPUS, reply_to=reply
            ),
            "Your comment is there.",
        )
    elif act in ("correct", "take back"):
        mine = comment_named(row.case, request, "comment")
        if act == "correct":
            done = attempt(
                request,
                lambda: verbs.correct_comment(by=by, comment=mine, text=text),
                "Corrected; the earlier wording is kept.",
            )
        else:
            done = attempt(
                request, lambda: verbs.take_comment_back(by=by, comment=mine), "Taken back."
            )
    else:
        raise Http404
    if done:
        return redirect("faculty:posted", pk=row.pk)
    return _page(request, row, run, done.status, text if act == "write" else "")


@login_required
@require_GET
def posted_file(request: HttpRequest, pk: str, sha256: str) -> HttpResponse:
    """A file of the posted version, always as a download."""
    row, run = the_posted(request, pk)
    content = orjson.loads(run.snapshot.content)  # type: ignore[union-attr]
    named = next((f for f in open_files(form_of(row), content) if f["sha256"] == sha256), None)
    if named is None:
        raise Http404
    return download(get_object_or_404(StoredFile, sha256=sha256), named["name"])
