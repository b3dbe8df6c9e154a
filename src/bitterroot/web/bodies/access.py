"""Whose pages these are: a body's members, the program office and auditors. For others: nothing here."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bitterroot.governance import policies
from bitterroot.governance.body_rules import may_keep, may_preside, may_see_body, may_see_papers
from bitterroot.governance.models import Ballot, Meeting, StepRun
from bitterroot.governance.queries.bodies import Sitting, sitting_of
from bitterroot.people import actor
from bitterroot.people.actor import Actor
from bitterroot.people.models import Person
from bitterroot.policy.models.bodies import Body


def person_of(request: HttpRequest) -> Person:
    """Who looks."""
    return request.user.person  # type: ignore[union-attr, no-any-return]


def by_of(request: HttpRequest) -> Actor:
    """Who acts."""
    return actor.person(person_of(request))


def the_body(request: HttpRequest, key: str) -> Body:
    """The body of the policy in force, for those who may see its pages. Raises Http404."""
    body = policies.current().bodies.get(key)
    if body is None or not may_see_body(person_of(request), key):
        raise Http404
    return body


def the_meeting(request: HttpRequest, pk: UUID) -> Meeting:
    """The meeting, for those who may see its body. Raises Http404."""
    meeting = get_object_or_404(Meeting, pk=pk)
    the_body(request, meeting.body)
    return meeting


def the_matter(request: HttpRequest, pk: UUID) -> StepRun:
    """What lies, or lay, before a body, for those who may read its papers. Raises Http404."""
    run = get_object_or_404(StepRun.objects.select_related("case__policy").exclude(body=""), pk=pk)
    if not may_see_papers(person_of(request), run):
        raise Http404
    return run


def the_ballot(request: HttpRequest, pk: UUID) -> Ballot:
    """The ballot, for those who may read its matter. Raises Http404."""
    found = Ballot.objects.select_related("motion__run__case", "motion__mover", "motion__seconder")
    ballot = get_object_or_404(found, pk=pk)
    the_matter(request, ballot.motion.run_id)
    return ballot


def standing(request: HttpRequest, body: str) -> dict[str, object]:
    """What the person is in a body: `seat`, `keeps` (chair or secretary), `presides`, `votes`."""
    by = by_of(request)
    seat: Sitting | None = sitting_of(by.person, body)
    return {
        "seat": seat,
        "keeps": bool(may_keep(by, body)),
        "presides": bool(may_preside(by, body)),
        "votes": bool(seat and seat.seat.voting),
    }
