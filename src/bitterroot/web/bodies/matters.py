"""One matter before a body: its papers, conflicts, reviews, motions and ballots on one page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bitterroot.files.domain import read as read_file
from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.body_rules import (
    may_see_result,
    may_take_part,
    may_withdraw_recusal,
    why_recusal_stands,
)
from bitterroot.governance.counting import in_words
from bitterroot.governance.domain import ballot as ballots
from bitterroot.governance.domain.acts import acknowledge
from bitterroot.governance.domain.conflict import (
    clear_flag,
    declare_conflict,
    recuse,
    withdraw_recusal,
)
from bitterroot.governance.domain.decision import close_condition
from bitterroot.governance.domain.motion import LIVE, move_motion, second, withdraw_motion
from bitterroot.governance.domain.objection import raise_objection
from bitterroot.governance.domain.run import choices, step_of
from bitterroot.governance.enums import (
    BallotMethod,
    BallotState,
    ConflictState,
    ItemState,
    MeetingState,
    RunState,
)
from bitterroot.governance.models import AgendaItem, Ballot, Condition, Conflict, Motion, StepRun
from bitterroot.governance.queries.ballots import room
from bitterroot.governance.queries.bodies import body_of, rule_of, sitting, title_of
from bitterroot.governance.queries.minutes import by_name, tally_in_words
from bitterroot.governance.queries.reviews import rubric_of, submitted, summary_of
from bitterroot.governance.rules import may_close_condition
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.policy import Form
from bitterroot.proposals.queries.process import PILOT
from bitterroot.web.bodies.access import by_of, person_of, standing, the_ballot, the_matter
from bitterroot.web.bodies.forms import MotionForm
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.differences import differences
from bitterroot.web.ui.policy_forms import answers, names_for


@login_required
@require_safe
def show_matter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The matter, for members, authors and the office; what one may do differs."""
    return page(request, the_matter(request, pk))


def page(request: HttpRequest, run: StepRun, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a matter. `more` overrides parts of it, such as a form that was refused."""
    person = person_of(request)
    stand = standing(request, run.body)
    item = item_of(run)
    sheets = submitted(run)
    open_ = run.state == RunState.OPEN
    context = {
        "run": run,
        "title": run.case.title,
        "body_title": title_of(run.body),
        "item": item,
        "open": open_,
        "rule": in_words(rule_of(run)),
        "room": room(run, item.meeting if item else None) if open_ else None,
        "in_session": bool(item and item.meeting.state == MeetingState.IN_SESSION),
        "electronic": body_of(run).electronic,
        "asked_by": run.referred_by and title_of(run.referred_by.body),
        "conflicts": conflicts_of(run, by_of(request)),
        "mine": run.conflicts.filter(person=person).first(),
        "takes_part": bool(may_take_part(by_of(request), run)),
        "has_rubric": bool(rubric_of(run).criteria),
        "my_review": run.reviews.filter(reviewer=person).first(),
        "sheets": sheets,
        "scale": rubric_of(run).scale,
        "summary": summary_of(run, sheets),
        "motions": motions_of(run, person),
        "motion_lives": run.motions.filter(state__in=LIVE).exists(),
        "decisions": run.decisions.order_by("recorded_at").prefetch_related("conditions"),
        "closes": bool(may_close_condition(by_of(request), run)),
        "objections": run.objections.select_related("person"),
        "motion_form": motion_form(request, run, item, stand["keeps"]) if open_ else None,
        "typed": request.POST,
        "proposal": getattr(run.case, "proposal", None),
        **papers_of(run),
        **stand,
        **more,
    }
    return render(request, "bodies/matter.html", context, status=status)


def item_of(run: StepRun) -> AgendaItem | None:
    """The agenda item of the matter that counts now: of a coming meeting, else the last one."""
    found = run.agenda_items.select_related("meeting").order_by("-meeting__starts_at")
    return found.filter(state__in=(ItemState.LISTED, ItemState.LATE)).first() or found.first()


def conflicts_of(run: StepRun, by: Actor) -> list[dict[str, Any]]:
    """Each conflict, and whether who looks may take its recusal back now."""
    cast = list(Ballot.objects.filter(motion__run=run))
    found = run.conflicts.select_related("person", "run__case").order_by("noted_at")
    return [
        {
            "conflict": each,
            "takes_back": each.state == ConflictState.RECUSED
            and not why_recusal_stands(each, cast)
            and bool(may_withdraw_recusal(by, each)),
        }
        for each in found
    ]


def papers_of(run: StepRun) -> dict[str, Any]:
    """What the body decides on: the frozen version, its answers in words, its files."""
    snapshot = run.case.snapshots.order_by("-n").first()
    if snapshot is None:
        return {"snapshot": None, "answers": [], "files": []}
    content = orjson.loads(snapshot.content)
    policy = policies.of(run.case)
    form = policy.forms[policy.processes[run.case.process].form]
    return {
        "snapshot": snapshot,
        "answers": answers(form, content["values"], names_for(policy)),
        "files": content.get("files") or [],
        "record": content.get("pilot"),
        **_changes(run, form, content),
    }


def _changes(run: StepRun, form: Form, content: dict[str, Any]) -> dict[str, Any]:
    """Where a program has run as a pilot: what is said otherwise than it was approved with."""
    program = getattr(getattr(run.case, "proposal", None), "program", None)
    version = (
        program.versions.filter(approved_at__lte=run.case.opened_at).order_by("-n").first()
        if program is not None
        else None
    )
    if version is None:
        return {}
    policy = policies.of(run.case)
    found = differences(
        form,
        version.content,
        content["values"],
        names_for(policy),
        only=policy.forms[PILOT].fields.keys(),
    )
    return {"differences": found}


def motions_of(run: StepRun, person: Person) -> list[dict[str, Any]]:
    """Motions with their ballots, each with its tally in words where the person may know it."""
    found = run.motions.select_related("mover", "seconder").prefetch_related("ballots")
    return [
        {
            "motion": motion,
            "live": motion.state in LIVE,
            "ballots": [_told(ballot, motion, run, person) for ballot in motion.ballots.all()],
            "open": next((b for b in motion.ballots.all() if b.state == BallotState.OPEN), None),
        }
        for motion in found
    ]


def _told(ballot: Ballot, motion: Motion, run: StepRun, person: Person) -> dict[str, Any]:
    motion.run = run
    ballot.motion = motion
    sees = may_see_result(person, ballot)
    return {
        "ballot": ballot,
        "voted": ballots.ballot_votes(ballot) if ballot.state == BallotState.OPEN else 0,
        "of": len(ballot.present) or len(ballot.eligible),  # how many can vote now
        "sees": sees,
        "tally": tally_in_words(ballot.result) if sees else "",
        "names": by_name(ballot.result) if sees else [],
        "mine": ballot.votes.filter(person=person).first(),
        "may_vote": str(person.pk) in {each["person"] for each in ballot.eligible},
    }


def motion_form(
    request: HttpRequest, run: StepRun, item: AgendaItem | None, keeps: object
) -> MotionForm | None:
    """The form of a motion; None where the step has no outcomes that a body could move."""
    found = choices(step_of(run)) if run.kind == "vote" else {}
    if not found:
        return None
    policy = policies.of(run.case)
    process = policy.processes[run.case.process]
    ways = [
        (way, f"Step: {process.step(way).title}")
        for choice in found.values()
        for way in (choice.ways[1:] and choice.ways)
    ]
    ways += [(key, policy.bodies[key].title) for choice in found.values() for key in choice.bodies]
    seen = room(run, item.meeting if item else None)
    here = seen.present if item and item.meeting.state == MeetingState.IN_SESSION else seen.eligible
    members = [(str(s.person.pk), s.person.display_name) for s in here] if keeps else []
    return MotionForm(
        request.POST if "outcome" in request.POST or "move" in request.POST else None,
        outcomes=[(key, choice.label) for key, choice in found.items()],
        ways=list(dict.fromkeys(ways)),
        members=members,
    )


@login_required
@require_POST
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a motion, or note one that was moved in the room."""
    run, by = the_matter(request, pk), by_of(request)
    item = item_of(run)
    form = motion_form(request, run, item, standing(request, run.body)["keeps"])
    if form is None:
        raise Http404
    if not form.is_valid():
        return page(request, run, 422, motion_form=form)
    said = form.cleaned_data
    floor = (
        item and item.state == ItemState.LISTED and item.meeting.state == MeetingState.IN_SESSION
    )
    done = attempt(
        request,
        lambda: move_motion(
            by=by,
            run=run,
            item=item if floor else None,
            outcome=said["outcome"],
            mover=_person(run, said.get("mover")),
            seconder=_person(run, said.get("seconder")),
            reason=said["reason"],
            to=said.get("to", ""),
            conditions=[(line, None) for line in said["conditions"].splitlines()],
        ),
        "The motion is before the body.",
    )
    if not done:
        for name, sentence in done.problems:
            form.add_error(name if name in form.fields else None, sentence)
        return page(request, run, done.status, motion_form=form)
    return redirect("bodies:matter", pk=pk)


def _person(run: StepRun, key: str | None) -> Person | None:
    """The member of the body who was named, or None where nobody was."""
    if not key:
        return None
    found = next((s.person for s in sitting(run.body) if str(s.person.pk) == key), None)
    if found is None:
        raise NotPossible("Choose a member.")
    return found


def _motion(request: HttpRequest, run: StepRun) -> Motion:
    found = run.motions.filter(state__in=LIVE).select_related("item__meeting").first()
    if found is None:
        raise NotPossible("No motion is before the body.")
    return found


def _ballot(request: HttpRequest, run: StepRun) -> Ballot:
    chosen = request.POST.get("ballot", "")
    found = next((b for b in Ballot.objects.filter(motion__run=run) if str(b.pk) == chosen), None)
    if found is None:
        raise NotPossible("Choose a ballot.")
    return found


def _conflict(request: HttpRequest, run: StepRun) -> Conflict:
    chosen = request.POST.get("conflict", "")
    found = next((c for c in run.conflicts.all() if str(c.pk) == chosen), None)
    if found is None:
        raise NotPossible("Choose a conflict.")
    return found


def _condition(request: HttpRequest, run: StepRun) -> Condition:
    chosen = request.POST.get("condition", "")
    found = Condition.objects.filter(decision__run=run).select_related("decision__case")
    condition = next((c for c in found if str(c.pk) == chosen), None)
    if condition is None:
        raise NotPossible("Choose a condition.")
    return condition


def _member(request: HttpRequest, run: StepRun) -> Person:
    """The member who was chosen: by their conflict, or from the list of who sits."""
    if "conflict" in request.POST:
        return _conflict(request, run).person
    chosen = request.POST.get("person", "")
    found = next((s.person for s in sitting(run.body) if str(s.person.pk) == chosen), None)
    if found is None:
        raise NotPossible("Choose a member.", [("person", "Choose a member.")])
    return found


def _said(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:2000]


Act = Callable[[HttpRequest, StepRun], object]
ACTS: dict[str, tuple[Act, str]] = {
    "step-aside": (
        lambda r, run: recuse(by=by_of(r), run=run, reason=_said(r)),
        "You are recused from this matter and not counted for its quorum.",
    ),
    "recuse": (
        lambda r, run: recuse(by=by_of(r), run=run, person=_member(r, run), reason=_said(r)),
        "They are recused and not counted for the quorum.",
    ),
    "declare": (
        lambda r, run: declare_conflict(by=by_of(r), run=run, reason=_said(r)),
        "The chair decides whether you take part.",
    ),
    "clear": (
        lambda r, run: clear_flag(by=by_of(r), conflict=_conflict(r, run), reason=_said(r)),
        "They may take part.",
    ),
    "take-back": (
        lambda r, run: withdraw_recusal(by=by_of(r), conflict=_conflict(r, run), reason=_said(r)),
        "The recusal is withdrawn; the record keeps it with the reason.",
    ),
    "second": (
        lambda r, run: second(
            by=by_of(r), motion=_motion(r, run), seconder=_person(run, r.POST.get("seconder"))
        ),
        "Seconded; a ballot can be opened.",
    ),
    "withdraw": (
        lambda r, run: withdraw_motion(by=by_of(r), motion=_motion(r, run)),
        "The motion is withdrawn.",
    ),
    "ballot-room": (
        lambda r, run: ballots.open_ballot(by=by_of(r), motion=_motion(r, run)),
        "The ballot is open for those in the room.",
    ),
    "ballot-electronic": (
        lambda r, run: ballots.open_ballot(
            by=by_of(r), motion=_motion(r, run), method=BallotMethod.ELECTRONIC
        ),
        "The electronic ballot is open; members are told.",
    ),
    "close": (
        lambda r, run: ballots.close_ballot(
            by=by_of(r), ballot=_ballot(r, run), casting=r.POST.get("casting", "")
        ),
        "The ballot is closed.",
    ),
    "release": (
        lambda r, run: ballots.release_result(by=by_of(r), ballot=_ballot(r, run)),
        "The result is known now, and the decision stands.",
    ),
    "acknowledge": (
        lambda r, run: acknowledge(by=by_of(r), run=run),
        "Noted; the matter goes on.",
    ),
    "condition": (
        lambda r, run: close_condition(
            by=by_of(r), condition=_condition(r, run), evidence=r.POST.get("evidence", "")[:2000]
        ),
        "The condition is met. With the last one, the matter goes on.",
    ),
    "object": (
        lambda r, run: raise_objection(by=by_of(r), run=run, reason=_said(r)),
        "Your objection is recorded with its reason.",
    ),
}


@login_required
@require_POST
def act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Do one act on the matter; the page comes back, with what was refused if it was."""
    run = the_matter(request, pk)
    if act not in ACTS:
        raise Http404
    verb, said = ACTS[act]
    done = attempt(request, lambda: verb(request, run), said)
    if not done:
        run.refresh_from_db()
        return page(request, run, done.status, refused=act, problems=done.problems)
    return redirect("bodies:matter", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Vote: the motion, until when, yes, no or abstain. It can be changed while it is open."""
    row = the_ballot(request, pk)
    person, by, status = person_of(request), by_of(request), 200
    if request.method == "POST":
        choice, called = request.POST.get("choice", ""), "person" in request.POST
        done = attempt(
            request,
            lambda: ballots.cast_vote(
                by=by,
                ballot=row,
                choice=choice,
                person=_member(request, row.motion.run) if called else None,
            ),
            "The vote is noted."
            if called
            else "Your vote is counted. You may change it while the ballot is open.",
        )
        if done:
            return redirect("bodies:ballot", pk=pk)
        status = done.status
    run = row.motion.run
    context = {
        "run": run,
        "body_title": title_of(run.body),
        "motion": row.motion,
        "is_open": row.state == BallotState.OPEN and run.state == RunState.OPEN,
        "shows": body_of(run).shows,
        "told": _told(row, row.motion, run, person),
        "in_room": [e for e in row.eligible if e["person"] in row.present],
        "away": bool(row.present) and str(person.pk) not in row.present,
        **standing(request, run.body),
    }
    return render(request, "bodies/ballot.html", context, status=status)


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, sha256: str) -> HttpResponse:
    """A file of the frozen version, always as a download."""
    run = the_matter(request, pk)
    named = next((f for f in papers_of(run)["files"] if f["sha256"] == sha256), None)
    if named is None:
        raise Http404
    stored = get_object_or_404(StoredFile, sha256=sha256)
    answer = HttpResponse(read_file(stored), content_type="application/octet-stream")
    name = named["name"].replace('"', "").replace("\\", "").encode("ascii", "replace").decode()
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
