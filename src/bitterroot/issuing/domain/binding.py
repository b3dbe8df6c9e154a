"""A copy of an award that names a wallet's key, so that its holder can prove that it is theirs.

The issued bytes stay what they are, and what the badge's address shows. The copy has the same id,
words and status entry; only `credentialSubject.id` is more, and the signature is another.
"""

import hashlib
from typing import Any

import orjson

from bitterroot.issuing.domain import endorsing, keys
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import CopyForm
from bitterroot.issuing.models import Award, BoundCopy
from bitterroot.issuing.seals import copy_seal
from bitterroot.openbadges import issue, jwt, proofs, text
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock


def forms() -> list[CopyForm]:
    """In which forms copies can be signed now: tokens only by a key of a kind that they take."""
    row = keys.signing()
    token = row is not None and row.public_multibase.startswith("zDn")  # P-256
    return [CopyForm.PROOF, CopyForm.TOKEN] if token else [CopyForm.PROOF]


def bound_bytes(by: Actor, award: Award, subject: str, form: CopyForm, capacity: str) -> bytes:
    """The copy for `subject`; one that exists is given again, unless its key asserts no more.

    The caller holds the award.
    """
    made = award.bound_copies.filter(subject=subject, form=form, key__in=keys.usable())
    found = made.order_by("-signed_at").first()
    if found is not None:
        return bytes(found.body)
    return bytes(sign_copy(by, award, subject, form, capacity).body)


def sign_copy(
    by: Actor, award: Award, subject: str, form: CopyForm, capacity: str, *, instead_of: str = ""
) -> BoundCopy:
    """A new copy by the key that signs now. The caller holds the award.

    `instead_of`: the key that was withdrawn and signed the one before; then its learner is told.
    Event: badge bound to a wallet, or copy signed anew.
    """
    key, signer = keys.active()
    now = clock.now()
    bare = with_subject(orjson.loads(bytes(award.document.body)), subject)
    endorsing.renew(bare, award.template, key)
    if form == CopyForm.TOKEN:
        if form not in forms():
            raise NotPossible("This university signs no tokens now.")
        body = jwt.sign(bare, signer.key, signer.verification_method).encode()
    else:
        body = issue.to_bytes(signer.sign(bare, text.timestamp(now)))
    made = BoundCopy.objects.create(
        award=award,
        subject=subject,
        form=form,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        key=key,
        signed_at=now,
    )
    record_of_award(
        by,
        award,
        "copy signed anew" if instead_of else "badge bound to a wallet",
        capacity,
        about=f"copy:{made.pk}",
        seal=copy_seal(made, made.sha256),
        tell=bool(instead_of),
        document=made.sha256,
        key=key.fragment,
        **({"instead_of": instead_of} if instead_of else {}),
    )
    return made


def with_subject(document: dict[str, Any], subject: str) -> dict[str, Any]:
    """The unsigned document, its subject named by `subject`.

    Without a refresh service: that gives the award as issued, in which no wallet is named. Who has
    the copy learns of a correction by the status list.
    """
    bare = proofs.unsigned(document)
    bare.pop("refreshService", None)
    return {**bare, "credentialSubject": {"id": subject, **bare["credentialSubject"]}}
