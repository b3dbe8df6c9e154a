"""Whose queue is it: the registrar's holds credit, the issuing officer's the rest.

For anyone else a queue, its requests and its badges do not exist.
"""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import may_answer_appeal, may_revoke
from bitterroot.learning.models import IssuanceRequest
from bitterroot.learning.rules import QUEUE_ROLE
from bitterroot.people import actor
from bitterroot.people.actor import Actor
from bitterroot.people.queries import roles_of


def by_of(request: HttpRequest) -> Actor:
    """Who acts at this screen."""
    return actor.person(request.user.person)  # type: ignore[union-attr]


def kinds_of(request: HttpRequest) -> list[str]:
    """Kinds of requests that this person works on. Raises Http404 where there is none."""
    roles = roles_of(request.user.person)  # type: ignore[union-attr]
    kinds = [str(kind) for kind, role in QUEUE_ROLE.items() if role in roles]
    if not kinds:
        raise Http404
    return kinds


def the_request(request: HttpRequest, pk: UUID) -> IssuanceRequest:
    """The issuance request, if it is in a queue of this person."""
    found = IssuanceRequest.objects.filter(kind__in=kinds_of(request)).select_related(
        "offering__program", "template", "requested_by", "checked_by", "issued_by", "tracking_list"
    )
    return get_object_or_404(found, pk=pk)


def the_award(request: HttpRequest, public_id: str) -> Award:
    """The issued badge, if this person's queue issues its kind."""
    found = Award.objects.filter(request__kind__in=kinds_of(request)).select_related(
        "learner",
        "document",
        "status_list",
        "line__notation",
        "supersedes",
        "replaced_by",
        "template__program_version__program",
        "request__offering__program",
        "request__requested_by",
        "request__issued_by",
    )
    return get_object_or_404(found, public_id=public_id)


def the_revocation(request: HttpRequest, pk: UUID) -> Revocation:
    """The revocation, if this person's queue issues badges of its kind."""
    found = Revocation.objects.filter(award__request__kind__in=kinds_of(request))
    return get_object_or_404(
        found.select_related(
            "award__learner",
            "award__document",
            "award__request__offering__program",
            "award__template",
            "requested_by",
            "decided_by",
        ),
        pk=pk,
    )


def the_appeal(request: HttpRequest, pk: UUID) -> Appeal:
    """The appeal: in this person's queue, or theirs to answer because everyone there took part."""
    found = Appeal.objects.select_related(
        "revocation__award__template",
        "revocation__award__request__offering__program",
        "revocation__requested_by",
        "revocation__decided_by",
        "answered_by",
    )
    appeal, by = get_object_or_404(found, pk=pk), by_of(request)
    seen = may_revoke(by, appeal.revocation.award) or may_answer_appeal(by, appeal)
    if not seen and appeal.answered_by != by.person:
        raise Http404
    return appeal
