"""What is done on a matter before a body: motions, conflicts, ballots, objections, conditions."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bitterroot.governance.counting import Hands
from bitterroot.governance.domain import ballot as ballots
from bitterroot.governance.domain.acts import acknowledge, rule_fallen
from bitterroot.governance.domain.conflict import (
    clear_flag,
    declare_conflict,
    recuse,
    withdraw_recusal,
)
from bitterroot.governance.domain.decision import close_condition
from bitterroot.governance.domain.motion import LIVE, move_motion, second, withdraw_motion
from bitterroot.governance.domain.objection import raise_objection
from bitterroot.governance.enums import (
    BallotMethod,
    BallotState,
    ItemState,
    MeetingState,
    RunState,
)
from bitterroot.governance.models import Ballot, Condition, Conflict, Motion, StepRun
from bitterroot.governance.queries.bodies import body_of, sitting, title_of
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.web.bodies.access import by_of, person_of, standing, the_ballot, the_matter
from bitterroot.web.bodies.matters import item_of, motion_form, page, told_of
from bitterroot.web.ui.acting import attempt


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


def _hands(request: HttpRequest) -> Hands | None:
    """The hands that were counted; None where none were. What is left empty is none."""
    if "hands" not in request.POST:
        return None
    said = [request.POST.get(name, "").strip() or "0" for name in Hands._fields]
    if not all(each.isascii() and each.isdigit() and len(each) <= 4 for each in said):
        raise NotPossible("Write whole numbers of hands.")
    return Hands(*map(int, said))


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
        "It is noted. Until it is settled you do not vote.",
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
            by=by_of(r), ballot=_ballot(r, run), casting=r.POST.get("casting", ""), hands=_hands(r)
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
    "fall": (
        lambda r, run: rule_fallen(by=by_of(r), run=run, reason=_said(r)),
        "The decision falls. The body and the proposers are told; it is taken anew.",
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
        "told": told_of(row, row.motion, run, person),
        "in_room": [e for e in row.eligible if e["person"] in row.present],
        "away": bool(row.present) and str(person.pk) not in row.present,
        **standing(request, run.body),
    }
    return render(request, "bodies/ballot.html", context, status=status)
