"""Verification for the screens: own rows first, then the guarded web."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.db import connection

from bitterroot.issuing.models import SigningKey
from bitterroot.openbadges import did
from bitterroot.openbadges.errors import FetchError
from bitterroot.openbadges.fetch import Fetcher
from bitterroot.openbadges.keys import PublicKey
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.verification import Verification
from bitterroot.openbadges.verify import verify
from bitterroot.record import clock
from bitterroot.web import stored


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, and whether we know who issued it."""

    result: Verification
    issuer_known: bool


def verify_anything(asked: bytes | str, *, online: bool) -> Verified:
    """Check a badge from its file, its text or its https address. Never raises for what it says."""
    resolver = HouseResolver(own_bytes, Fetcher() if online else None)  # type: ignore[arg-type]
    data: bytes | str = asked
    if isinstance(asked, str) and asked.startswith("https://") and len(asked.split()) == 1:
        try:
            data = resolver.get(asked)
        except FetchError as error:
            missing = Verification()
            missing.add("readable", False, str(error))
            return Verified(missing.conclude(), False)
    result = verify(data, resolver=resolver, now=clock.now())
    known = {did.web_did(settings.ORIGIN), settings.ORIGIN}
    return Verified(result, result.issuer_id in known)


def own_bytes(address: str) -> bytes | None:
    """What stands at an address of our own origin, from our own rows; None if it is not ours.

    Raises FetchError for what we do not have, or do not show to strangers.
    """
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" != settings.ORIGIN:
        return None
    if parts.path == "/.well-known/did.json":
        return did_document()
    wanted = stored.wanted(parts.path, stored.JSON)
    found = stored.find(*wanted, ask) if wanted else None
    if found is None:
        raise FetchError("There is nothing at this address, or its owner does not show it.")
    return found.body


def did_document() -> bytes:
    """The issuer's did.json: every key that ever signed, newest first."""
    keys = SigningKey.objects.order_by("-active_from")
    pairs = [(key.fragment, PublicKey.from_multibase(key.public_multibase)) for key in keys]
    return orjson.dumps(did.web_document(did.web_did(settings.ORIGIN), pairs))


def ask(sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a question, through Django's own connection (see `stored`)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
