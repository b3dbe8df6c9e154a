"""The bodies, and the page of one: who sits in it, its rule in words, its meetings, what waits."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_seat, oversees
from bitterroot.governance.counting import BodyRule, in_words
from bitterroot.governance.domain.meeting import cut_off_of, plan_meeting
from bitterroot.governance.domain.seat import delegate_seat, end_seat, seat_member
from bitterroot.governance.enums import MeetingState
from bitterroot.governance.interfaces.calendar import calendar as calendar_file
from bitterroot.governance.interfaces.calendar import meeting_entries
from bitterroot.governance.models import Meeting, Seat
from bitterroot.governance.queries.bodies import bodies_of, seats_of, sitting
from bitterroot.governance.queries.meetings import (
    before,
    coming,
    how_many_before,
    next_meetings,
    without_a_place,
)
from bitterroot.policy.models.bodies import Body
from bitterroot.proposals.queries.process import titles_of_later
from bitterroot.record import clock
from bitterroot.web.bodies.access import by_of, person_of, standing, the_body
from bitterroot.web.bodies.forms import EndSeatForm, LendSeatForm, MeetingForm, SeatForm
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.text import day

TONES = {
    MeetingState.IN_SESSION: "rose",
    MeetingState.PUBLISHED: "good",
    MeetingState.CANCELLED: "bad",
    MeetingState.ENDED: "warn",
}


@login_required
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Every body of the policy; those that the person sits in first."""
    person = person_of(request)
    mine = {s.seat.body: s for s in seats_of(person)}
    sees_all, own = oversees(person), bodies_of(person)
    meetings, waiting = next_meetings(), how_many_before()
    found = [
        {
            "body": body,
            "seat": mine.get(body.key),
            "sees": sees_all or body.key in own,
            "next": meetings.get(body.key),
            "waiting": waiting.get(body.key, 0),
        }
        for body in policies.current().bodies.values()
    ]
    found.sort(key=lambda each: each["seat"] is None)
    return render(request, "bodies/bodies.html", {"bodies": found})


@login_required
@require_safe
def show_body(request: HttpRequest, key: str) -> HttpResponse:
    """One body, for those who may see its pages."""
    return _page(request, the_body(request, key))


def _page(request: HttpRequest, body: Body, status: int = 200, **forms_: Any) -> HttpResponse:
    person, by = person_of(request), by_of(request)
    seat = next((s.seat for s in seats_of(person) if s.seat.body == body.key), None)
    own = Seat.objects.filter(body=body.key, person=person, delegate__isnull=False).first() or seat
    context = {
        "body": body,
        "rule": rule_in_words(body),
        "members": sitting(body.key),
        "later_titles": titles_of_later(),
        "meetings": coming(body.key),
        "past": Meeting.objects.filter(
            body=body.key, state__in=(MeetingState.ENDED, MeetingState.MINUTES_APPROVED)
        ).order_by("-starts_at")[:10],
        "matters": before(body.key)[:50],
        "unplaced": set(without_a_place(body.key).values_list("pk", flat=True)[:50]),
        "tones": TONES,
        "may_seat": bool(may_seat(by, body.key)),
        "own_seat": own if own and own.person_id == person.pk else None,
        "meeting_form": forms_.get("meeting_form") or MeetingForm(),
        "seat_form": forms_.get("seat_form") or SeatForm(initial={"starts_on": clock.today()}),
        "lend_form": forms_.get("lend_form") or LendSeatForm(prefix="lend"),
        "end_form": forms_.get("end_form") or EndSeatForm(),
        "ending": forms_.get("ending"),
        "opened": set(forms_),
        **standing(request, body.key),
    }
    return render(request, "bodies/body.html", context, status=status)


def rule_in_words(body: Body) -> list[str]:
    """The body's whole rule in sentences."""
    rule = BodyRule(
        quorum=body.quorum,  # type: ignore[arg-type]
        passes=body.passes,
        tie=body.tie,
        chair_votes=body.chair_votes,
        abstentions_count=body.abstentions_count,
    )
    sits = "It meets all year." if body.sits == "always" else f"It meets in {_list(body.sits)}."
    electronic = (
        f"It may vote electronically; a ballot is then open for {_days(body.window_days)}."
        if body.electronic
        else "It votes only in its meetings."
    )
    shown = (
        "Who voted how is shown."
        if body.shows == "names"
        else "Only counts are shown, not who voted how."
    )
    held = " Results are released by the secretary." if body.holds_back else ""
    return [
        *in_words(rule),
        f"{sits} The agenda closes {_days(body.cut_off_days)} before a meeting; "
        "what comes later needs a ruling of the chair.",
        f"{electronic} {shown}{held}",
        "Someone else may sit and vote for a member who is away."
        if body.deputies
        else "Nobody sits or votes for a member who is away.",
        *([_public(body)] if body.public_meetings else []),
        *(["Items may be approved on consent; any member can pull one."] if body.consent else []),
    ]


def _public(body: Body) -> str:
    since = f", of meetings since {day(body.public_since)}" if body.public_since else ""
    return f"Anyone reads when it meets, its published agendas and its approved minutes{since}."


def _days(count: int) -> str:
    return f"{count} business day{'' if count == 1 else 's'}"


def _list(words: Any) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else str(last)


@login_required
@require_POST
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Plan a meeting of the body."""
    body = the_body(request, key)
    form = MeetingForm(request.POST)
    if not form.is_valid():
        return _page(request, body, 422, meeting_form=form)
    by = by_of(request)
    place, starts_at = form.cleaned_data["place"], form.starts_at()
    done = attempt(
        request,
        lambda: plan_meeting(by=by, body=key, starts_at=starts_at, place=place),
        f"The meeting is planned. Its agenda closes on {cut_off_of(key, form.cleaned_data['day']):%-d %B}.",
    )
    if done.value is None:
        return _page(request, body, done.status, meeting_form=form)
    return redirect("bodies:meeting", pk=done.value.pk)


@login_required
@require_POST
def seat(request: HttpRequest, key: str) -> HttpResponse:
    """Give someone a seat."""
    body, by = the_body(request, key), by_of(request)

    def act(said: dict[str, Any]) -> object:
        return seat_member(by=by, body=key, **said)

    return _seat_act(request, body, SeatForm(request.POST), "seat_form", act, "The seat is taken.")


@login_required
@require_POST
def end(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """End someone's term."""
    body, by = the_body(request, key), by_of(request)
    row = get_object_or_404(Seat, pk=pk, body=key)

    def act(said: dict[str, Any]) -> object:
        return end_seat(by=by, seat=row, **said)

    form = EndSeatForm(request.POST)
    return _seat_act(request, body, form, "end_form", act, "The term ends on that day.", ending=pk)


@login_required
@require_POST
def lend(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """Let someone sit in one's seat for a while, or end that."""
    body, by = the_body(request, key), by_of(request)
    row = get_object_or_404(Seat, pk=pk, body=key)
    if "back" in request.POST:
        attempt(request, lambda: delegate_seat(by=by, seat=row, to=None), "You sit again yourself.")
        return redirect("bodies:body", key=key)

    def act(said: dict[str, Any]) -> object:
        return delegate_seat(by=by, seat=row, **said)

    form = LendSeatForm(request.POST, prefix="lend")
    return _seat_act(request, body, form, "lend_form", act, "They sit and vote until that day.")


def _seat_act(
    request: HttpRequest,
    body: Body,
    form: forms.Form,
    name: str,
    act: Callable[[dict[str, Any]], object],
    said: str,
    **more: Any,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, body, 422, **{name: form}, **more)
    done = attempt(request, lambda: act(form.cleaned_data), said)
    if not done:
        return _page(request, body, done.status, **{name: form}, **more)
    return redirect("bodies:body", key=body.key)


@login_required
@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The coming meetings of a body and their cut-offs, as an iCalendar file."""
    body = the_body(request, key)
    made = calendar_file(body.title, meeting_entries(body.title, coming(key)))
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{body.key}.ics"'
    return answer
