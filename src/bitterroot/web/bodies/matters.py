"""One matter before a body: its papers, conflicts, reviews, motions and ballots on one page."""

from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bitterroot.files.domain import read as read_file
from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.body_rules import (
    may_clear,
    may_see_result,
    may_see_ties,
    may_settle,
    may_take_part,
    may_withdraw_recusal,
    reads_as_member,
    who_clears,
    why_recusal_stands,
)
from bitterroot.governance.bundles import bound_with
from bitterroot.governance.counting import in_words
from bitterroot.governance.domain import ballot as ballots
from bitterroot.governance.domain.acts import why_not_ruled
from bitterroot.governance.domain.bundle import set_before
from bitterroot.governance.domain.motion import LIVE
from bitterroot.governance.domain.run import choices, step_of
from bitterroot.governance.enums import (
    BallotState,
    ConflictState,
    ItemState,
    MeetingState,
    RunState,
)
from bitterroot.governance.models import AgendaItem, Ballot, Motion, Objection, Snapshot, StepRun
from bitterroot.governance.queries.ballots import room
from bitterroot.governance.queries.bodies import body_of, rule_of, title_of
from bitterroot.governance.queries.comments import said_to_campus
from bitterroot.governance.queries.minutes import by_name, tally_in_words
from bitterroot.governance.queries.readings import readings, still_to_read
from bitterroot.governance.queries.reviews import rubric_of, submitted, summary_of
from bitterroot.governance.rules import may_close_condition, may_rule
from bitterroot.people.actor import Actor
from bitterroot.people.models import Person
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.concurrence import concurrences_of
from bitterroot.proposals.queries.process import PILOT, begins, form_of
from bitterroot.web.bodies.access import by_of, person_of, standing, the_matter
from bitterroot.web.bodies.forms import MotionForm
from bitterroot.web.ui.change_record import change_of
from bitterroot.web.ui.differences import Difference, differences
from bitterroot.web.ui.policy_forms import Names, answers, names_for


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
    mine = run.conflicts.filter(person=person).first()
    context = {
        "run": run,
        "title": run.case.title,
        "asks": policies.of(run.case).processes[run.case.process].title,
        "body_title": title_of(run.body),
        "item": item,
        "open": open_,
        "rule": in_words(rule_of(run)),
        "room": room(run, item.meeting if item else None) if open_ else None,
        "reading": still_to_read(run, item.meeting if item else None) if open_ else "",
        "read_on": sorted(readings([run]).get(run.pk, {}).values()) if open_ else [],
        "in_session": bool(item and item.meeting.state == MeetingState.IN_SESSION),
        "electronic": body_of(run).electronic,
        "shows": body_of(run).shows,
        "asked_by": run.referred_by and title_of(run.referred_by.body),
        "conflicts": conflicts_of(run, by_of(request)),
        "mine": mine,
        "mine_settled_by": who_clears(mine) if mine and mine.state == ConflictState.FLAGGED else "",
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
        "may_rule": bool(may_rule(by_of(request), run)) and not why_not_ruled(run),
        "settles": bool(may_settle(by_of(request), run)),
        "inside": reads_as_member(person, run),
        "objections": objections_before(run),
        "campus": said_to_campus(person, run.case)[0],
        "motion_form": motion_form(request, run, item, stand["keeps"]) if open_ else None,
        "typed": request.POST,
        "proposal": getattr(run.case, "proposal", None),
        "bound": bound_with(run.case),
        "bound_here": {each.case_id: each for each in set_before(run)},
        **papers_of(run),
        **stand,
        **more,
    }
    return render(request, "bodies/matter.html", context, status=status)


def objections_before(run: StepRun) -> QuerySet[Objection]:
    """What was objected in the case until this matter was closed: also what brought it here."""
    found = Objection.objects.filter(run__case=run.case).select_related("person", "run")
    if run.closed_at is not None:
        found = found.filter(at__lte=run.closed_at)
    return found.order_by("at")


def item_of(run: StepRun) -> AgendaItem | None:
    """The agenda item of the matter that counts now: of a coming meeting, else the last one."""
    found = run.agenda_items.select_related("meeting").order_by("-meeting__starts_at")
    return found.filter(state__in=(ItemState.LISTED, ItemState.LATE)).first() or found.first()


def conflicts_of(run: StepRun, by: Actor) -> list[dict[str, Any]]:
    """Each conflict, and whether who looks may clear it or take its recusal back now. Others than
    members and overseers read who is recused, and not why."""
    cast = list(Ballot.objects.filter(motion__run=run))
    found = run.conflicts.select_related("person", "run__case").order_by("noted_at")
    whole = by.person is not None and may_see_ties(by.person, run)
    if not whole:
        found = found.filter(state=ConflictState.RECUSED)
    return [
        {
            "conflict": each,
            "reason": each.reason if whole else "",
            "clears": each.state == ConflictState.FLAGGED and bool(may_clear(by, each)),
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
    names = names_for(policies.of(run.case), content["values"])
    proposal = getattr(run.case, "proposal", None)
    return {
        **frozen(run, snapshot, content, names),
        "concurrences": concurrences_of(proposal) if proposal else [],
        "change": change_of(proposal, content["values"]) if proposal else None,
        "differences": _since_pilot(proposal, content) if proposal else [],
    }


def frozen(
    run: StepRun, snapshot: Snapshot, content: dict[str, Any], names: Names
) -> dict[str, Any]:
    """A frozen version with its answers in words, its files and its record. No query."""
    policy = policies.of(run.case)
    form = policy.forms[policy.processes[run.case.process].form]
    return {
        "snapshot": snapshot,
        "answers": answers(form, content["values"], names),
        "files": content.get("files") or [],
        "record": content.get("pilot"),
    }


def _since_pilot(row: Proposal, content: dict[str, Any]) -> list[Difference]:
    """Where a program has run as a pilot: what is said otherwise than it was approved with."""
    if row.program is None or begins(row) != "full proposal":
        return []
    approved = row.program.versions.filter(approved_at__lte=row.case.opened_at)
    version = approved.order_by("-n").first()
    if version is None:
        return []
    policy = policies.of(row.case)
    return differences(
        form_of(row),
        version.content,
        content["values"],
        names_for(policy, version.content, content["values"]),
        only=policy.forms[PILOT].fields.keys(),
    )


def motions_of(run: StepRun, person: Person) -> list[dict[str, Any]]:
    """Motions with their ballots, each with its tally in words where the person may know it."""
    found = run.motions.select_related("mover", "seconder").prefetch_related("ballots")
    return [
        {
            "motion": motion,
            "live": motion.state in LIVE,
            "ballots": [told_of(ballot, motion, run, person) for ballot in motion.ballots.all()],
            "held_back": any(
                b.state == BallotState.CLOSED and b.released_at is None
                for b in motion.ballots.all()
            ),
            "open": next((b for b in motion.ballots.all() if b.state == BallotState.OPEN), None),
        }
        for motion in found
    ]


def told_of(ballot: Ballot, motion: Motion, run: StepRun, person: Person) -> dict[str, Any]:
    motion.run = run
    ballot.motion = motion
    sees = may_see_result(person, ballot)
    voted = ballots.ballot_votes(ballot) if ballot.state == BallotState.OPEN else 0
    return {
        "ballot": ballot,
        "voted": voted,
        "still_open": ballots.why_still_open(ballot, voted),
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
