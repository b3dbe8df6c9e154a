"""The institution's signing keys and its did:web document. What happens to keys: `key_life.py`."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length

from bitterroot.governance import policies
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import SigningKey
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.issuing.seals import key_seal
from bitterroot.openbadges import compose, did
from bitterroot.openbadges.errors import KeyUnavailable
from bitterroot.openbadges.issue import Signer
from bitterroot.openbadges.multikey import Key, read_public
from bitterroot.people.actor import Actor
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


def issuer_did() -> str:
    """The institution's identifier: did:web of the origin."""
    return did.web_did(settings.ORIGIN)


def issuer_profile() -> dict[str, Any]:
    """The issuer as it stands in every credential."""
    return compose.profile(issuer_did(), policies.current().institution.name, url=settings.ORIGIN)


def body_did(endorser: str) -> str:
    """The identifier of a deciding body of the institution; the institution's keys sign for it."""
    return did.web_did(settings.ORIGIN, f"endorsers/{endorser}")


@transaction.atomic
def ensure_signing_key(*, by: Actor, use: KeyUse = KeyUse.BADGES) -> SigningKey:
    """The key that signs now; made when there is none. Its secret half goes into a file only."""
    answer = may_tend_keys(by).require()
    row = signing(use)
    if row is not None:
        return row
    fragment = free_fragment(use)
    now = clock.now()
    row = SigningKey.objects.create(
        fragment=fragment,
        public_multibase=keystore.make(fragment, KINDS[use]).id,
        listed_at=now,
        active_from=now,
        use=use,
    )
    key_event(by, row, "key made", answer.capacity)
    return row


def free_fragment(use: KeyUse = KeyUse.BADGES) -> str:
    """A name that no key of ours ever had."""
    count = SigningKey.objects.filter(use=use).count() + 1
    return f"key-{count}" if use == KeyUse.BADGES else f"{use}-key-{count}"


def key_event(by: Actor, row: SigningKey, verb: str, capacity: str, **data: object) -> None:
    """Record what happened to a key. The caller's transaction changed its row."""
    record_event(
        by=by,
        stream="keys",
        verb=verb,
        about=f"key:{row.fragment}",
        capacity=capacity,
        seal=key_seal(row),
        data={"public": row.public_multibase, **data},
        tell=False,
    )


#: What kind of key serves each use; ecdsa-sd-2023, by which parts are shown, needs P-256.
KINDS = {KeyUse.BADGES: "Ed25519", KeyUse.PARTS: "P-256"}


def usable() -> QuerySet[SigningKey]:
    """Keys that badges may still be signed with, now or once their overlap is over; newest first."""
    return newest_first().filter(retired_at__isnull=True, compromised_since__isnull=True)


def newest_first() -> QuerySet[SigningKey]:
    """All keys, the latest to sign first; of one moment, the one that was made last (key-10, key-9)."""
    return SigningKey.objects.order_by("-active_from", Length("fragment").desc(), "-fragment")


def signing(use: str = KeyUse.BADGES) -> SigningKey | None:
    """The key that signs now: the latest of that use whose time has come."""
    return usable().filter(use=use, active_from__lte=clock.now()).first()


def signer_of(row: SigningKey) -> Signer:
    """The signer of a key. Raises KeyUnavailable where this machine does not hold its secret."""
    return Signer(keystore.load(row.fragment), did.verification_method(issuer_did(), row.fragment))


def active() -> tuple[SigningKey, Signer]:
    """The key that signs now, with its signer."""
    row = signing()
    if row is None:
        raise RuntimeError("There is no signing key yet; run `bitterroot setup`.")
    return row, signer_of(row)


def check_secret(row: SigningKey) -> Key:
    """The key, after it signed something that its public half verifies.

    Raises KeyUnavailable where its secret half is not here or not the right one.
    """
    key = signer_of(row).key
    public = read_public(row.public_multibase)
    if not public.verify(b"is this the key?", key.sign(b"is this the key?")):
        raise KeyUnavailable(f"The file of {row.fragment} holds another key.")
    return key


def did_document(of: str = "") -> dict[str, Any]:
    """What /.well-known/did.json says: every key there ever was, the newest first.

    A key that signs no more may assert until it is retired; one that is compromised may not. `of`
    is the identifier of a body (`body_did`), for which the keys of badges sign and those of parts do not.
    """
    rows = newest_first().filter(use=KeyUse.BADGES) if of else newest_first()
    listed = [
        did.ListedKey(
            row.fragment,
            read_public(row.public_multibase),
            row.retired_at,
            row.compromised_since,
        )
        for row in rows
    ]
    return did.web_document(of or issuer_did(), listed)
