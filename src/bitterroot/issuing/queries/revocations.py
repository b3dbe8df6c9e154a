"""Revocations and appeals: for those who may ask for one, and for those who decide."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bitterroot.issuing.enums import AppealState, RevocationState
from bitterroot.issuing.models import Appeal, Award, Revocation
from bitterroot.issuing.rules import may_answer_appeal, may_ask_to_revoke, queue_role
from bitterroot.learning.models import Offering
from bitterroot.learning.rules import may_track
from bitterroot.people.actor import Actor
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person
from bitterroot.people.queries import holders

MOST = 100  # of each sort; more than anyone decides in a day


def issued_in(offering: Offering, text: str = "") -> QuerySet[Award]:
    """Badges issued to learners of an offering, by family name, with `asked`: a request is open."""
    waiting = Revocation.objects.filter(award=OuterRef("pk"), state=RevocationState.REQUESTED)
    found = Award.objects.filter(request__offering=offering)
    if text:
        found = found.filter(display_name__alike=text)
    found = found.select_related("template", "replaced_by").annotate(asked=Exists(waiting))
    return found.order_by("learner__family_name", "display_name", "valid_from", "pk")


def issued_badge(person: Person, public_id: str) -> Award | None:
    """The badge, for who tracks its offering or may ask for its revocation; None for others."""
    award = (
        Award.objects.select_related(
            "template",
            "document",
            "status_list",
            "request__requested_by",
            "request__issued_by",
            "request__offering__program",
        )
        .filter(public_id=public_id)
        .first()
    )
    if award is None:
        return None
    seen = may_track(person, award.request.offering) or may_ask_to_revoke(Actor(person), award)
    return award if seen else None


def asked_by(person: Person) -> QuerySet[Revocation]:
    """Revocations that the person asked for, those that wait first, then the latest."""
    found = Revocation.objects.filter(requested_by=person)
    latest = F("decided_at").desc(nulls_first=True)
    return found.select_related("award__template", "decided_by").order_by(latest, "-requested_at")


def open_appeals(kinds: Collection[str]) -> QuerySet[Appeal]:
    """Appeals about badges of these kinds that wait for an answer, oldest first."""
    found = Appeal.objects.filter(
        state=AppealState.FILED, revocation__award__request__kind__in=kinds
    )
    found = found.select_related("revocation__award__template")
    return found.defer("revocation__award__template__achievement").order_by("filed_at")


def revocation_duties(person: Person, kinds: Collection[str]) -> list[Duty]:
    """Revocations of badges of these kinds that want `person` as the second one."""
    asked = Revocation.objects.filter(
        state=RevocationState.REQUESTED, award__request__kind__in=kinds
    ).exclude(Q(requested_by=person) | Q(award__learner=person))
    return [
        Duty(
            f"{r.named}: {r.award.display_name}",
            f"Asked by {r.requested_by.display_name}; a second person decides",
            "registrar:revocation",
            (r.pk,),
            r.requested_at,
            "Decide",
        )
        for r in asked.select_related("award", "requested_by")
        .only(
            "kind", "corrected", "requested_at", "award__display_name", "requested_by__display_name"
        )
        .order_by("requested_at")[:MOST]
    ]


def appeal_duties(person: Person, kinds: Collection[str]) -> list[Duty]:
    """Appeals about badges of these kinds that `person`, who took no part before, may answer."""
    part = Q(revocation__requested_by=person) | Q(revocation__decided_by=person)
    part |= Q(revocation__award__learner=person)
    return [_appeal_duty(appeal) for appeal in open_appeals(kinds).exclude(part)[:MOST]]


def passed_on_duties(person: Person, kinds: Collection[str]) -> list[Duty]:
    """Appeals in the queues of others, of which everyone there took part: of these other `kinds`."""
    found, duties = open_appeals(kinds).select_related("revocation__award__request"), []
    officers: dict[str, set[UUID]] = {}
    for appeal in found[:MOST]:
        award = appeal.revocation.award
        if award.request.kind not in officers:
            theirs = holders(queue_role(award), in_person=True)
            officers[award.request.kind] = {each.pk for each in theirs}
        apart = {appeal.revocation.requested_by_id, appeal.revocation.decided_by_id}
        if officers[award.request.kind] - apart - {award.learner_id}:
            continue  # one of them, or a deputy, answers
        if may_answer_appeal(Actor(person), appeal):
            duties.append(_appeal_duty(appeal))
    return duties


def _appeal_duty(appeal: Appeal) -> Duty:
    award = appeal.revocation.award
    return Duty(
        f"Appeal: {award.display_name}",
        f"About the {appeal.revocation.named.lower()} of “{award.template.name}”",
        "registrar:appeal",
        (appeal.pk,),
        appeal.filed_at,
        "Answer",
    )
