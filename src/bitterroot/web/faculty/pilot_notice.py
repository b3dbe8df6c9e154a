"""The notice to continue or to be removed: written and signed by the lead, signed by the head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bitterroot.people import actor
from bitterroot.programs import rules
from bitterroot.programs.domain import intent as verbs
from bitterroot.programs.domain.dates import clock_of, known, policy_of
from bitterroot.programs.enums import IntentState, ProgramState
from bitterroot.programs.figures import open_work
from bitterroot.programs.models import Intent, Pilot
from bitterroot.programs.queries.pilots import standing
from bitterroot.proposals.queries.pilot_record import pilot_record
from bitterroot.web.faculty.pilot import person_of, seen_pilot
from bitterroot.web.faculty.pilot_forms import autosaved, said, sections_of, sent_of, written
from bitterroot.web.faculty.proposals import answers
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.policy_forms import Sent, names_for

GIVEN = (IntentState.SUBMITTED, IntentState.ACKNOWLEDGED)
CHANGEABLE = (ProgramState.INTENT_CONTINUE, ProgramState.INTENT_REMOVE)


@login_required
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest notice; one page for all, what one may do on it differs."""
    pilot = seen_pilot(request, slug)
    row = standing(pilot).intent
    if row is None:
        return render(
            request,
            "faculty/pilot/no_notice.html",
            {"program": pilot.program, "opens": _day(pilot, "opens"), "due": _day(pilot, "due")},
        )
    row.pilot = pilot
    if request.method == "GET":
        return _page(request, row)
    by = actor.person(person_of(request))
    if request.POST.get("act", "save") in ("save", "sign"):
        return _write(request, by, row)
    return _act(request, by, row)


def _day(pilot: Pilot, which: str) -> Any:
    ticking = clock_of(pilot)
    if ticking is None:
        return None
    return known(lambda: ticking.intent_opens if which == "opens" else ticking.intent_due)


def _write(request: HttpRequest, by: actor.Actor, row: Intent) -> HttpResponse:
    form = policy_of(row.pilot).forms[verbs.FORM]
    sent, revision = sent_of(request, form, row)

    def save() -> Intent:
        return verbs.save_intent(by=by, intent=row, values=sent.values, revision=revision)

    if request.htmx:  # type: ignore[attr-defined]
        return autosaved(request, save, form, policy_of(row.pilot))
    saved, done = written(
        request,
        save,
        lambda kept: verbs.sign_as_lead(by=by, intent=kept),
        "Signed. The head of the unit is asked to sign it too.",
    )
    if not done:
        problems = done.problems or [("", done.message)]
        return _page(request, saved or row, sent, problems, done.status)
    return redirect("faculty:notice", slug=row.pilot.program.slug)


def _act(request: HttpRequest, by: actor.Actor, row: Intent) -> HttpResponse:
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "sign-as-head": (
            lambda: verbs.sign_as_head(
                by=by, intent=row, sha256=request.POST.get("sha256", "")[:64]
            ),
            "Signed. The notice is given, and the program office is told.",
        ),
        "return": (
            lambda: verbs.return_intent(
                by=by, intent=row, reason=request.POST.get("reason", "")[:4000]
            ),
            "Returned to the lead with your reason.",
        ),
        "acknowledge": (
            lambda: verbs.acknowledge_intent(by=by, intent=row),
            "Acknowledged. Lead and head are told.",
        ),
        "change": (
            lambda: verbs.change_intent(by=by, intent=row),
            "A new notice is begun with the answers of the old one.",
        ),
    }
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        raise Http404
    done = attempt(request, chosen[0], chosen[1])
    if done:
        return redirect("faculty:notice", slug=row.pilot.program.slug)
    return _page(request, row, None, done.problems or [("", done.message)], done.status)


def _page(
    request: HttpRequest,
    row: Intent,
    sent: Sent | None = None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = policy_of(row.pilot)
    form = policy.forms[verbs.FORM]
    program = row.pilot.program
    by = actor.person(person_of(request))
    writing = row.state == IntentState.OPEN and bool(rules.may_write(by, program))
    values = {**row.values, **(form.clean(sent.values) if sent else {})}
    with_head = row.state == IntentState.SIGNED_BY_LEAD and bool(rules.is_head(by, program))
    given = row.state in GIVEN
    head = rules.head_for(program)
    context: dict[str, Any] = {
        "program": program,
        "notice": row,
        "due": _day(row.pilot, "due") if not given else None,
        "who": {
            IntentState.OPEN: program.lead.display_name,
            IntentState.SIGNED_BY_LEAD: head.display_name if head else "the head of the unit",
            IntentState.SUBMITTED: "the program office",
        }.get(IntentState(row.state), ""),
        "problems": said(form, problems or []),
        "form": form,
        "writing": writing,
        "may_sign": writing and bool(rules.is_lead(by, program)),
        "sections": sections_of(request, policy, form, values, problems=problems)
        if writing
        else [],
        "answers": [] if writing else answers(form, row.values, names_for(policy, row.values)),
        "record": pilot_record(program),
        "open_work": open_work(program) if row.state not in GIVEN else [],
        "with_head": with_head,
        "may_acknowledge": row.state == IntentState.SUBMITTED and bool(rules.may_run(by, program)),
        "may_change": given and program.state in CHANGEABLE and bool(rules.is_lead(by, program)),
        "earlier": [each for each in row.pilot.intents.all() if each.n < row.n],
        "typed": request.POST,
    }
    return render(request, "faculty/pilot/notice.html", context, status=status)
