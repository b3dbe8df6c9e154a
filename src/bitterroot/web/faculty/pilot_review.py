"""The yearly review of a pilot year: written by the lead, read by the head, rated by the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.policy import Form
from bitterroot.programs import rules
from bitterroot.programs.domain import review as verbs
from bitterroot.programs.domain import review_parts as parts
from bitterroot.programs.domain.dates import looks_back_on, policy_of
from bitterroot.programs.enums import REVIEW_GIVEN, REVIEW_OWED, Rating, ReviewState
from bitterroot.programs.models import ProgramReview
from bitterroot.programs.queries.versions import expected_of_year
from bitterroot.web.faculty.pilot import person_of, seen_review
from bitterroot.web.faculty.pilot_forms import autosaved, said, sections_of, sent_of, written
from bitterroot.web.faculty.proposals import answers
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.download import download
from bitterroot.web.ui.policy_forms import Sent, names_for

FROM_ROSTERS = ("enrolled", "withdrawn")
TONES = {
    ReviewState.ACCEPTED: "good",
    ReviewState.RETURNED: "warn",
    ReviewState.WAIVED: "info",
    ReviewState.SUBMITTED: "info",
}


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """One page for all: what one may do on it differs."""
    row = seen_review(request, slug, year)
    if request.method == "GET":
        return _page(request, row)
    by = actor.person(person_of(request))
    if request.POST.get("act", "save") in ("save", "submit"):
        return _write(request, by, row)
    return _act(request, by, row)


def _write(request: HttpRequest, by: actor.Actor, row: ProgramReview) -> HttpResponse:
    form = policy_of(row.pilot).forms[verbs.FORM]
    sent, revision = sent_of(request, form, row)

    def save() -> ProgramReview:
        return verbs.save_review(by=by, review=row, values=sent.values, revision=revision)

    if request.htmx:  # type: ignore[attr-defined]
        return autosaved(request, save, form, policy_of(row.pilot))
    saved, done = written(
        request,
        save,
        lambda kept: verbs.submit_review(by=by, review=kept),
        "Submitted. The head of the unit is asked to acknowledge it.",
    )
    if not done:
        problems = done.problems or [("", done.message)]
        return _page(request, saved or row, sent, problems, done.status)
    address = reverse("faculty:review", args=[row.pilot.program.slug, row.year])
    more = request.POST.get("more", "")
    return redirect(f"{address}?more={more}#id_{more}" if more in form.fields else address)


def _act(request: HttpRequest, by: actor.Actor, row: ProgramReview) -> HttpResponse:
    comments = request.POST.get("comments", "")[:4000]
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "contribute": (
            lambda: parts.contribute(
                by=by, review=row, text=request.POST.get("contribution", "")[: parts.LONGEST]
            ),
            "Noted. The leads read it as they write the review.",
        ),
        "acknowledge": (
            lambda: verbs.acknowledge_review(by=by, review=row),
            "Acknowledged. The program office is told.",
        ),
        "accept": (
            lambda: verbs.accept_review(
                by=by, review=row, rating=request.POST.get("rating", ""), comments=comments
            ),
            "Accepted. The lead is told.",
        ),
        "return": (
            lambda: verbs.return_review(by=by, review=row, reason=comments),
            "Returned to the lead with your reason.",
        ),
        "waive": (
            lambda: verbs.waive_review(
                by=by, review=row, reason=request.POST.get("reason", "")[:4000]
            ),
            "Waived. The lead is told.",
        ),
    }
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        raise Http404
    done = attempt(request, chosen[0], chosen[1])
    if done:
        return redirect("faculty:review", slug=row.pilot.program.slug, year=row.year)
    return _page(request, row, None, done.problems or [("", done.message)], done.status)


@login_required
@require_POST
def files(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Attach a file to the review, or take one out."""
    row = seen_review(request, slug, year)
    by = actor.person(person_of(request))
    taking_out = "remove" in request.POST
    act, said = (_take_out, "The file is taken out.") if taking_out else (_attach, "Attached.")
    done = attempt(request, lambda: act(request, by, row), said)
    if not done:
        return _page(request, row, None, done.problems or [("", done.message)], done.status)
    return redirect("faculty:review", slug=slug, year=year)


def _take_out(request: HttpRequest, by: actor.Actor, row: ProgramReview) -> object:
    number = request.POST.get("remove", "")
    kept = row.files.filter(removed_at=None).select_related("review__pilot__program")
    found = get_object_or_404(kept, pk=number if number.isdecimal() else 0)
    return parts.remove_file(by=by, file=found)


def _attach(request: HttpRequest, by: actor.Actor, row: ProgramReview) -> object:
    sent = request.FILES.get(f"file-{parts.FIELD}")
    if sent is None:
        raise NotPossible("Choose a file first.", [(parts.FIELD, "Choose a file first.")])
    return parts.attach_file(by=by, review=row, name=sent.name or "", data=sent.read())


@login_required
@require_GET
def file(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """A file of the review, always as a download."""
    row = seen_review(request, slug, year)
    if not _is_told(person_of(request), row):
        raise Http404
    kept = row.files.filter(removed_at=None).select_related("file")
    found = get_object_or_404(kept, pk=number)
    return download(found.file, found.name)


def _is_told(person: Person, row: ProgramReview) -> bool:
    """Whether they read what the leads wrote: instructors only once it was handed in."""
    return row.state in REVIEW_GIVEN or rules.may_see_pilot(person, row.pilot.program)


def _page(
    request: HttpRequest,
    row: ProgramReview,
    sent: Sent | None = None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = policy_of(row.pilot)
    form = policy.forms[verbs.FORM]
    program = row.pilot.program
    by = actor.person(person_of(request))
    writing = row.state in REVIEW_OWED and bool(rules.may_write(by, program))
    counted = row.figures if row.state in REVIEW_GIVEN and row.figures else None
    figures = counted or verbs.figures_of(row).document()
    begun = _from_rosters(row, figures)
    values = {**begun, **row.values, **(form.clean(sent.values) if sent else {})}
    person, told_of = person_of(request), _is_told(person_of(request), row)
    sees_pilot = rules.may_see_pilot(person, program)
    kept = row.files.filter(removed_at=None).select_related("file").order_by("pk")
    files = list(kept) if told_of else []
    # What an instructor saw is for those who write, acknowledge and rate it; not for the others.
    voices = row.contributions.select_related("writer")
    voices = voices if sees_pilot else voices.filter(writer=person)
    begun_on, _ = looks_back_on(row) or (None, None)
    planned = expected_of_year(program, row.year, begun_on) if sees_pilot else {}
    shown = {"figures": figures, "planned": planned}
    told = {"figures": render_to_string("faculty/pilot/_figures.html", shown)}
    runs = bool(rules.may_run(by, program))
    submitted = row.state == ReviewState.SUBMITTED
    context: dict[str, Any] = {
        "program": program,
        "review": row,
        "tone": TONES.get(ReviewState(row.state), "pine"),
        "who": _who(row),
        "problems": said(form, problems or []),
        "form": form,
        "writing": writing,
        "may_submit": writing and bool(rules.is_lead(by, program)),
        "otherwise": _rosters_say(row, form, figures) if writing else "",
        "sections": sections_of(
            request, policy, form, values, told=told, problems=problems, files={parts.FIELD: files}
        )
        if writing
        else [],
        "answers": []
        if writing or not told_of
        else answers(form, row.values, names_for(policy, row.values)),
        "figures": figures,
        "planned": planned,
        "files": files,
        "contributions": voices,
        "mine": row.contributions.filter(writer=person).first(),
        "may_contribute": row.state in REVIEW_OWED and bool(rules.may_contribute(by, row)),
        "sees_pilot": sees_pilot,
        "rating": row.get_rating_display() if sees_pilot else "",  # type: ignore[attr-defined]
        "said_by_office": row.comments if sees_pilot else "",
        "may_acknowledge": submitted
        and row.head_acknowledged_at is None
        and bool(rules.is_head(by, program)),
        "may_decide": submitted and runs,
        "may_waive": runs and row.state in (*REVIEW_OWED, ReviewState.SCHEDULED),
        "ratings": Rating.choices,
        "typed": request.POST,
    }
    return render(request, "faculty/pilot/review.html", context, status=status)


def _from_rosters(row: ProgramReview, figures: dict[str, Any]) -> dict[str, Any]:
    """What rosters tell of answers that the lead did not give yet, to begin with."""
    known = {key: figures.get(key) for key in FROM_ROSTERS}
    return {key: n for key, n in known.items() if n is not None and key not in row.values}


def _rosters_say(row: ProgramReview, form: Form, figures: dict[str, Any]) -> str:
    """What rosters count by now, where the answers that are kept say another number: someone may
    have left since they were written."""
    said = [
        f"{form.fields[key].label}: {figures[key]} (the review says {row.values[key]})."
        for key in FROM_ROSTERS
        if figures.get(key) is not None and row.values.get(key) not in (None, "", figures[key])
    ]
    return " ".join(said)


def _who(row: ProgramReview) -> str:
    """Who has it now."""
    program = row.pilot.program
    if row.state in REVIEW_OWED:
        return program.lead.display_name
    if row.state != ReviewState.SUBMITTED:
        return ""
    if row.head_acknowledged_at is not None:
        return "the program office"
    head = rules.head_for(program)
    return head.display_name if head else "the head of the unit"
