"""Revocations as those read them who may ask for one but not decide."""

from django.db.models import Exists, F, OuterRef, QuerySet

from bitterroot.issuing.enums import AwardState, RevocationState
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.rules import may_ask_to_revoke
from bitterroot.learning.models import Offering
from bitterroot.learning.rules import may_track
from bitterroot.people.actor import Actor
from bitterroot.people.models import Person


def issued_in(offering: Offering, text: str = "") -> QuerySet[Award]:
    """Badges issued to learners of an offering, by family name, with `asked`: a request is open."""
    waiting = Revocation.objects.filter(award=OuterRef("pk"), state=RevocationState.REQUESTED)
    found = Award.objects.filter(request__offering=offering).exclude(state=AwardState.RESERVED)
    if text:
        found = found.filter(display_name__icontains=text)
    found = found.select_related("template").annotate(asked=Exists(waiting))
    return found.order_by("learner__family_name", "display_name", "valid_from", "pk")


def issued_badge(person: Person, public_id: str) -> Award | None:
    """The badge, for who tracks its offering or may ask for its revocation; None for others."""
    award = (
        Award.objects.select_related(
            "template", "request__requested_by", "request__issued_by", "request__offering__program"
        )
        .exclude(state=AwardState.RESERVED)
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
