"""Which award took the place of which: a correction, or one that was awarded anew after its
forerunner was revoked."""

from datetime import datetime

import orjson
from django.db.models import QuerySet

from bitterroot.issuing.domain.successor import said_before
from bitterroot.issuing.enums import HELD, AwardState, RevocationState
from bitterroot.issuing.models import Award, Revocation, TranscriptNotation
from bitterroot.issuing.rules import is_visible_to
from bitterroot.people.models import Person
from bitterroot.record import in_words


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


def issued(award: Award) -> tuple[datetime, Person | None]:
    """When it was signed and by whom: a correction when its second person agreed.

    The day on which a badge was given may be corrected, and is then not the day of its issuing.
    """
    if award.supersedes_id is not None:
        agreed = Revocation.objects.filter(
            award=award.supersedes_id, state=RevocationState.APPROVED
        ).exclude(corrected={})
        row = agreed.select_related("decided_by").order_by("-decided_at").first()
        if row is not None and row.decided_at is not None:
            return row.decided_at, row.decided_by
    return award.valid_from, award.request.issued_by


#: What a correction may change, in words.
CORRECTED = {
    "display_name": "Name on the badge",
    "given_on": "Day on which it was given",
    "credits": "Credits",
    "evidence_url": "Evidence",
}


def corrections(asked: Revocation) -> list[tuple[str, str, str]]:
    """What each thing is called, how it is to be instead, and how the badge has it."""
    document = orjson.loads(bytes(asked.award.document.body)) if asked.corrected else {}
    before = said_before(asked.award, document) if asked.corrected else {}
    return [
        (words, _said(asked.corrected[name]), _said(before[name]))
        for name, words in CORRECTED.items()
        if name in asked.corrected
    ]


def _said(value: object) -> str:
    """A day or a number of a correction, in words; everything else as it is."""
    if isinstance(value, float):
        return f"{value:g}"
    try:
        return in_words.day(str(value or ""))
    except ValueError:
        return str(value or "")


def notation_of(award: Award) -> TranscriptNotation | None:
    """What stands on the transcript: a correction keeps what stood there for the badge before."""
    while award.line_id is None and award.supersedes is not None:
        award = award.supersedes
    return getattr(award.line, "notation", None)


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
