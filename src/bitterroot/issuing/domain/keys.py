"""The institution's signing keys and its did:web document."""

from typing import Any

from django.conf import settings
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import SigningKey
from bitterroot.openbadges import compose, did, keys
from bitterroot.openbadges.issue import Signer
from bitterroot.people.actor import Actor
from bitterroot.people.rules import may_manage_people
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


def issuer_did() -> str:
    """The institution's identifier: did:web of the origin."""
    return did.web_did(settings.ORIGIN)


def issuer_profile() -> dict[str, Any]:
    """The issuer as it stands in every credential."""
    return compose.profile(issuer_did(), policies.current().institution.name, url=settings.ORIGIN)


@transaction.atomic
def ensure_signing_key(*, by: Actor) -> SigningKey:
    """The active key; made when there is none. Its secret half goes into a file only."""
    may_manage_people(by).require()
    row = SigningKey.objects.filter(retired_at__isnull=True).order_by("-active_from").first()
    if row is not None:
        return row
    fragment = f"key-{SigningKey.objects.count() + 1}"
    keystore.save(fragment, keys.SigningKey.generate())
    secret = keystore.load(fragment)
    row = SigningKey.objects.create(
        fragment=fragment, public_multibase=secret.public.multibase, active_from=clock.now()
    )
    record_event(
        by=by,
        stream="keys",
        verb="key made",
        about=f"key:{fragment}",
        capacity="system",
        data={"public": row.public_multibase},
        tell=False,
    )
    return row


def active() -> tuple[SigningKey, Signer]:
    """The key that signs now, with its signer."""
    row = SigningKey.objects.filter(retired_at__isnull=True).order_by("-active_from").first()
    if row is None:
        raise RuntimeError("There is no signing key yet; run `bitterroot demo` or make one.")
    return row, Signer(
        keystore.load(row.fragment), did.verification_method(issuer_did(), row.fragment)
    )


def did_document() -> dict[str, Any]:
    """What /.well-known/did.json says: every key, the newest first; old ones stay."""
    listed = [
        (row.fragment, keys.PublicKey.from_multibase(row.public_multibase))
        for row in SigningKey.objects.order_by("-active_from")
    ]
    return did.web_document(issuer_did(), listed)
