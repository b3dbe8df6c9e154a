"""A learner takes a badge into a wallet: a link for one wallet, once, for a few minutes.

The link's secret gives the code, the code with the PIN gives a token, the token gives the badge.
None of them is kept, only digests; each works once, also where two ask at the same moment.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from bitterroot.issuing.domain.award import _locked
from bitterroot.issuing.domain.binding import bound_bytes
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import AwardState, CopyForm, WalletWay
from bitterroot.issuing.models import Award, Collection
from bitterroot.issuing.rules import may_collect
from bitterroot.issuing.seals import collection_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

LASTS = timedelta(minutes=10)  # a link
TOKEN_LASTS = timedelta(minutes=5)
MOST_TRIES = 5  # wrong PINs, or proofs that do not hold; then the link is over
MOST_AN_HOUR = 10  # links of one badge
PIN = 6  # digits


class LinkOver(NotPossible):
    """The link, its code or its token works no longer, or never did."""


class WrongPin(NotPossible):
    """Another PIN than the learner sees on the page."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the learner's page shows once: nothing of it is kept but digests."""

    collection: Collection
    secret: str
    pin: str


def code_of(secret: str) -> str:
    """The code that belongs to a link's secret."""
    return hashlib.sha256(f"bitterroot collection code\n{secret}".encode()).hexdigest()


@transaction.atomic
def offer_to_wallet(*, by: Actor, award: Award, way: WalletWay, bind: bool) -> Offered:
    """A link by which one wallet may take the badge; an older one of the badge ends.

    `bind`: the wallet gets a copy that names its key, signed for it. Nobody else is told.
    """
    answer = may_collect(by, award).require()
    row = _locked(award)
    _require_claimed(row)
    now = clock.now()
    if row.collections.filter(made_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise NotPossible(f"You made {MOST_AN_HOUR} links in this hour. Try again later.")
    _end_open(row)
    secret = secrets.token_urlsafe(32)
    pin = f"{secrets.randbelow(10**PIN):0{PIN}d}" if way == WalletWay.OPENID else ""
    made = Collection(
        award=row,
        way=way,
        bind=bind,
        link_digest=_digest(secret),
        code_digest=_digest(code_of(secret)),
        challenge=secrets.token_urlsafe(24) if way == WalletWay.VCAPI else "",
        made_at=now,
        expires_at=now + LASTS,
    )
    made.pin_digest = _pin_digest(made, pin) if pin else ""
    made.save(force_insert=True)
    record_of_award(
        by, row, "wallet link made", answer.capacity, tell=False, way=way.value, bind=bind
    )
    return Offered(made, secret, pin)


@transaction.atomic
def end_links(*, by: Actor, award: Award) -> int:
    """End the badge's open links at once; how many there were."""
    answer = may_collect(by, award).require()
    row = _locked(award)
    ended = _end_open(row)
    if ended:
        record_of_award(by, row, "wallet links ended", answer.capacity, tell=False)
    return ended


def redeem(*, by: Actor, collection: Collection, pin: str) -> str:
    """The token for a code and its PIN. `by` is the learner, for whom the code stands.

    Raises WrongPin, or LinkOver: after the first success, at its end, after too many wrong PINs.
    """
    token, problem = _redeem(by, collection, pin)
    if problem is not None:
        raise problem
    return token


@transaction.atomic
def _redeem(by: Actor, collection: Collection, pin: str) -> tuple[str, NotPossible | None]:
    """Counts a wrong PIN, so it must not be undone by what is raised."""
    may_collect(by, collection.award).require()
    award = _locked(collection.award)
    row = Collection.objects.select_for_update().get(pk=collection.pk)
    now = clock.now()
    if not is_open(row) or row.redeemed_at is not None or not _may_leave(award):
        return "", LinkOver("This link works no longer.")
    if not constant_time_compare(row.pin_digest, _pin_digest(row, pin)):
        _count_failure(row)
        return "", WrongPin("This is not the PIN on the page.")
    token = secrets.token_urlsafe(32)
    row.redeemed_at, row.token_until = now, now + TOKEN_LASTS
    row.token_digest = _digest(token)
    row.save(update_fields=["redeemed_at", "token_until", "token_digest"])
    return token, None


@transaction.atomic
def note_failure(*, by: Actor, collection: Collection) -> None:
    """A wallet's proof did not hold; the link is over after a few."""
    may_collect(by, collection.award).require()
    _count_failure(Collection.objects.select_for_update().get(pk=collection.pk))


@transaction.atomic
def deliver(
    *, by: Actor, collection: Collection, subject: str, form: CopyForm = CopyForm.PROOF
) -> bytes:
    """The badge's bytes for the wallet that proved to be `subject` (or nobody). Once.

    As they were issued; where the learner asked to bind, a copy that names `subject`. Raises
    LinkOver for the second who asks.
    """
    answer = may_collect(by, collection.award).require()
    award = _locked(collection.award)
    row = Collection.objects.select_for_update().get(pk=collection.pk)
    if not may_deliver(row) or not _may_leave(award):
        raise LinkOver("This link works no longer.")
    if row.bind and not subject:
        raise NotPossible("The wallet must prove which key it holds.")
    row.delivered_at, row.subject = clock.now(), subject
    row.token_digest = ""
    row.save(update_fields=["delivered_at", "subject", "token_digest"])
    if row.bind:
        body = bound_bytes(by, award, subject, form, answer.capacity)
    else:
        body = bytes(award.document.body)
    record_of_award(
        by,
        award,
        "badge collected",
        answer.capacity,
        about=f"collection:{row.pk}",
        seal=collection_seal(row),
        way=row.way,
        bound=row.bind,
        document=hashlib.sha256(body).hexdigest(),
    )
    return body


def of_secret(secret: str) -> Collection | None:
    """The open link that this secret belongs to."""
    return _open_by(link_digest=_digest(secret)) if 20 <= len(secret) <= 100 else None


def of_code(code: str) -> Collection | None:
    """The link, open or not, that this code belongs to."""
    if not 20 <= len(code) <= 100:
        return None
    return _with_award().filter(code_digest=_digest(code)).first()


def of_token(token: str) -> Collection | None:
    """The link whose badge this token may take now."""
    if not 20 <= len(token) <= 100:
        return None
    found = _with_award().filter(token_digest=_digest(token)).first()
    return found if found is not None and may_deliver(found) else None


def _open_by(**which: str) -> Collection | None:
    found = _with_award().filter(**which).first()
    if found is None or not is_open(found) or not _may_leave(found.award):
        return None
    return found


def _with_award():  # type: ignore[no-untyped-def]
    return Collection.objects.select_related(
        "award__learner", "award__template", "award__document", "award__request"
    )


def is_open(row: Collection) -> bool:
    """Whether a wallet may still take the badge by this link."""
    return row.delivered_at is None and row.ended_at is None and row.expires_at > clock.now()


def may_deliver(row: Collection) -> bool:
    """Whether the badge may be given now: to whom has the token, else to whom has the link."""
    if row.delivered_at is not None or row.ended_at is not None:
        return False
    if row.way == WalletWay.OPENID:
        return row.token_until is not None and row.token_until > clock.now()
    return row.expires_at > clock.now()


def _may_leave(award: Award) -> bool:
    """Whether a wallet may have the badge: its learner took it, and it counts now."""
    return award.state == AwardState.CLAIMED and award.suspended_at is None


def _require_claimed(row: Award) -> None:
    if row.state != AwardState.CLAIMED:
        raise NotPossible(f"This badge is {row.get_state_display().lower()}.")
    if row.suspended_at is not None:
        raise NotPossible("This badge is suspended for now. Take it once that is lifted.")


def _end_open(award: Award) -> int:
    open_ = award.collections.filter(delivered_at=None, ended_at=None)
    return int(open_.update(ended_at=clock.now()))


def _count_failure(row: Collection) -> None:
    row.tries += 1
    if row.tries >= MOST_TRIES and row.ended_at is None:
        row.ended_at = clock.now()
    row.save(update_fields=["tries", "ended_at"])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _pin_digest(row: Collection, pin: str) -> str:
    """Keyed: a PIN has few digits, so a bare digest of it would tell it."""
    words = f"{row.pk}\n{pin}"
    return salted_hmac("bitterroot.collection", words, algorithm="sha256").hexdigest()
