"""Answering from outside: a partner's officer has a one-time link and, for each answer, a mailed code.

The link and the code are kept as digests alone. A code works for 15 minutes and five tries; five
codes are made for a request within an hour, so that at most 25 guesses an hour are possible.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from bitterroot.governance.domain.signature import (
    OPEN,
    locked,
    must_be_open,
    note_objection,
    note_signed,
)
from bitterroot.governance.enums import Method
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.record import clock

LINK_DAYS = 14
READING = "what an officer outside has signed"
CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
CODES_MOST = 5  # within CODES_WINDOW, for one request
CODES_WINDOW = timedelta(hours=1)

Act = Callable[[Actor, SignatureRequest], SignatureRequest]


@transaction.atomic
def mint_link(*, by: Actor, signature: SignatureRequest) -> str:
    """A fresh one-time link token for an officer outside; the older one stops working."""
    if by.person is not None:
        raise Refused("Links are made by the system when it writes the mail.")
    signature = locked(signature)
    must_be_open(signature)
    token = secrets.token_urlsafe(32)
    signature.link_digest = _digest(token)
    signature.link_expires_at = clock.now() + timedelta(days=LINK_DAYS)
    signature.save(update_fields=["link_digest", "link_expires_at"])
    return token


def signature_for_token(token: str) -> SignatureRequest | None:
    """The open request that this link token belongs to, if it has not expired."""
    if not 20 <= len(token) <= 100:
        return None
    found = (
        SignatureRequest.objects.select_related("case", "snapshot")
        .filter(link_digest=_digest(token))
        .first()
    )
    if found is None or found.state not in OPEN:
        return None
    expired = found.link_expires_at is None or found.link_expires_at < clock.now()
    return None if expired else found


def reading_token(signature: SignatureRequest) -> str:
    """A token with which an officer outside can read for 14 days what they signed; no more than that.

    It is kept nowhere, and ends with the `turn` that it names (`outside.end_link`).
    """
    until = clock.today() + timedelta(days=LINK_DAYS)
    return signing.dumps([str(signature.pk), until.isoformat(), signature.turn], salt=READING)


def signature_to_read(token: str) -> SignatureRequest | None:
    """The signature that was given by link and that this token lets one read, until its day."""
    if len(token) > 400:
        return None
    try:
        pk, until, turn = signing.loads(token, salt=READING)
    except (signing.BadSignature, ValueError):
        return None
    if date.fromisoformat(until) < clock.today():
        return None
    given = SignatureRequest.objects.select_related("case", "snapshot", "person", "delegated_from")
    return given.filter(pk=pk, person=None, turn=turn).exclude(typed_name="").first()


@transaction.atomic
def make_code(*, signature: SignatureRequest) -> str:
    """A six-digit code, to be mailed to the officer; replaces an older one and resets the tries.

    Raises NotPossible after five codes within an hour, with the time of the next.
    """
    signature = locked(signature)
    must_be_open(signature)
    now = clock.now()
    if signature.codes_since is None or signature.codes_since + CODES_WINDOW <= now:
        signature.codes_since, signature.codes_made = now, 0
    if signature.codes_made >= CODES_MOST:
        again = timezone.localtime(signature.codes_since + CODES_WINDOW)
        raise NotPossible(
            f"{CODES_MOST} codes were mailed within an hour; that is the most. Use the last one, or"
            f" ask again at {again:%H:%M}."
        )
    code = f"{secrets.randbelow(1_000_000):06d}"
    signature.code_digest, signature.code_tries = _of_code(signature, code), 0
    signature.code_expires_at = now + CODE_LIFE
    signature.codes_made += 1
    signature.save(
        update_fields=[
            "code_digest",
            "code_tries",
            "code_expires_at",
            "codes_made",
            "codes_since",
        ]
    )
    return code


def sign_by_link(*, token: str, code: str, typed_name: str, then: Act) -> SignatureRequest:
    """Sign as an officer outside. `then` is called in the same transaction.

    Raises NotPossible where the link or the code does not open it; five wrong tries end a code.
    """

    def act(by: Actor, signature: SignatureRequest) -> SignatureRequest:
        done = note_signed(by, signature, typed_name, Method.LINK, signature.capacity_title)
        return then(by, done)

    return _with_code(token, code, act)


def object_by_link(
    *, token: str, code: str, comment: str, decline: bool, then: Act
) -> SignatureRequest:
    """Return with a comment, or decline, as an officer outside; as `sign_by_link` otherwise."""

    def act(by: Actor, signature: SignatureRequest) -> SignatureRequest:
        done = note_objection(by, signature, comment, decline, signature.capacity_title)
        return then(by, done)

    return _with_code(token, code, act)


def _with_code(token: str, code: str, act: Act) -> SignatureRequest:
    found = signature_for_token(token)
    if found is None:
        raise NotPossible("This link is no longer valid. Ask the program office for a new one.")
    with transaction.atomic():
        signature = locked(found)
        must_be_open(signature)
        why = _why_no_code(signature)
        if not why and constant_time_compare(
            signature.code_digest, _of_code(signature, code.strip())
        ):
            return act(system(f"link of {signature.partner_name}"), signature)
        if not why:
            signature.code_tries += 1
            signature.save(update_fields=["code_tries"])  # kept: what is raised comes after
            left = CODE_TRIES - signature.code_tries
            why = (
                f"The code does not fit. Tries left: {left}."
                if left
                else "The code does not fit, and its five tries are used up. Ask for a new code."
            )
    raise NotPossible(why, [("code", "Check the code in the mail, or ask for a new one.")])


def _why_no_code(signature: SignatureRequest) -> str:
    """Why there is no code that could fit now."""
    if not signature.code_digest or signature.code_expires_at is None:
        return "Ask for a code first; it is mailed to you."
    if signature.code_tries >= CODE_TRIES:
        return "Five wrong codes were typed. Ask for a new code."
    if signature.code_expires_at <= clock.now():
        return "The code is older than 15 minutes. Ask for a new code."
    return ""


def _of_code(signature: SignatureRequest, code: str) -> str:
    return _digest(f"{signature.pk}:{code}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
