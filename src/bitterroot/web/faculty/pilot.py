"""The page of a pilot: its years as a time line, what is due, its reviews and notices, its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.learning.rules import may_offer
from bitterroot.people import actor
from bitterroot.people.models import Person
from bitterroot.programs import figures, rules
from bitterroot.programs.domain import ending
from bitterroot.programs.domain.pilot import MOST_YEARS, extend_pilot, why_not_in_full
from bitterroot.programs.domain.review import figures_of
from bitterroot.programs.enums import (
    FINISHING,
    GATE_OPEN,
    REVIEW_GIVEN,
    RUNNING,
    ProgramState,
    ReviewState,
)
from bitterroot.programs.models import Pilot, Program, ProgramReview
from bitterroot.programs.queries import pilots
from bitterroot.proposals.domain.change import why_not_begun
from bitterroot.proposals.domain.full import why_not_started
from bitterroot.proposals.enums import UNDER_WAY
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries import visible_to
from bitterroot.proposals.queries.agreements import chains_of
from bitterroot.proposals.queries.process import FULL, titles_of_later
from bitterroot.record import clock
from bitterroot.web.faculty.pilot_history import history_of
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.timeline import timeline

NOTES = {
    ProgramState.PILOT_LAPSED: "The pilot's time ended without the decisions that it needs. No new"
    " learners and no marketing; those enrolled finish and get their badge.",
    ProgramState.TEACH_OUT: "No new learners. Those enrolled finish and get their badge; then the"
    " program closes.",
    ProgramState.SUSPENDED: "The program office has suspended it: nothing is offered or issued.",
    ProgramState.CLOSED: "The program is closed. Its badges stay valid.",
    ProgramState.ARCHIVED: "The program is closed. Its badges stay valid.",
}


def person_of(request: HttpRequest) -> Person:
    """Who is signed in."""
    return request.user.person  # type: ignore[union-attr, no-any-return]


def seen_program(request: HttpRequest, slug: str) -> Program:
    """The program, if its pilot may be seen; 404 otherwise, as if there were none."""
    program = Program.objects.select_related("owner_unit", "lead").filter(slug=slug).first()
    if program is None or not rules.may_see_pilot(person_of(request), program):
        raise Http404
    return program


def seen_pilot(request: HttpRequest, slug: str) -> Pilot:
    """The pilot with all that its pages show; 404 as above, and where it has not begun."""
    found = pilots.pilot_of(seen_program(request, slug))
    if found is None:
        raise Http404
    return found


def seen_review(request: HttpRequest, slug: str, year: int) -> ProgramReview:
    """A review with its pilot, for who sees the pilot and for its instructors; 404 otherwise."""
    program = Program.objects.select_related("owner_unit", "lead").filter(slug=slug).first()
    found = pilots.pilot_of(program) if program else None
    row = next((each for each in found.reviews.all() if each.year == year), None) if found else None
    if found is None or row is None:
        raise Http404
    row.pilot = found
    if not rules.may_see_review(person_of(request), row):
        raise Http404
    return row


@login_required
@require_GET
def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the program stands, whatever its state: a pilot, established before, or ended."""
    return _page(request, seen_program(request, slug))


def _page(
    request: HttpRequest,
    program: Program,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = pilots.pilot_of(program)
    by = actor.person(person_of(request))
    standing = pilots.standing(found) if found else None
    context: dict[str, Any] = {
        "program": program,
        "standing": standing,
        "line": timeline(standing.years, standing.dues, clock.today()) if standing else None,
        "years": [_year(year.number, year.label, year.review) for year in standing.years]
        if standing
        else [],
        "extensions": found.extensions.select_related("granted_by") if found else [],
        "note": NOTES.get(ProgramState(program.state), ""),
        "teach_out": getattr(program, "teach_out", None),
        "next": standing.next_due if standing and standing.runs else None,
        "full_waits": why_not_in_full(program)
        if program.state == ProgramState.INTENT_CONTINUE
        else [],
        "may_write": bool(rules.may_write(by, program)),
        "full": visible_to(person_of(request))
        .filter(program=program, process=FULL)
        .order_by("created_at")
        .last(),
        "coming": program.versions.filter(taken_up=False).order_by("n").last(),
        "asked_later": asked_later(person_of(request), program),
        "may_start_full": bool(rules.is_lead(by, program)) and not why_not_started(program),
        "may_offer": program.state in GATE_OPEN and bool(may_offer(person_of(request), program)),
        "may_change": may_change(by, program),
        "has_versions": program.state not in (ProgramState.PROPOSED, ProgramState.DECLINED),
        "agreements": [chain[-1] for chain in chains_of(program)],
        "problems": problems or [],
        "typed": request.POST if problems else {},
        "events": history_of(program),
        **_office(by, program, found),
    }
    return render(request, "faculty/pilot/pilot.html", context, status=status)


def asked_later(person: Person, program: Program) -> list[tuple[str, Proposal]]:
    """Changes of the program and its end, where they are asked for and not decided yet."""
    titles = titles_of_later()
    found = visible_to(person).filter(program=program, state__in=UNDER_WAY, process__in=titles)
    rows = found.exclude(process=FULL).order_by("created_at")
    return [(titles[row.process], row) for row in rows]


def may_change(by: actor.Actor, program: Program) -> bool:
    """Whether the lead may begin a change or an end now."""
    return bool(rules.is_lead(by, program)) and not why_not_begun(program, "change")


def _year(number: int, label: str, review: ProgramReview | None) -> dict[str, Any]:
    """A row of the table of years. What was submitted keeps its figures; others are counted now."""
    counted: dict[str, Any] = {}
    if review is not None:
        frozen = review.figures if review.state in REVIEW_GIVEN else None
        counted = dict(frozen or figures_of(review).document())
        counted["enrolled"] = review.values.get("enrolled", counted.get("enrolled"))
    opened = review is not None and review.state != ReviewState.SCHEDULED
    return {
        "number": number,
        "label": label,
        "review": review,
        "figures": counted,
        "opened": opened,
    }


def _office(by: actor.Actor, program: Program, found: Pilot | None) -> dict[str, Any]:
    """What the program office may do here, and what it needs to choose from."""
    state = ProgramState(program.state)
    if not rules.may_run(by, program):
        return {"office": False}
    today = clock.today()
    return {
        "office": True,
        "may_extend": found is not None and state in (*RUNNING, ProgramState.PILOT_LAPSED),
        "may_teach_out": state in ending.MAY_END,
        "may_close": state in (ProgramState.TEACH_OUT, ProgramState.PILOT_LAPSED),
        "may_suspend": state in GATE_OPEN,
        "may_resume": state == ProgramState.SUSPENDED,
        "may_archive": state == ProgramState.CLOSED,
        "finishing": state in FINISHING,
        "open_work": figures.open_work(program)
        if state in (ProgramState.TEACH_OUT, ProgramState.PILOT_LAPSED)
        else [],
        "most_years": range(1, MOST_YEARS + 1),
        "terms": [t for t in policies.current().calendar.terms if t.finals_end >= today],
    }


@login_required
@require_http_methods(["POST"])
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """The program office extends, ends, suspends or resumes."""
    program = seen_program(request, slug)
    by = actor.person(person_of(request))
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "extend": (lambda: _extend(by, program, request), "The pilot is extended."),
        "teach-out": (
            lambda: ending.begin_teach_out(
                by=by,
                program=program,
                end_term=request.POST.get("end_term", ""),
                reason=request.POST.get("reason", "")[:4000],
            ),
            "The teach-out is planned. Lead, head and registrar are told.",
        ),
        "close": (lambda: ending.close_program(by=by, program=program), "The program is closed."),
        "suspend": (
            lambda: ending.suspend_program(
                by=by, program=program, reason=request.POST.get("reason", "")[:4000]
            ),
            "The program is suspended.",
        ),
        "resume": (lambda: ending.resume_program(by=by, program=program), "It goes on."),
        "archive": (lambda: ending.archive_program(by=by, program=program), "It is archived."),
    }
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        raise Http404
    done = attempt(request, chosen[0], chosen[1])
    if done:
        return redirect("faculty:pilot", slug=slug)
    problems = done.problems or [("", done.message)]
    return _page(request, seen_program(request, slug), problems, done.status)


def _extend(by: actor.Actor, program: Program, request: HttpRequest) -> Pilot:
    found = pilots.pilot_of(program)
    if found is None:
        raise Http404
    years = request.POST.get("years", "")
    return extend_pilot(
        by=by,
        pilot=found,
        years=int(years) if years.isdecimal() and len(years) < 3 else 0,
        reason=request.POST.get("reason", "")[:4000],
    )
