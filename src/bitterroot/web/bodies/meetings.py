"""A meeting: its agenda by section, who is there, what each member may do, and its minutes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.governance.counting import quorum_of
from bitterroot.governance.domain import agenda
from bitterroot.governance.domain import meeting as verbs
from bitterroot.governance.domain.conflict import recuse
from bitterroot.governance.domain.minutes import approve_minutes, draft_minutes
from bitterroot.governance.enums import ItemState, MeetingState, Section
from bitterroot.governance.models import AgendaItem, Meeting
from bitterroot.governance.queries.ballots import in_the_room
from bitterroot.governance.queries.bodies import Sitting, sitting
from bitterroot.governance.queries.meetings import agenda_of, coming, without_a_place
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.proposals.queries.process import titles_of_later
from bitterroot.record import clock
from bitterroot.web.bodies.access import by_of, person_of, standing, the_body, the_meeting
from bitterroot.web.bodies.bodies import TONES
from bitterroot.web.ui.acting import attempt


@login_required
@require_safe
def show_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meeting's one page, for members, chair, secretary and the office."""
    meeting = the_meeting(request, pk)
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, status: int = 200) -> HttpResponse:
    person = person_of(request)
    body = policies.current().bodies[meeting.body]
    day, seen = timezone.localtime(meeting.starts_at).date(), clock.now()
    members, here = sitting(meeting.body, day), in_the_room(meeting)
    open_agenda = meeting.state in agenda.OPEN_MEETINGS
    stand = standing(request, meeting.body)
    sections = agenda_of(meeting, person)
    context = {
        "meeting": meeting,
        "body": body,
        "tone": TONES.get(MeetingState(meeting.state), "pine"),
        "sections": sections,
        "consents": any(
            line.item.state == ItemState.LISTED
            for section, lines in sections
            for line in lines
            if section == Section.CONSENT
        ),
        "later_titles": titles_of_later(),
        "members": [(s, s.person.pk in here) for s in members],
        "movers": [s.person for s in _voting(body.chair_votes, members) if s.person.pk in here],
        "meter": _meter(body.quorum, body.chair_votes, members, here),
        "in_session": meeting.state == MeetingState.IN_SESSION,
        "before": meeting.state in verbs.BEFORE,
        "today_or_past": day <= clock.today(),
        "open_agenda": open_agenda,
        "am_here": person.pk in here,
        "late": clock.today() > meeting.cut_off,
        "waiting": list(without_a_place(meeting.body)[:50])
        if stand["keeps"] and open_agenda
        else [],
        "later": coming(meeting.body).filter(starts_at__gt=meeting.starts_at),
        "minutes": meeting.minutes.order_by("-n").first(),
        "typed": request.POST,
        "seen": seen.isoformat(),
        **stand,
    }
    return render(request, "bodies/meeting.html", context, status=status)


def _meter(
    quorum: Any, chair_votes: bool, members: list[Sitting], here: frozenset[object]
) -> dict[str, int | bool]:
    """How many voting members there are, how many are here, how many are needed."""
    voting = _voting(chair_votes, members)
    present = sum(s.person.pk in here for s in voting)
    needed = quorum_of(quorum, len(voting))
    return {
        "base": len(voting),
        "present": present,
        "needed": needed,
        "quorate": present >= needed,
        "missing": max(0, needed - present),
    }


def _voting(chair_votes: bool, members: list[Sitting]) -> list[Sitting]:
    """Those with a vote; a chair who only breaks ties neither moves nor counts for the quorum."""
    return [s for s in members if s.seat.voting and (chair_votes or s.office != "chair")]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:2000]


def _member(request: HttpRequest, meeting: Meeting, name: str) -> Person:
    chosen = request.POST.get(name, "")
    for each in sitting(meeting.body):
        if str(each.person.pk) == chosen:
            return each.person
    raise NotPossible("Choose a member.", [(name, "Choose a member.")])


def _come(request: HttpRequest, meeting: Meeting) -> object:
    return verbs.arrive(by=by_of(request), meeting=meeting, person=_who(request, meeting))


def _go(request: HttpRequest, meeting: Meeting) -> object:
    return verbs.leave(by=by_of(request), meeting=meeting, person=_who(request, meeting))


def _roll(request: HttpRequest, meeting: Meeting) -> None:
    """Many at once: all who have not said otherwise, or whoever was ticked or is ticked no more."""
    by = by_of(request)
    if "all" in request.POST:
        _noted(request, verbs.all_are_here(by=by, meeting=meeting), 0)
        return
    seen_at = _moment_or_none(request.POST.get("seen", ""))
    if seen_at is None:
        raise NotPossible("Open the meeting's page again, and say there who is here.")
    keys = {str(each.person.pk): each.person.pk for each in sitting(meeting.body)}
    here, was = ({keys.get(k) for k in request.POST.getlist(name)} for name in ("here", "was"))
    came, left = here - was, was - here
    done = verbs.call_roll(by=by, meeting=meeting, came=came, left=left, seen_at=seen_at)
    _noted(request, *done)


def _moment_or_none(typed: str) -> datetime | None:
    """A moment with its time zone, as the page gave it; None for anything else."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return None if timezone.is_naive(found) else found


def _noted(request: HttpRequest, came: int, left: int) -> None:
    said = [f"{n} {word}" for n, word in ((came, "came"), (left, "left")) if n]
    messages.success(request, f"Noted: {', '.join(said) or 'nothing changed'}.")


def _who(request: HttpRequest, meeting: Meeting) -> Person:
    return _member(request, meeting, "person") if "person" in request.POST else person_of(request)


def _consent(request: HttpRequest, meeting: Meeting) -> object:
    return agenda.approve_consent_items(
        by=by_of(request),
        meeting=meeting,
        mover=_member(request, meeting, "mover"),
        seconder=_member(request, meeting, "seconder"),
    )


def _place(request: HttpRequest, meeting: Meeting) -> object:
    chosen = request.POST.get("matter", "")
    run = next((r for r in without_a_place(meeting.body) if str(r.pk) == chosen), None)
    if run is None:
        raise NotPossible("Choose a matter.", [("matter", "Choose a matter.")])
    item = agenda.put_on_agenda(
        by=by_of(request),
        meeting=meeting,
        run=run,
        section=request.POST.get("section", "") if "section" in request.POST else "",
        reason=_reason(request),
    )
    late = item.state == ItemState.LATE
    said = "It is late: the chair rules on whether it is taken up." if late else ""
    messages.success(request, said or "It is on the agenda.")
    return item


Act = Callable[[HttpRequest, Meeting], object]
ACTS: dict[str, tuple[Act, str]] = {
    "publish": (
        lambda r, m: verbs.publish_agenda(by=by_of(r), meeting=m),
        "The agenda is published; members are told.",
    ),
    "open": (lambda r, m: verbs.open_meeting(by=by_of(r), meeting=m), "The meeting is open."),
    "end": (
        lambda r, m: verbs.end_meeting(by=by_of(r), meeting=m),
        "The meeting is over. What was not decided waits for another.",
    ),
    "cancel": (
        lambda r, m: verbs.cancel_meeting(by=by_of(r), meeting=m, reason=_reason(r)),
        "The meeting is cancelled; members are told.",
    ),
    "arrive": (_come, ""),
    "leave": (_go, ""),
    "roll": (_roll, ""),
    "consent": (_consent, "Everything on the consent agenda is approved."),
    "place": (_place, ""),
}


@login_required
@require_POST
def act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Do one act on the meeting; the page comes back, with what was refused if it was."""
    meeting = the_meeting(request, pk)
    if act not in ACTS:
        raise Http404
    verb, said = ACTS[act]
    done = attempt(request, lambda: verb(request, meeting), said)
    if not done:
        meeting.refresh_from_db()
        return _page(request, meeting, done.status)
    address = redirect("bodies:meeting", pk=pk)
    if act == "roll":
        address["Location"] += "#attendance"
    return address


def _later(request: HttpRequest, meeting: Meeting) -> Meeting | None:
    chosen = request.POST.get("to", "")
    return next((m for m in coming(meeting.body) if str(m.pk) == chosen), None)


ItemAct = Callable[[HttpRequest, AgendaItem], object]
ITEM_ACTS: dict[str, tuple[ItemAct, str]] = {
    "up": (lambda r, i: agenda.reorder(by=by_of(r), item=i, up=True), ""),
    "down": (lambda r, i: agenda.reorder(by=by_of(r), item=i, up=False), ""),
    "pull": (
        lambda r, i: agenda.pull_from_consent(by=by_of(r), item=i),
        "Pulled from consent; it is discussed and voted on by itself.",
    ),
    "postpone": (
        lambda r, i: agenda.postpone_item(
            by=by_of(r), item=i, reason=_reason(r), to=_later(r, i.meeting)
        ),
        "Postponed; its proposers read why.",
    ),
    "read": (
        lambda r, i: agenda.note_reading(by=by_of(r), item=i, to=_later(r, i.meeting)),
        "It is noted that the meeting read it; it comes back.",
    ),
    "take-up": (
        lambda r, i: agenda.rule_on_late(by=by_of(r), item=i, take_up=True, reason=_reason(r)),
        "It is taken up as an action item.",
    ),
    "refuse": (
        lambda r, i: agenda.rule_on_late(by=by_of(r), item=i, take_up=False, reason=_reason(r)),
        "It waits for another meeting.",
    ),
    "step-aside": (
        lambda r, i: recuse(by=by_of(r), run=i.run),
        "You are recused from this matter and not counted for its quorum.",
    ),
}


@login_required
@require_POST
def item_act(request: HttpRequest, pk: UUID, item: UUID, act: str) -> HttpResponse:
    """Do one act on an item of the agenda."""
    meeting = the_meeting(request, pk)
    row = get_object_or_404(
        AgendaItem.objects.select_related("run__case", "meeting"), pk=item, meeting=meeting
    )
    if act not in ITEM_ACTS:
        raise Http404
    verb, said = ITEM_ACTS[act]
    done = attempt(request, lambda: verb(request, row), said)
    if not done:
        meeting.refresh_from_db()
        return _page(request, meeting, done.status)
    address = redirect("bodies:meeting", pk=pk)
    address["Location"] += f"#item-{row.pk}"
    return address


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes: drafted from the record, edited by the secretary, approved for the body."""
    meeting = the_meeting(request, pk)
    body = the_body(request, meeting.body)
    stand, by = standing(request, meeting.body), by_of(request)
    newest = meeting.minutes.select_related("written_by", "approved_by").order_by("-n").first()
    if newest is None and not stand["keeps"]:
        raise Http404
    status = 200
    if request.method == "POST":
        if "approve" in request.POST:
            done = attempt(
                request,
                lambda: approve_minutes(by=by, meeting=meeting),
                "The minutes are approved.",
            )
        else:
            text = request.POST.get("text") if "text" in request.POST else None
            done = attempt(
                request,
                lambda: draft_minutes(by=by, meeting=meeting, text=text),
                "Version saved." if text is not None else "Drafted from what was recorded.",
            )
        if done:
            return redirect("bodies:minutes", pk=pk)
        status = done.status
    context = {
        "meeting": meeting,
        "body": body,
        "minutes": newest,
        "may_edit": stand["keeps"] and meeting.state == MeetingState.ENDED,
        "may_approve": stand["presides"] and meeting.state == MeetingState.ENDED and newest,
        "text": request.POST.get("text", newest.text if newest else ""),
        **stand,
    }
    return render(request, "bodies/minutes.html", context, status=status)
