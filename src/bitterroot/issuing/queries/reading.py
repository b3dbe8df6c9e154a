"""What a reader may read, and who reads."""

from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award, ReadConsent, Reader
from bitterroot.people.models import Person


def readable(consent: ReadConsent, since: datetime | None = None) -> QuerySet[Award]:
    """Awards that the consent is about, the oldest first: taken by their learner, also if revoked.

    Without `everything` only those that the learner shows to others.
    """
    taken = Q(state=AwardState.CLAIMED) | Q(
        state=AwardState.REVOKED, state_before=AwardState.CLAIMED
    )
    found = Award.objects.filter(taken, learner=consent.person_id)
    if not consent.everything:
        found = found.filter(visibility__in=(Visibility.LINK, Visibility.PUBLIC))
    if since is not None:
        found = found.filter(valid_from__gt=since)
    return found.order_by("valid_from", "pk")


def consents_of(person: Person) -> QuerySet[ReadConsent]:
    """Consents of a learner that are in force, the newest first."""
    found = ReadConsent.objects.filter(person=person, ended_at=None, reader__removed_at=None)
    return found.select_related("reader").order_by("-given_at")


def readers() -> QuerySet[Reader]:
    """Programs that are registered, with how many learners let them read, the newest first."""
    in_force = Q(consents__ended_at=None)
    return (
        Reader.objects.filter(removed_at=None)
        .annotate(
            learners=Count("consents", filter=in_force), last_read=Max("consents__last_read_at")
        )
        .order_by("-registered_at")
    )
