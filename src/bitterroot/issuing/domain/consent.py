"""A learner lets a program read badges, by codes and tokens that work as long as the consent does.

Codes work once. A code or a refresh token that comes a second time was stolen from someone: then
every token of the consent ends (RFC 6749, section 4.1.2; RFC 9700, section 4.14).
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare

from bitterroot.issuing.domain.readers import consent_event, digest, end_reading
from bitterroot.issuing.enums import ReadSecretKind
from bitterroot.issuing.models import ReadConsent, Reader, ReadSecret
from bitterroot.issuing.rules import may_let_read
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock

LASTS = {
    ReadSecretKind.CODE: timedelta(minutes=5),
    ReadSecretKind.ACCESS: timedelta(hours=1),
    ReadSecretKind.REFRESH: timedelta(days=90),
}
HELD = (
    "You asked the university to withhold directory information, so no program may read your "
    "badges. The registrar can lift that for you."
)


class GrantOver(NotPossible):
    """The code or token works no longer, never did, or is somebody else's."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a reader is told once."""

    access: str
    refresh: str
    scope: str


@transaction.atomic
def give_consent(
    *,
    by: Actor,
    person: Person,
    reader: Reader,
    scope: str,
    everything: bool,
    redirect_uri: str,
    challenge: str,
) -> str:
    """Let `reader` read from now on; the code that it turns into tokens. One consent a reader.

    A wider or narrower consent takes the place of the one before, whose tokens end. Raises
    NotPossible under a directory hold. Event: reading allowed; the learner is told, so that they
    know of one that they did not give.
    """
    answer = may_let_read(by, person).require()
    if Person.objects.filter(pk=person.pk, directory_hold=True).exists():
        raise NotPossible(HELD)
    locked = Reader.objects.select_for_update().get(pk=reader.pk)
    if locked.removed_at is not None:
        raise NotPossible("This program was removed.")
    for row in ReadConsent.objects.filter(reader=locked, person=person, ended_at=None):
        end_reading(by, row, answer.capacity)
    row = ReadConsent.objects.create(
        reader=locked, person=person, scope=scope, everything=everything, given_at=clock.now()
    )
    said = {"scope": scope, "everything": everything}
    consent_event(by, row, "reading allowed", answer.capacity, tell=True, **said)
    return _new(row, ReadSecretKind.CODE, redirect_uri=redirect_uri, challenge=challenge)


@transaction.atomic
def end_consent(*, by: Actor, consent: ReadConsent) -> ReadConsent:
    """End it at once: the reader's tokens work no longer."""
    answer = may_let_read(by, consent.person).require()
    row = ReadConsent.objects.select_for_update().get(pk=consent.pk)
    if row.ended_at is not None:
        raise NotPossible("This was ended already.")
    end_reading(by, row, answer.capacity)
    return row


def tokens_for_code(*, reader: Reader, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """Tokens for a code, once. Raises GrantOver, also for another address or verifier."""
    made = _turn(reader, code, ReadSecretKind.CODE, redirect_uri, verifier)
    if made is None:
        raise GrantOver("This code works no longer.")
    return made


def tokens_for_refresh(*, reader: Reader, token: str) -> Tokens:
    """New tokens for a refresh token, which then works no longer. Raises GrantOver."""
    made = _turn(reader, token, ReadSecretKind.REFRESH)
    if made is None:
        raise GrantOver("This token works no longer.")
    return made


@transaction.atomic
def _turn(
    reader: Reader, secret: str, kind: ReadSecretKind, redirect_uri: str = "", verifier: str = ""
) -> Tokens | None:
    """Turn a secret into tokens. What came twice ends all, and that must not be undone."""
    found = ReadSecret.objects.filter(digest=digest(secret), kind=kind).first()
    if found is None:
        return None
    consent = ReadConsent.objects.select_for_update().get(pk=found.consent_id)
    row = ReadSecret.objects.filter(pk=found.pk).first()
    if row is None or consent.ended_at is not None or consent.reader_id != reader.pk:
        return None
    if row.used_at is not None:
        consent.secrets.all().delete()
        return None
    if row.until <= clock.now():
        return None
    if kind == ReadSecretKind.CODE:
        fits = constant_time_compare(row.challenge, challenge_of(verifier))
        if row.redirect_uri != redirect_uri or not fits:
            row.delete()
            return None
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    ReadSecret.objects.filter(until__lt=clock.now()).exclude(pk=row.pk).delete()
    consent.secrets.filter(kind=ReadSecretKind.ACCESS).delete()
    return Tokens(
        _new(consent, ReadSecretKind.ACCESS), _new(consent, ReadSecretKind.REFRESH), consent.scope
    )


@transaction.atomic
def drop_token(*, reader: Reader, token: str) -> None:
    """The reader gives a token back (RFC 7009): with it go all others of the consent."""
    found = ReadSecret.objects.filter(digest=digest(token), consent__reader=reader).first()
    if found is not None:
        ReadConsent.objects.select_for_update().get(pk=found.consent_id)
        ReadSecret.objects.filter(consent=found.consent_id).delete()


def consent_of(token: str) -> ReadConsent | None:
    """The consent in force that this access token stands for; a directory hold stops it."""
    found = (
        ReadSecret.objects.filter(
            digest=digest(token),
            kind=ReadSecretKind.ACCESS,
            until__gt=clock.now(),
            consent__ended_at=None,
            consent__reader__removed_at=None,
            consent__person__directory_hold=False,
        )
        .select_related("consent__person", "consent__reader")
        .first()
    )
    return found.consent if found is not None else None


def note_read(consent: ReadConsent) -> None:
    """When it was last read, for its learner to see; to the minute."""
    now = clock.now()
    if consent.last_read_at is None or now - consent.last_read_at > timedelta(minutes=1):
        ReadConsent.objects.filter(pk=consent.pk).update(last_read_at=now)


def challenge_of(verifier: str) -> str:
    """PKCE, S256 (RFC 7636)."""
    hashed = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _new(consent: ReadConsent, kind: ReadSecretKind, **more: str) -> str:
    secret = secrets.token_urlsafe(32)
    until = clock.now() + LASTS[kind]
    ReadSecret.objects.create(
        digest=digest(secret), kind=kind, consent=consent, until=until, **more
    )
    return secret
