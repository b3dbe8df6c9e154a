"""The agreement (MOU) of a proposal: its answers, sending it to the parties, the executed file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.files.domain import read as read_file
from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import facts_of
from bitterroot.policy.models.forms import Field, Form
from bitterroot.proposals.domain import mou as verbs
from bitterroot.proposals.domain.mou_life import RENEWABLE, give_notice, notice_days, renew_mou
from bitterroot.proposals.enums import IN_FORCE, UNSIGNED, MouState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries import agreements
from bitterroot.proposals.queries.agreement_start import first_values
from bitterroot.proposals.queries.process import agreement_form
from bitterroot.proposals.rules import may_execute_mou, may_see, may_write_mou
from bitterroot.web.faculty.memorandum import handed_to, readable, versions_for
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.policy_forms import answers, bind, named, names_for, read

SAID = {
    "save": "Saved.",
    "send": "The agreement is out for the parties' signatures. Below stands who is sent it, and who is not.",
    "back": "It is back in preparation. Whoever got the document is told not to sign it.",
    "execute": "The executed agreement is on record.",
    "renew": "The next agreement is begun, with the same parties and terms. Look it through.",
    "notice": "The notice is on record, and everyone concerned is written to.",
}
TONES = {MouState.EXPIRING: "warn", MouState.EXPIRED: "bad", MouState.TERMINATED: "bad"}
WRITING = ("save", "send")


@login_required
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: str) -> HttpResponse:
    """Read it; authors, leads and the office write, send and renew it; the office records that it
    is executed and that a party has given notice."""
    row, mous = readable(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    mou = mous[-1] if mous else None
    form = agreement_form(row)
    fields = [f for s in form.sections for f in s.fields if f.type not in ("files", "computed")]
    values: dict[str, Any] = mou.values if mou else first_values(row)
    problems: list[tuple[str, str]] = []
    status = 200
    act = request.POST.get("act", "")
    if request.method == "POST" and act in SAID:
        if act in WRITING:
            values = form.clean(read(fields, request.POST).values)
        done = attempt(request, lambda: _do(act, by, row, mou, values, request), SAID[act])
        if done:
            return redirect("faculty:agreement", pk=row.pk)
        problems, status = done.problems, done.status
        # Somebody may have begun another meanwhile, which this one reads or not.
        _, mous = readable(request, pk)
        mou = mous[-1] if mous else None
    elif request.method == "POST":
        values = form.clean(read(fields, request.POST).values)  # further rows were asked for
    context = {
        "proposal": row,
        "mou": mou,
        "sections": _fields_of(form, fields, values, row, problems, request.POST.get("more", "")),
        "answers": answers(form, values, names_for(policies.of(row.case), values)),
        "problems": named(fields, problems),
        "typed": request.POST if problems else {},
        "was": verbs.seen(mou) if status != 200 else request.POST.get("was", verbs.seen(mou)),
        "sign_by": request.POST.get("sign_by", ""),
        **_standing(by, row, mous, mou),
    }
    return render(request, "faculty/agreement.html", context, status=status)


def _standing(by: actor.Actor, row: Proposal, mous: list[Mou], mou: Mou | None) -> dict[str, Any]:
    """What there is of agreements, and what this person may do with them."""
    rows = mous[::-1]
    in_force = next((each for each in rows if each.state in IN_FORCE), None)
    writes = bool(may_write_mou(by, row))
    executes = bool(may_execute_mou(by, row))
    versions = versions_for(by.person, mou) if mou and by.person else []
    out = mou is not None and mou.state == MouState.OUT_FOR_SIGNATURE
    return {
        "earlier": [each for each in rows if each != mou],
        "may_open": may_see(by.person, row),
        "versions": versions,
        "since": versions[0].sent_at if out and versions else mou.stands_since if mou else None,
        "replaced": versions if mou and mou.state == MouState.DRAFT else versions[1:],
        "handed": handed_to(mou) if mou and out and (writes or executes) else [],
        "may_take_back": out and writes,
        "in_force": in_force,
        "mou_tone": TONES.get(MouState(mou.state), "pine") if mou else "pine",
        "parties": agreements.parties_of(in_force) if in_force else [],
        "notice_days": notice_days(in_force) if in_force else 0,
        "may_write": writes and (mou is None or mou.state == MouState.DRAFT),
        "may_execute": executes and mou is not None and mou.state in UNSIGNED,
        "may_renew": writes and mou is not None and mou.state in RENEWABLE,
        "may_give_notice": executes and in_force is not None and in_force.notice_on is None,
    }


def _fields_of(
    form: Form,
    fields: list[Field],
    values: dict[str, Any],
    row: Proposal,
    problems: list[tuple[str, str]],
    more: str,
) -> list[tuple[Any, list[Any]]]:
    """Each section of form E with its fields as they are written in."""
    errors: dict[str, list[str]] = {}
    for key, sentence in problems:
        errors.setdefault(key, []).append(sentence)
    names, facts = names_for(policies.of(row.case)), facts_of(form.clean(values))
    bound = {
        b.field.key: b for b in bind(fields, values, names, facts=facts, errors=errors, more=more)
    }
    return [(s, [bound[f.key] for f in s.fields if f.key in bound]) for s in form.sections]


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
    if act == "back":
        if mou is None:
            raise NotPossible("Nothing was sent.")
        return verbs.take_back_mou(by=by, mou=mou, reason=request.POST.get("reason", ""))
    if act in ("renew", "notice"):
        return _go_on(act, by, row, mou, request)
    sign_by = _day_or_none(request.POST.get("sign_by", ""))
    if mou is None:
        mou = verbs.draft_mou(by=by, proposal=row, values=values)
    else:
        mou = verbs.save_mou(by=by, mou=mou, values=values, was=request.POST.get("was"))
    return verbs.send_mou(by=by, mou=mou, sign_by=sign_by) if act == "send" else mou


def _day_or_none(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed.strip() else None
    except ValueError:
        problem = ("sign_by", "Give a day such as 2026-12-18, or none.")
        raise NotPossible("The day by which the parties sign is no day.", [problem]) from None


def _go_on(act: str, by: actor.Actor, row: Proposal, mou: Mou | None, request: HttpRequest) -> Mou:
    """Begin the agreement that follows, or record a party's notice of the one in force."""
    if act == "renew":
        if mou is None:
            raise NotPossible("There is no agreement to renew.")
        return renew_mou(by=by, mou=mou)
    held = row.mous.filter(state__in=IN_FORCE).order_by("created_at").last()
    if held is None:
        raise NotPossible("No agreement is in force.")
    said = {key: request.POST.get(key, "") for key in ("party", "reason", "effect")}
    return give_notice(by=by, mou=held, **said)


@login_required
@require_GET
def agreement_file(request: HttpRequest, pk: str, mou: str = "") -> HttpResponse:
    """The signed file of an agreement, of the last signed one if none is named."""
    signed = [
        m for m in readable(request, pk)[1] if m.file_id and (not mou or str(m.pk) == str(mou))
    ]
    found = signed[-1] if signed else None
    if found is None or found.file is None:
        raise Http404
    answer = HttpResponse(read_file(found.file), content_type=found.file.media_type)
    ending = "pdf" if found.file.media_type == "application/pdf" else "docx"
    answer["Content-Disposition"] = f'attachment; filename="agreement.{ending}"'
    return answer
