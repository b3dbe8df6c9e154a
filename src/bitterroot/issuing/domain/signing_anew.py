"""Signing again what a compromised key signed: the same words, at the same address, another key.

The awards are the queue: those that live and whose document a key with `sign_anew` signed. What is
done is no longer among them, so that the work can be killed and go on. The old bytes are kept.
"""

import hashlib
from uuid import UUID

import orjson
from django.db import transaction

from bitterroot.issuing.domain import keys
from bitterroot.issuing.models import Award, AwardDocument, PastDocument, SigningKey
from bitterroot.issuing.queries.keys import alive
from bitterroot.issuing.seals import award_seal
from bitterroot.openbadges import issue, proofs, text
from bitterroot.people.actor import system
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

CHUNK = 100


def run_waiting(limit: int = CHUNK) -> int:
    """Sign up to `limit` awards anew; the worker's round. How many."""
    done = 0
    for key in SigningKey.objects.filter(sign_anew=True, compromised_since__isnull=False):
        for pk in list(alive(key).values_list("pk", flat=True)[: limit - done]):
            done += _sign_anew(pk, key)
        if done >= limit:
            break
    return done


@transaction.atomic
def _sign_anew(pk: UUID, old: SigningKey) -> bool:
    """One award; its learner is told. False where another worker was quicker."""
    award = Award.objects.select_for_update(of=("self",)).get(pk=pk)
    document = AwardDocument.objects.get(award=award)
    if document.key_id != old.pk:
        return False
    now = clock.now()
    key, signer = keys.active()
    bare = proofs.unsigned(orjson.loads(bytes(document.body)))
    body = issue.to_bytes(signer.sign(bare, text.timestamp(now)))
    PastDocument.objects.create(
        award=award,
        body=document.body,
        sha256=document.sha256,
        key=old,
        signed_at=document.signed_at,
        replaced_at=now,
    )
    document.body, document.sha256 = body, hashlib.sha256(body).hexdigest()
    document.key, document.signed_at = key, now
    document.save()
    about = f"award:{award.pk}"
    record_event(
        by=system(f"{old.fragment} was compromised"),
        stream=about,
        verb="award signed anew",
        about=about,
        capacity="system",
        seal=award_seal(award, document.sha256),
        data={"document": document.sha256, "key": key.fragment, "instead_of": old.fragment},
    )
    return True
