"""Badges that nobody holds, made by each key and checked every night: do verifiers still say what
they must? A set stays for ever, so that badges of old keys are among them.

They use the keys and status lists that all badges use. They stand at no address, are in no program,
and name nobody: their learners are invented.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.models import Canary, SigningKey
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.openbadges import award, compose, text
from bitterroot.openbadges.bake import bake_png, bake_svg
from bitterroot.openbadges.issue import Press
from bitterroot.people.actor import Actor, system
from bitterroot.programs.interfaces.badge_image import to_png
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

NIGHT = 2  # the hour of the institution's day from which on they are checked
SCRIPTS = (
    "José Núñez · Nguyễn Linh · Ḥasan · محمد بن عبد الله · दीपिका · ᏣᎳᎩ · 𠮷野家 · "
    "👩‍🏫 · O’Brien “Ann\\Ace”"
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    b'<circle cx="32" cy="32" r="30" fill="#e0b73a"/></svg>'
)
NAMES = ("valid", "expired", "revoked", "tampered", "odd scripts", "PNG", "SVG")
BY = system("canaries")


def run_due() -> int:
    """Once a night: make what is missing for the key that signs, check all. The worker's round."""
    now = timezone.localtime(clock.now())
    key = keys.signing()
    if key is None or now.hour < NIGHT:
        return 0
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    made = Canary.objects.filter(key=key).count()
    if made == len(NAMES) and not Canary.objects.exclude(checked_at__gte=midnight).exists():
        return 0
    make(by=BY)
    return len(check(by=BY))


@transaction.atomic
def make(*, by: Actor) -> int:
    """Make a set by the key that signs now, unless it has one; how many were made."""
    answer = may_tend_keys(by).require()
    key = SigningKey.objects.select_for_update().get(pk=keys.active()[0].pk)
    if Canary.objects.filter(key=key).exists():
        return 0
    now = clock.now()
    rows = [
        Canary(name=name, key=key, body=body, expected=expected, made_at=now)
        for name, body, expected in _bodies(key, now)
    ]
    Canary.objects.bulk_create(rows)
    record_event(
        by=by,
        stream="canaries",
        verb="canaries made",
        about=f"key:{key.fragment}:canaries",
        capacity=answer.capacity,
        data={"key": key.fragment, "names": list(NAMES)},
        tell=False,
    )
    return len(rows)


def _bodies(key: SigningKey, now: datetime) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and verdict of each."""
    listed, places = status.allocate(len(NAMES))
    while len(places) < len(NAMES):  # the list was full; the next one has room
        listed, places = status.allocate(len(NAMES))
    place = dict(zip(NAMES, places, strict=True))
    issuer = keys.issuer_profile()
    achievement = compose.achievement(
        f"{settings.ORIGIN}/canary",
        "Canary",
        "A badge by which we try whether badges verify. Nobody holds it.",
        criteria_narrative="None: it is never awarded.",
    )
    press = Press(issuer=issuer, achievement=achievement, signer=keys.signer_of(key))

    def badge(name: str, recipient: str = "Nobody", **dates: str) -> bytes:
        values = award.Award(
            id=f"{settings.ORIGIN}/canary/{key.fragment}/{name.lower().replace(' ', '-')}",
            valid_from=dates.get("valid_from", text.timestamp(now)),
            valid_until=dates.get("valid_until"),
            recipient=recipient,
            identities=[award.hashed("nobody@canary.invalid")],
            status=[award.StatusEntry("revocation", status.list_url(listed.n), place[name])],
        )
        return press.issue(values, created=text.timestamp(now))

    yield "valid", badge("valid"), "valid"
    year, day = timedelta(days=365), timedelta(days=1)
    expired = {
        "valid_from": text.timestamp(now - year),
        "valid_until": text.timestamp(now - day),
    }
    yield "expired", badge("expired", **expired), "expired"
    yield "revoked", badge("revoked"), "revoked"
    status.set_bit(listed.n, place["revoked"], True)
    changed = orjson.loads(badge("tampered"))
    changed["credentialSubject"]["achievement"]["name"] = "Doctor of Philosophy"
    yield "tampered", orjson.dumps(changed), "invalid"
    yield "odd scripts", badge("odd scripts", recipient=SCRIPTS), "valid"
    yield "PNG", bake_png(to_png(PICTURE), badge("PNG")), "valid"
    yield "SVG", bake_svg(PICTURE, badge("SVG")), "valid"


def check(*, by: Actor) -> list[Canary]:
    """Ask our verifier about every canary and note what it said; all of them.

    Of a key that was withdrawn none may be taken. The record has an entry for each check that
    found one which is not as it must be.
    """
    answer = may_tend_keys(by).require()
    rows = list(Canary.objects.select_related("key").order_by("key", "pk"))
    now = clock.now()
    for row in rows:
        row.found = verify_anything(bytes(row.body), online=False).result.verdict
        row.checked_at = now
    wrong = [str(row) for row in rows if not is_well(row)]
    with transaction.atomic():
        Canary.objects.bulk_update(rows, ["found", "checked_at"])
        if wrong:
            record_event(
                by=by,
                stream="canaries",
                verb="canaries failed",
                about="canaries",
                capacity=answer.capacity,
                data={"wrong": wrong},
                tell=False,
            )
    return rows


def is_well(row: Canary) -> bool:
    """Whether the last check found what it must."""
    return row.found == ("invalid" if row.key.compromised_since else row.expected)


def failing() -> int:
    """How many canaries were last found otherwise than they must be."""
    checked = Canary.objects.exclude(checked_at=None).select_related("key").defer("body")
    return sum(not is_well(row) for row in checked)
