"""Signing again what a compromised key signed: the same words, at the same address, another key.

The awards are the queue: those that live and whose document a key with `sign_anew` signed; then the
copies in wallets. What is done is no longer among them, so that the work can be killed and go on. The
old bytes are kept.
"""

import hashlib
from uuid import UUID

import orjson
from django.db import transaction

from bitterroot.issuing.domain import binding, endorsing, keys
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import CopyForm
from bitterroot.issuing.models import Award, BoundCopy, PastDocument, SigningKey
from bitterroot.issuing.queries.keys import alive, copies_to_sign_anew
from bitterroot.openbadges import issue, proofs, text
from bitterroot.people.actor import system
from bitterroot.record import clock

CHUNK = 100


def run_waiting(limit: int = CHUNK) -> int:
    """Sign up to `limit` awards and copies anew; the worker's round. How many."""
    done = 0
    for key in SigningKey.objects.filter(sign_anew=True, compromised_since__isnull=False):
        for pk in list(alive(key).values_list("pk", flat=True)[: limit - done]):
            done += _sign_anew(pk, key)
        copies = copies_to_sign_anew(key).filter(form__in=binding.forms())
        for pk in list(copies.values_list("pk", flat=True)[: limit - done]):
            done += _copy_anew(pk, key)
        if done >= limit:
            break
    return done


@transaction.atomic
def _sign_anew(pk: UUID, old: SigningKey) -> bool:
    """One award; its learner is told. False where another worker was quicker."""
    locked = Award.objects.select_for_update(of=("self",))
    award = locked.select_related("template", "document").get(pk=pk)
    document = award.document
    if document.key_id != old.pk:
        return False
    now = clock.now()
    key, signer = keys.active()
    bare = proofs.unsigned(orjson.loads(bytes(document.body)))
    endorsing.renew(bare, award.template, key)
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
    record_of_award(
        system(f"{old.fragment} was compromised"),
        award,
        "award signed anew",
        "system",
        document=document.sha256,
        key=key.fragment,
        instead_of=old.fragment,
    )
    return True


@transaction.atomic
def _copy_anew(pk: UUID, old: SigningKey) -> bool:
    """One copy in a wallet, which its learner collects again. False where another worker did it."""
    copy = BoundCopy.objects.get(pk=pk)
    locked = Award.objects.select_for_update(of=("self",))
    award = locked.select_related("template", "document").get(pk=copy.award_id)
    if not copies_to_sign_anew(old).filter(pk=pk).exists():
        return False
    by = system(f"{old.fragment} was compromised")
    binding.sign_copy(
        by, award, copy.subject, CopyForm(copy.form), "system", instead_of=old.fragment
    )
    return True
