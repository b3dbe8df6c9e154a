"""The badges of one key's set of canaries, each with what verifiers must say of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.conf import settings

from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.models import SigningKey, StatusList
from bitterroot.openbadges import award, compose, text
from bitterroot.openbadges.bake import bake_png, bake_svg
from bitterroot.openbadges.issue import Press
from bitterroot.programs.interfaces.badge_image import to_png

SCRIPTS = (
    "José Núñez · Nguyễn Linh · Ḥasan · محمد بن عبد الله · दीपिका · ᏣᎳᎩ · 𠮷野家 · "
    "👩‍🏫 · O’Brien “Ann\\Ace”"
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    b'<circle cx="32" cy="32" r="30" fill="#e0b73a"/></svg>'
)
#: What each is, and the verdict on it. A superseded one is revoked and leads to the corrected one.
EXPECTED = {
    "valid": "valid",
    "expired": "expired",
    "revoked": "revoked",
    "suspended": "suspended",
    "superseded": "superseded",
    "corrected": "valid",
    "tampered": "invalid",
    "odd scripts": "valid",
    "PNG": "valid",
    "SVG": "valid",
}
MARKED = ("revoked", "suspended", "superseded")
YEAR, DAY = timedelta(days=365), timedelta(days=1)


class Place(NamedTuple):
    """Where a status list speaks of a canary."""

    listed: StatusList
    position: int


def address_of(key: SigningKey, name: str) -> str:
    """The id of a canary; nothing is served there but the successor of the superseded one."""
    return f"{settings.ORIGIN}/canary/{key.fragment}/{name.lower().replace(' ', '-')}"


def bodies(key: SigningKey, names: list[str], now: datetime) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each, with their marks set."""
    places = _places(names)
    press = _press(key)
    for name in names:
        body = press.issue(_award(key, name, places[name], now), created=text.timestamp(now))
        if name in MARKED:
            _mark(name, *places[name])
        yield name, _changed(name, body)


def _mark(name: str, listed: StatusList, position: int) -> None:
    n = listed.suspension_id if name == "suspended" else listed.n
    assert n is not None
    status.set_bit(n, position, True)


def _press(key: SigningKey) -> Press:
    achievement = compose.achievement(
        f"{settings.ORIGIN}/canary",
        "Canary",
        "A badge by which we try whether badges verify. Nobody holds it.",
        criteria_narrative="None: it is never awarded.",
    )
    return Press(issuer=keys.issuer_profile(), achievement=achievement, signer=keys.signer_of(key))


def _places(names: list[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name in names:
        suspendable = name == "suspended" or status.suspendable()
        listed, (index,) = status.allocate(1, suspendable=suspendable)
        found[name] = Place(listed, index)
    return found


def _award(key: SigningKey, name: str, place: Place, now: datetime) -> award.Award:
    dates = (now - YEAR, now - DAY) if name == "expired" else (now, None)
    address = address_of(key, name)
    return award.Award(
        id=address,
        valid_from=text.timestamp(dates[0]),
        valid_until=text.timestamp(dates[1]) if dates[1] else None,
        recipient=SCRIPTS if name == "odd scripts" else "Nobody",
        identities=[award.hashed("nobody@canary.invalid")],
        status=status.entries(*place),
        refresh_url=f"{address}/refresh" if name == "superseded" else None,
    )


def _changed(name: str, body: bytes) -> bytes:
    if name == "tampered":
        document = orjson.loads(body)
        document["credentialSubject"]["achievement"]["name"] = "Doctor of Philosophy"
        return orjson.dumps(document)
    if name == "PNG":
        return bake_png(to_png(PICTURE), body)
    return bake_svg(PICTURE, body) if name == "SVG" else body
