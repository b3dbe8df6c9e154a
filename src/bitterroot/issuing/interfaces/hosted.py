"""Our badges as Open Badges 2.0: what stands at `…/v2`, for strangers, from the issued bytes."""

import re
from typing import Any

import orjson
from django.conf import settings

from bitterroot.governance import policies
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import address_of, award_for
from bitterroot.openbadges import ob2_compose
from bitterroot.programs.models import BadgeTemplate

PROFILE = "https://w3id.org/openbadges/v2"
_ASSERTION = re.compile(r"/credentials/([A-Za-z0-9_-]{8,32})/v2")
_BADGE = re.compile(r"/programs/([-\w]+)/badge/(\d{1,4})/v2")
ISSUER = "/issuer/v2"
SUSPENDED = "It is suspended for now."


def assertion_of(award: Award) -> dict[str, Any] | None:
    """The assertion; a note that it was revoked or is suspended; None where 2.0 cannot say it.

    The caller knows that its reader may see the award.
    """
    address = f"{address_of(award)}/v2"
    if award.state == AwardState.REVOKED:
        return ob2_compose.revoked(address, award.public_reason)
    if award.suspended_at is not None:  # 2.0 knows no suspension: for now it must not count
        return ob2_compose.revoked(address, SUSPENDED)
    document = orjson.loads(bytes(award.document.body))
    badge = f"{document['credentialSubject']['achievement']['id']}/v2"
    image = f"{address_of(award)}.png"
    return ob2_compose.assertion(document, address=address, badge=badge, image=image)


def badge_class_of(template: BadgeTemplate) -> dict[str, Any]:
    """The badge class of a template."""
    address = f"{template.achievement['id']}/v2"
    return ob2_compose.badge_class(
        template.achievement, address=address, issuer=settings.ORIGIN + ISSUER
    )


def issuer() -> dict[str, Any]:
    """The institution."""
    institution = policies.current().institution
    return ob2_compose.issuer(
        address=settings.ORIGIN + ISSUER,
        name=institution.name,
        url=settings.ORIGIN,
        email=institution.program_office.email,
    )


def hosted_bytes(path: str) -> bytes | None:
    """What a stranger finds at a path of ours in Open Badges 2.0; None if nothing."""
    found: dict[str, Any] | None = None
    if path == ISSUER:
        found = issuer()
    elif match := _ASSERTION.fullmatch(path):
        award = award_for(match[1], None)
        found = assertion_of(award) if award is not None else None
    elif match := _BADGE.fullmatch(path):
        template = BadgeTemplate.objects.filter(
            program_version__program__slug=match[1], n=int(match[2])
        ).first()
        found = badge_class_of(template) if template is not None else None
    return orjson.dumps(found) if found is not None else None
