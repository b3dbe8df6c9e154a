"""Programs that want to read badges: they register themselves, and the operator can remove them."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare

from bitterroot.issuing.models import ReadConsent, Reader, ReadSecret
from bitterroot.issuing.rules import may_tend_readers
from bitterroot.issuing.seals import consent_seal
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST_UNUSED = 500  # registered, and nobody ever let them read
UNUSED = timedelta(days=30)  # then such a registration goes


@transaction.atomic
def register_reader(
    *,
    by: Actor,
    name: str,
    host: str,
    redirect_uris: Sequence[str],
    scope: str,
    about: dict[str, Any],
) -> tuple[Reader, str]:
    """A reader and its secret, which is told once. It may read nothing until a learner lets it.

    `by` is the system: anyone's program registers itself. The caller has checked what it says.
    """
    answer = may_tend_readers(by).require()
    unused = Reader.objects.filter(consents=None, removed_at=None)
    unused.filter(registered_at__lt=clock.now() - UNUSED).update(removed_at=clock.now())
    # The oldest go: who registers very many keeps nobody else from it.
    too_many = list(unused.order_by("-registered_at").values_list("pk", flat=True))
    unused.filter(pk__in=too_many[MOST_UNUSED - 1 :]).update(removed_at=clock.now())
    secret = secrets.token_urlsafe(32)
    row = Reader.objects.create(
        name=name,
        host=host,
        about=about,
        redirect_uris=list(redirect_uris),
        scope=scope,
        secret_digest=digest(secret),
        registered_at=clock.now(),
    )
    _event(by, row, "reader registered", answer.capacity, name=name, host=host)
    return row, secret


@transaction.atomic
def remove_reader(*, by: Actor, reader: Reader) -> Reader:
    """End a reader at once: its tokens work no longer, every consent to it ends."""
    answer = may_tend_readers(by).require()
    row = Reader.objects.select_for_update().get(pk=reader.pk)
    if row.removed_at is not None:
        raise NotPossible("This program was removed already.")
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    ReadSecret.objects.filter(consent__reader=row).delete()
    ended = list(ReadConsent.objects.select_for_update().filter(reader=row, ended_at=None))
    for consent in ended:
        end_reading(by, consent, answer.capacity)
    _event(by, row, "reader removed", answer.capacity, consents=len(ended))
    return row


def end_reading(by: Actor, consent: ReadConsent, capacity: str) -> None:
    """End a consent that the caller's transaction holds, and its tokens. Event: reading ended."""
    consent.ended_at = clock.now()
    consent.save(update_fields=["ended_at"])
    consent.secrets.all().delete()
    consent_event(by, consent, "reading ended", capacity, tell=False)


def consent_event(
    by: Actor, row: ReadConsent, verb: str, capacity: str, *, tell: bool, **data: object
) -> None:
    """Record what happened to a consent, sealed as it now stands."""
    about = f"consent:{row.pk}"
    record_event(
        by=by,
        stream=about,
        verb=verb,
        about=about,
        capacity=capacity,
        seal=consent_seal(row),
        data={"reader": str(row.reader_id), **data},
        tell=tell,
    )


def reader_of(identifier: str, secret: str | None = None) -> Reader | None:
    """The reader of this client id, if it was not removed and `secret` (where given) is its own."""
    try:
        key = UUID(identifier)
    except ValueError:
        return None
    row = Reader.objects.filter(pk=key, removed_at=None).first()
    if row is None or secret is None:
        return row
    return row if constant_time_compare(row.secret_digest, digest(secret)) else None


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _event(by: Actor, row: Reader, verb: str, capacity: str, **data: object) -> None:
    about = f"reader:{row.pk}"
    record_event(
        by=by, stream=about, verb=verb, about=about, capacity=capacity, data=data, tell=False
    )
