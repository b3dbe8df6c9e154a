"""What has our own origin is answered from our own rows, never fetched."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from bitterroot.issuing.domain.keys import did_document
from bitterroot.issuing.domain.status import current_document
from bitterroot.issuing.models import AwardDocument, KeptFile, PastDocument, StatusList
from bitterroot.openbadges.errors import FetchError
from bitterroot.openbadges.fetch import Fetcher
from bitterroot.openbadges.resolver import HouseResolver

_STATUS = re.compile(r"/status/[0-9]{1,9}")


def own_bytes(address: str) -> bytes | None:
    """The bytes of an address of ours; None for others'. Raises FetchError where we have none."""
    if not address.startswith(f"{settings.ORIGIN}/"):
        return None
    path = address[len(settings.ORIGIN) :].split("#")[0].split("?")[0]
    if path == "/.well-known/did.json":
        return orjson.dumps(did_document())
    if _STATUS.fullmatch(path):
        row = StatusList.objects.filter(n=int(path[8:])).first()
        if row is not None:
            return current_document(row)
    if path.startswith("/credentials/"):
        document = AwardDocument.objects.filter(award__public_id=path[13:]).first()
        if document is not None:
            return bytes(document.body)
        kept = kept_credential(path[13:])
        if kept is not None:
            return kept
    raise FetchError(f"{address[:200]} is an address of ours where nothing is.")


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
    for kept in (AwardDocument.objects, PastDocument.objects):
        found = kept.filter(award__public_id=name, signed_at__lt=moment)
        bodies += map(bytes, found.values_list("body", flat=True))
    return any(orjson.loads(body) == document for body in bodies)


BUDGET = 8.0  # seconds that one verification may wait for others, all together


def resolver(*, online: bool, before: Callable[[], None] | None = None) -> HouseResolver:
    """Our own rows first; the web only when `online`. Serves one verification.

    `before` is called once, before anything is fetched; what it raises ends the verification.
    """
    if not online:
        return HouseResolver(own=own_bytes, recorded=signed_before)
    fetch = Fetcher(budget=BUDGET)
    waiting = [before] if before else []

    def asked(address: str) -> bytes:
        if waiting:
            waiting.pop()()
        return fetch(address)

    return HouseResolver(own=own_bytes, fetch=asked, recorded=signed_before)
