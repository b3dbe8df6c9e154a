"""What has our own origin is answered from our own rows, never fetched."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from bitterroot.issuing.domain.keys import body_did, did_document
from bitterroot.issuing.domain.status import current_document
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.interfaces.hosted import hosted_bytes
from bitterroot.issuing.models import (
    Award,
    AwardDocument,
    BodyEndorsement,
    BoundCopy,
    Canary,
    KeptBadge,
    KeptFile,
    PastDocument,
    SigningKey,
    StatusList,
)
from bitterroot.issuing.queries.succession import newest
from bitterroot.issuing.rules import is_visible_to
from bitterroot.openbadges.errors import FetchError
from bitterroot.openbadges.fetch import Fetcher
from bitterroot.openbadges.proofs import SELECTIVE
from bitterroot.openbadges.resolver import HouseResolver

_ENDORSER = re.compile(r"/endorsers/([a-z0-9-]{1,80})/did\.json")
_ENDORSEMENT = re.compile(r"/endorsements/([0-9a-f-]{36})")
_REFRESH = re.compile(r"/credentials/([A-Za-z0-9_-]{8,32})/refresh")
_CANARY = re.compile(r"/canary/([a-z0-9-]{1,60})/superseded/refresh")
_STATUS = re.compile(r"/status/[0-9]{1,9}")


def own_bytes(address: str) -> bytes | None:
    """The bytes of an address of ours; None for others'. Raises FetchError where we have none."""
    if not address.startswith(f"{settings.ORIGIN}/"):
        return None
    path = address[len(settings.ORIGIN) :].split("#")[0].split("?")[0]
    if path == "/.well-known/did.json":
        return orjson.dumps(did_document())
    if (found := _ENDORSER.fullmatch(path)) and is_endorser(found[1]):
        return orjson.dumps(did_document(body_did(found[1])))
    if _STATUS.fullmatch(path):
        row = StatusList.objects.filter(n=int(path[8:])).first()
        if row is not None:
            return current_document(row)
    if (found := _ENDORSEMENT.fullmatch(path)) and (said := endorsement_bytes(found[1])):
        return said
    if found := _CANARY.fullmatch(path):
        later = Canary.objects.filter(key=found[1], name="corrected").first()
        if later is not None:
            return bytes(later.body)
    if (found := _REFRESH.fullmatch(path)) and (newer := _newest_bytes(found[1])):
        return newer
    if (old := hosted_bytes(path)) is not None:
        return old
    if path.startswith("/credentials/"):
        document = AwardDocument.objects.filter(award__public_id=path[13:]).first()
        if document is not None:
            return bytes(document.body)
        kept = kept_credential(path[13:])
        if kept is not None:
            return kept
    raise FetchError(f"{address[:200]} is an address of ours where nothing is.")


def _newest_bytes(public_id: str) -> bytes | None:
    """The award of that id as it is now, or what was given in its place, if strangers may see it."""
    found = Award.objects.select_related("document", "learner").filter(public_id=public_id)
    if (award := found.first()) is not None:
        later = newest(award)
        shown = is_visible_to(later, None, hold=award.learner.directory_hold)
        return bytes((later if shown else award).document.body)
    kept = KeptFile.objects.filter(path=f"site/credentials/{public_id}/refresh").first()
    return bytes(kept.body) if kept else kept_credential(public_id)


def endorsers() -> list[str]:
    """Every body that ever endorsed a badge of ours, by the name in its address."""
    kept = KeptFile.objects.filter(path__startswith="site/endorsers/").values_list(
        "path", flat=True
    )
    found = {path.split("/")[2] for path in kept}
    return sorted(found | set(BodyEndorsement.objects.values_list("endorser", flat=True)))


def is_endorser(name: str) -> bool:
    """Whether a body of that name ever endorsed a badge of ours, here or in a restored archive."""
    kept = KeptFile.objects.filter(path=f"site/endorsers/{name}/did.json")
    return BodyEndorsement.objects.filter(endorser=name).exists() or kept.exists()


def endorsement_bytes(identifier: str) -> bytes | None:
    """A signed endorsement of ours, also of a restored archive; None where there is none."""
    try:
        row = BodyEndorsement.objects.filter(pk=UUID(identifier)).first()
    except ValueError:
        return None
    kept = None
    if row is None:
        kept = KeptFile.objects.filter(path=f"site/endorsements/{identifier}").first()
    found = row or kept
    return bytes(found.body) if found else None


def kept_credential(public_id: str) -> bytes | None:
    """A credential of a restored archive, shown or not; None if there is none of that id."""
    paths = [f"{part}/credentials/{public_id}.json" for part in ("site", "private")]
    found = KeptFile.objects.filter(path__in=paths).first()
    return bytes(found.body) if found else None


def signed_before(document: dict[str, Any], moment: datetime) -> bool:
    """Whether our rows hold exactly this document of an award of ours, signed before `moment`."""
    address = document.get("id")
    start = f"{settings.ORIGIN}/credentials/"
    if not isinstance(address, str) or not address.startswith(start):
        return False
    name = address.removeprefix(start)
    bodies: list[bytes] = []
    for kept in (AwardDocument.objects, PastDocument.objects, BoundCopy.objects):
        found = kept.filter(award__public_id=name, signed_at__lt=moment)
        bodies += map(bytes, found.values_list("body", flat=True))
    restored = KeptBadge.objects.filter(public_id=name, signed_at__lt=moment)
    bodies += map(bytes, restored.values_list("file__body", flat=True))
    return any(orjson.loads(body) == document for body in bodies if body.startswith(b"{"))


def refuses(key: str, suite: str | None, document: dict[str, Any]) -> str:
    """Why a key of ours did not sign this: that of parts signs parts of badges that there are."""
    if not key.startswith("zDn"):  # P-256, as keys of parts are
        return ""
    if not SigningKey.objects.filter(public_multibase=key, use=KeyUse.PARTS).exists():
        return ""
    if suite != SELECTIVE:
        return "It was signed with a key that signs parts of badges alone."
    start, address = f"{settings.ORIGIN}/credentials/", document.get("id")
    name = address.removeprefix(start) if isinstance(address, str) else ""
    known = AwardDocument.objects.filter(award__public_id=name).exists() or kept_credential(name)
    return "" if known else "It is a part of a badge that was never issued."


BUDGET = 8.0  # seconds that one verification may wait for others, all together


def resolver(*, online: bool, before: Callable[[], None] | None = None) -> HouseResolver:
    """Our own rows first; the web only when `online`. Serves one verification.

    `before` is called once, before anything is fetched; what it raises ends the verification.
    """
    if not online:
        return HouseResolver(own=own_bytes, recorded=signed_before, refuses=refuses)
    fetch = Fetcher(budget=BUDGET)
    waiting = [before] if before else []

    def asked(address: str) -> bytes:
        if waiting:
            waiting.pop()()
        return fetch(address)

    return HouseResolver(own=own_bytes, fetch=asked, recorded=signed_before, refuses=refuses)
