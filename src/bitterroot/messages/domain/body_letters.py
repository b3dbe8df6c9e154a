"""Letters to those who sit in bodies, and to authors about what a body decided (domain.md 5.5)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import prefetch_related_objects

from bitterroot.governance.body_rules import who_clears
from bitterroot.governance.bundles import waits_for
from bitterroot.governance.domain.run import step_of
from bitterroot.governance.enums import (
    KEEPERS,
    BallotMethod,
    BallotState,
    MeetingState,
    Outcome,
    RunState,
)
from bitterroot.governance.models import (
    Ballot,
    Case,
    Conflict,
    Decision,
    Meeting,
    Minutes,
    Objection,
    Seat,
    StepRun,
)
from bitterroot.governance.posted_rules import KINDS, WIDE
from bitterroot.governance.queries.bodies import Sitting, sitting, title_of
from bitterroot.messages.domain.letter import Letter, address
from bitterroot.messages.domain.letter import to_people as _to
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import holders, once
from bitterroot.record.models import Event

#: What lies before a body is told to these of its seats, in these words.
_ARRIVED: dict[str, tuple[str, bool]] = {
    "vote": ("body_matter", False),
    "review": ("body_review", True),
    "no objection": ("body_no_objection", True),
}


def members(body: str, *, keepers_only: bool = False) -> list[Person]:
    """Who acts in a seat of the body today."""
    found = once(("sitting", body), lambda: _sitting(body))
    return [s.person for s in found if not keepers_only or s.office in KEEPERS]


def _sitting(body: str) -> list[Sitting]:
    found = sitting(body)
    prefetch_related_objects([s.person for s in found], "addresses")  # they are written to
    return found


def authors(case: Case) -> list[Person]:
    """Lead and co-authors of the proposal that the case is about; nobody for other cases."""
    proposal = getattr(case, "proposal", None)
    return [proposal.lead, *proposal.co_authors.all()] if proposal else []


def _words(run: StepRun) -> dict[str, Any]:
    return {
        "run": run,
        "case": run.case,
        "body": title_of(run.body),
        "link": address("bodies:matter", run.pk, otherwise="/bodies"),
    }


def _run(key: str) -> StepRun:
    return StepRun.objects.select_related("case__proposal__lead").get(pk=key)


def _others(people: Iterable[Person], event: Event) -> list[Person]:
    """Without the one who did it."""
    return [person for person in people if f"person:{person.pk}" != event.actor]


def _arrived(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    run = _run(key)
    if run.state != RunState.OPEN:
        return []
    told = _period(run) if run.kind in KINDS else []
    if run.kind not in _ARRIVED or not run.body:
        return told
    template, everyone = _ARRIVED[run.kind]
    return told + _to(members(run.body, keepers_only=not everyone), template, **_words(run))


def _period(run: StepRun) -> list[Letter]:
    """To authors: what they wrote is posted, until when, and who reads it."""
    step = step_of(run)
    words = _words(run) | {
        "step": step.title,
        "objections": run.kind == "no objection" and bool(run.body),
        "campus": getattr(step, "audience", "") in WIDE,
        "link": _link_of(run.case),
    }
    return _to(authors(run.case), "period_opened", **words)


def _waits_again(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To those who were told that it had come: it comes later, with what it was bound with."""
    run = _run(key)
    if run.state != RunState.WAITING or run.kind not in _ARRIVED:
        return []
    _, everyone = _ARRIVED[run.kind]
    told = members(run.body, keepers_only=not everyone)
    others = waits_for(run.case, run.path, run.kind)  # not those of the bundle that are there
    if not others:
        return []  # it opens in a moment, and that is told
    words = _words(run) | {"others": others, "link": address("bodies:body", run.body)}
    return _to(told, "body_matter_waits", **words)


def _informed(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    run = _run(key)
    return _to(members(run.body), "body_informed", **_words(run))


def _fell(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    run = _run(key)
    words = _words(run) | {"why": run.note}
    told = _to(members(run.body, keepers_only=True), "decision_fell", **words) if run.body else []
    words["link"] = _link_of(run.case)
    return told + _to(authors(run.case), "decision_fell", **words)


def _overridden(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    decision = Decision.objects.select_related("run__case__proposal__lead").get(pk=key)
    run = decision.run
    if run is None or not run.body:
        return []
    words = _words(run) | {"decision": decision, "by": event.actor_name}
    told = _to(_others(members(run.body), event), "decision_overridden", **words)
    words["link"] = _link_of(run.case)
    return told + _to(authors(run.case), "decision_overridden", **words)


def _decided(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To authors; members are told what came of a no-objection period, which has no meeting.

    A result that a body holds back is a decision only once it is released.
    """
    decision = Decision.objects.select_related("run__case__proposal__lead").get(pk=key)
    run = decision.run
    if run is None or not run.body:
        return []
    words = _words(run) | {"decision": decision}
    told: list[Letter] = []
    if run.kind == "no objection":
        told = _to(_others(_to_tell(decision, run), event), "no_objection_ended", **words)
    words["conditions"] = list(decision.conditions.order_by("pk"))
    words["body"] = decision.body  # an office, where that acted in the body's place
    words["link"] = _link_of(run.case)
    return told + _to(authors(run.case), "body_decided", **words)


def _to_tell(decision: Decision, run: StepRun) -> list[Person]:
    """Members, without the authors, who get a letter of their own.

    Chair, secretary and program office read of an objection in the letter about it, also those
    of the office who are members too.
    """
    done = {person.pk for person in authors(run.case)}
    if decision.outcome == Outcome.OBJECTED:
        keepers = members(run.body, keepers_only=True)
        done |= {person.pk for person in [*keepers, *holders(Role.PROGRAM_OFFICER)]}
    return [person for person in members(run.body) if person.pk not in done]


def _link_of(case: Case) -> str:
    proposal = getattr(case, "proposal", None)
    return address("faculty:proposal", proposal.pk) if proposal else address("bodies:bodies")


def _ballot(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    ballot = Ballot.objects.select_related("motion__run__case__proposal__lead").get(pk=key)
    run = ballot.motion.run
    words = _words(run) | {"ballot": ballot, "motion": ballot.motion}
    voters = Person.objects.filter(pk__in=[each["person"] for each in ballot.eligible])
    if event.verb == "ballot opened":
        if ballot.method != BallotMethod.ELECTRONIC or ballot.state != BallotState.OPEN:
            return []  # in the room they vote at once
        words["link"] = address("bodies:ballot", ballot.pk, otherwise="/bodies")
        return _to(voters, "ballot_opened", **words)
    if event.verb == "ballot void":
        return _to(voters, "ballot_void", **words)
    return _to(_others(members(run.body), event), "result_released", **words)


def _meeting(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    meeting = Meeting.objects.get(pk=key)
    if (meeting.state == MeetingState.CANCELLED) != (event.verb == "meeting cancelled"):
        return []  # it was called off before the mail was written
    words = {
        "meeting": meeting,
        "body": title_of(meeting.body),
        "link": address("bodies:meeting", meeting.pk, otherwise="/bodies"),
        "packet": address("bodies:packet", meeting.pk, otherwise="/bodies"),
    }
    return _to(_others(members(meeting.body), event), event.verb.replace(" ", "_"), **words)


def _minutes(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    minutes = Minutes.objects.select_related("meeting").get(pk=key)
    meeting = minutes.meeting
    link = address("bodies:minutes", meeting.pk, otherwise="/bodies")
    people = _others(members(meeting.body), event)
    return _to(people, "minutes_approved", meeting=meeting, body=title_of(meeting.body), link=link)


def _seat(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    seat = Seat.objects.select_related("person", "delegate").get(pk=key)
    words = {
        "seat": seat,
        "body": title_of(seat.body),
        "link": address("bodies:body", seat.body, otherwise="/bodies"),
        "by": event.actor_name,
    }
    if event.verb == "seat delegated":
        told = _others([seat.person], event)
        told += [seat.delegate] if seat.delegate else []
        return _to(told, "seat_delegated", **words)
    return _to(_others([seat.person], event), event.verb.replace(" ", "_"), **words)


def _conflict(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    conflict = Conflict.objects.select_related("run__case", "person").get(pk=key)
    words = _words(conflict.run) | {"conflict": conflict}
    if event.verb == "conflict declared":
        people = _others(members(conflict.run.body, keepers_only=True), event)
        return _to(people, "conflict_declared", **words)
    words["clears"] = who_clears(conflict)
    return _to([conflict.person], event.verb.replace(" ", "_"), **words)


def _objection(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    objection = Objection.objects.select_related("run__case__proposal__lead", "person").get(pk=key)
    run = objection.run
    words = _words(run) | {"objection": objection}
    keepers = members(run.body, keepers_only=True) if run.body else []
    told = _others([*keepers, *holders(Role.PROGRAM_OFFICER)], event)
    return _to(told, "objection_raised", **words)


BODY_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "step opened": _arrived,
    "step waits again": _waits_again,
    "body informed": _informed,
    "decision fell": _fell,
    "decision overridden": _overridden,
    "decision made": _decided,
    "ballot opened": _ballot,
    "ballot void": _ballot,
    "result released": _ballot,
    "meeting planned": _meeting,
    "meeting cancelled": _meeting,
    "agenda published": _meeting,
    "minutes approved": _minutes,
    "seat taken": _seat,
    "seat ended": _seat,
    "seat delegated": _seat,
    "conflict found": _conflict,
    "conflict declared": _conflict,
    "conflict cleared": _conflict,
    "objection raised": _objection,
}
