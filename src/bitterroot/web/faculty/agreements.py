"""The agreement (MOU) of a proposal: its answers, sending it to the parties, the executed file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.files.domain import read as read_file
from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import facts_of
from bitterroot.proposals.domain import mou as verbs
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.rules import is_author, is_office, may_execute_mou
from bitterroot.web.faculty.proposals import visible
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.policy_forms import bind, named, names_for, read, shown

FORM = "mou"
SAID = {
    "save": "Saved.",
    "send": "The agreement is out for the parties' signatures.",
    "execute": "The executed agreement is on record.",
}


@login_required
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: str) -> HttpResponse:
    """Read it; authors and the office write and send it; the office records that it is executed."""
    row = visible(request, pk)
    person = request.user.person  # type: ignore[union-attr]
    by = actor.person(person)
    office = bool(is_office(by))
    mou = row.mous.order_by("-pk").first()
    form = policies.of(row.case).forms[FORM]
    fields = [f for s in form.sections for f in s.fields if f.type not in ("files", "computed")]
    values: dict[str, Any] = mou.values if mou else _first_values(row)
    problems: list[tuple[str, str]] = []
    status = 200
    act = request.POST.get("act", "")
    if request.method == "POST" and act in SAID:
        if act != "execute":
            values = form.clean(read(fields, request.POST).values)
        done = attempt(request, lambda: _do(act, by, row, mou, values, request), SAID[act])
        if done:
            return redirect("faculty:agreement", pk=row.pk)
        problems, status = done.problems, done.status
        mou = row.mous.order_by("-pk").first()
    elif request.method == "POST":
        values = form.clean(read(fields, request.POST).values)  # further rows were asked for
    may_write = (is_author(person, row) or office) and (mou is None or mou.state == MouState.DRAFT)
    errors: dict[str, list[str]] = {}
    for key, sentence in problems:
        errors.setdefault(key, []).append(sentence)
    names = names_for(policies.of(row.case))
    facts = facts_of(form.clean(values))
    bound = {
        b.field.key: b
        for b in bind(
            fields, values, names, facts=facts, errors=errors, more=request.POST.get("more", "")
        )
    }
    context = {
        "proposal": row,
        "mou": mou,
        "sections": [
            (s, [bound[f.key] for f in s.fields if f.key in bound]) for s in form.sections
        ],
        "answers": [
            (
                s.title,
                [
                    (f.label, shown(f, values.get(f.key), names))
                    for f in s.fields
                    if values.get(f.key)
                ],
            )
            for s in form.sections
        ],
        "may_write": may_write,
        "may_execute": mou is not None
        and mou.state != MouState.EXECUTED
        and bool(may_execute_mou(by, row)),
        "problems": named(fields, problems),
    }
    return render(request, "faculty/agreement.html", context, status=status)


def _do(
    act: str,
    by: actor.Actor,
    row: Proposal,
    mou: Mou | None,
    values: dict[str, Any],
    request: HttpRequest,
) -> Mou:
    if act == "execute":
        sent = request.FILES.get("file")
        if mou is None or sent is None:
            raise NotPossible("Choose the executed agreement.", [("file", "Choose the file.")])
        try:
            day = date.fromisoformat(request.POST.get("executed_on", ""))
        except ValueError:
            raise NotPossible(
                "Give the day.", [("executed_on", "Give the day it was signed.")]
            ) from None
        return verbs.execute_mou(
            by=by, mou=mou, file_name=sent.name or "", data=sent.read(), executed_on=day
        )
    if mou is None:
        mou = verbs.draft_mou(by=by, proposal=row, values=values)
    else:
        mou = verbs.save_mou(by=by, mou=mou, values=values)
    return verbs.send_mou(by=by, mou=mou) if act == "send" else mou


def _first_values(row: Proposal) -> dict[str, Any]:
    """What the proposal already says of its parties."""
    outside = row.values.get("partner_organizations") or []
    return {
        "title": f"Agreement on {row.title}"[:160],
        "type": "third-party" if row.values.get("third_party") else "interdisciplinary",
        "parties": [
            {
                "legal_name": p.get("name", ""),
                "officer": p.get("officer", ""),
                "officer_title": p.get("officer_title", ""),
                "email": p.get("email", ""),
            }
            for p in outside
        ],
        "programs": [row.title] if row.title else [],
    }


@login_required
def agreement_file(request: HttpRequest, pk: str) -> HttpResponse:
    """The executed agreement, to those who see the proposal."""
    mou = visible(request, pk).mous.exclude(file=None).order_by("-pk").first()
    if mou is None or mou.file is None:
        raise Http404
    answer = HttpResponse(read_file(mou.file), content_type=mou.file.media_type)
    ending = "pdf" if mou.file.media_type == "application/pdf" else "docx"
    answer["Content-Disposition"] = f'attachment; filename="agreement.{ending}"'
    return answer
