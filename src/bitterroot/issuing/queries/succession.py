"""Which award took the place of which: a correction, or one that was awarded anew after its
forerunner was revoked."""

from django.db.models import QuerySet

from bitterroot.issuing.enums import HELD, AwardState
from bitterroot.issuing.models import Award
from bitterroot.issuing.rules import is_visible_to
from bitterroot.people.models import Person


def _others(award: Award) -> QuerySet[Award]:
    """Other awards of the same program to the same learner."""
    program = award.template.program_version.program_id
    found = Award.objects.filter(
        learner=award.learner_id, template__program_version__program=program
    )
    return found.select_related("learner", "request", "template").exclude(pk=award.pk)


def successor(award: Award, viewer: Person | None) -> Award | None:
    """The badge that stands in place of a revoked one, if this viewer may see it."""
    if award.state != AwardState.REVOKED:
        return None
    corrected = _corrections().filter(supersedes=award).first()
    if corrected is not None:
        return _seen(corrected, viewer)
    if award.template.repeatable:
        return None
    later = _others(award).filter(valid_from__gte=award.valid_from, state__in=HELD)
    return _seen(later.order_by("valid_from", "pk").first(), viewer)


def forerunner(award: Award, viewer: Person | None) -> Award | None:
    """The revoked badge in whose place this one stands, if this viewer may see it."""
    if award.supersedes_id is not None:
        return _seen(_corrections().get(pk=award.supersedes_id), viewer)
    if award.state not in HELD or award.template.repeatable:
        return None
    earlier = _others(award).filter(valid_from__lte=award.valid_from, state=AwardState.REVOKED)
    return _seen(earlier.order_by("-valid_from", "-pk").first(), viewer)


def newest(award: Award) -> Award:
    """The award itself, or the last of the corrections that followed it."""
    while later := Award.objects.filter(supersedes=award).select_related("document").first():
        award = later
    return award


def _corrections() -> QuerySet[Award]:
    return Award.objects.select_related("learner", "request", "template")


def _seen(award: Award | None, viewer: Person | None) -> Award | None:
    if award is None or not is_visible_to(award, viewer, hold=award.learner.directory_hold):
        return None
    return award
