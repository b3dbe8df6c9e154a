"""What happens to signing keys: rotated, retired, compromised.

The new key stands in did.json before anything is signed with it, so that verifiers who keep the
document for a while know it by then. An old key stays there while its badges must verify.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import SigningKey
from bitterroot.issuing.queries.keys import (
    alive,
    copies_alive,
    kept_alive,
    kept_badges_alive,
    lists_signed_by,
    parts_alive,
    parts_perhaps,
    waiting,
)
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock

OVERLAP = timedelta(days=1)


@transaction.atomic
def rotate(
    *,
    by: Actor,
    overlap: timedelta = OVERLAP,
    command: Sequence[str] = (),
    use: KeyUse = KeyUse.BADGES,
) -> SigningKey:
    """List a new key; it signs once `overlap` is over. A key that waits is hurried, if so asked.

    With `command`, the key of a program that signs for us (see `interfaces/key_command.py`).
    Raises NotPossible where a key already waits for a time that is not later, and where the
    program's key is not of the kind that its use needs.
    """
    answer = may_tend_keys(by).require()
    _lock()
    now = clock.now()
    row = waiting(use)
    if row is not None:
        if now + overlap >= row.active_from or command:
            raise NotPossible(f"{row.fragment} already waits: it signs from {row.active_from}.")
        row.active_from = now + overlap
        row.save(update_fields=["active_from"])
    else:
        row = _make(use, command, now, now + overlap)
    keys.check_secret(row)
    keys.key_event(by, row, "key listed", answer.capacity, signs_from=row.active_from.isoformat())
    if row.active_from <= now:
        publish_lists()
    return row


def _make(use: KeyUse, command: Sequence[str], now: datetime, signs_from: datetime) -> SigningKey:
    """A new key and its row. Where nothing comes of it, its file is taken away again.

    A file that stayed would be taken for the next key's: none is ever overwritten.
    """
    fragment, kind = keys.free_fragment(use), keys.KINDS[use]
    if command and use == KeyUse.PARTS and keystore.kind_of_program(command) != kind:
        raise NotPossible(f"Parts of badges are signed by a key of the kind {kind}.")
    was_there = keystore.kind(fragment) != "not here"
    try:
        key = keystore.adopt(fragment, command) if command else keystore.make(fragment, kind)
        row = SigningKey(
            fragment=fragment,
            public_multibase=key.id,
            listed_at=now,
            active_from=signs_from,
            use=use,
        )
        keys.check_secret(row)
        row.save(force_insert=True)
    except Exception:
        if not was_there:
            keystore.forget(fragment)
        raise
    return row


@transaction.atomic
def retire(*, by: Actor, key: SigningKey) -> SigningKey:
    """Take a key out of what may assert. It stays in did.json with the date.

    Raises NotPossible for the key that signs or will, and while a badge lives that it signed.
    """
    answer = may_tend_keys(by).require()
    row = _locked(key)
    if row in (keys.signing(row.use), waiting(row.use)):
        raise NotPossible(f"{row.fragment} signs, or will; rotate first.")
    if row.retired_at or row.compromised_since:
        raise NotPossible(f"{row.fragment} does not assert any more.")
    _need_nothing_alive(row)
    for listed in lists_signed_by(row):
        status.publish_again(listed.n)
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    keys.key_event(by, row, "key retired", answer.capacity)
    return row


def _need_nothing_alive(row: SigningKey) -> None:
    """Raise NotPossible while something must verify that the key signed, here or before a restore."""
    kept = kept_alive(row).count()
    if depend := alive(row).count() + copies_alive(row).count() + parts_alive(row) + kept:
        some = f" ({kept} of them restored from an archive)" if kept else ""
        raise NotPossible(
            f"{depend} badges that {row.fragment} signed are alive{some}; they would not verify "
            "any more."
        )
    if shown := parts_perhaps(row):
        raise NotPossible(
            f"{shown} badges that were restored from an archive are alive. Learners may have shown "
            f"parts of them that {row.fragment} signed; they would not verify any more."
        )


@transaction.atomic
def declare_compromised(
    *, by: Actor, key: SigningKey, since: datetime, reason: str, sign_anew: bool = False
) -> SigningKey:
    """The key may have been in other hands since that moment. At once, and never undone:

    - did.json says so and lets it assert no more: no verifier takes what it signed, whenever;
    - our own verifier still takes what our record shows as signed before;
    - badges of a restored archive cannot be signed anew: nobody here can put them in their place;
    - another key signs from now on, made where none waits, and all status lists are signed by it.

    With `sign_anew` the worker signs what lives of it again (see `signing_anew.py`).
    """
    answer = may_tend_keys(by).require()
    row = _locked(key)
    now = clock.now()
    if row.compromised_since is not None:
        raise NotPossible(f"{row.fragment} was already declared compromised.")
    if since > now:
        raise NotPossible("The date lies in the future.", [("since", "Give a date that has been.")])
    if not reason.strip():
        raise NotPossible("Say what happened; the record keeps it.", [("reason", "Write it.")])
    use = KeyUse(row.use)
    signed = row == keys.signing(use)
    row.compromised_since, row.compromised_at, row.sign_anew = since, now, sign_anew
    row.save(update_fields=["compromised_since", "compromised_at", "sign_anew"])
    keys.key_event(
        by,
        row,
        "key compromised",
        answer.capacity,
        since=since.isoformat(),
        reason=reason.strip()[:500],
        alive=alive(row).count() + kept_badges_alive(row),
        restored=kept_badges_alive(row),
    )
    if signed or keys.signing(use) is None:
        _replace(by, use)
    publish_lists()
    return row


def _replace(by: Actor, use: KeyUse) -> None:
    """Another key in place of one that was withdrawn. Of parts there may be none for a while.

    What hinders a new one must not keep the old one in force.
    """
    if use == KeyUse.BADGES:
        rotate(by=by, overlap=timedelta(0))
        return
    with suppress(NotPossible, OpenBadgeError, OSError), transaction.atomic():
        rotate(by=by, overlap=timedelta(0), use=use)


@transaction.atomic
def ask_to_sign_anew(*, by: Actor, key: SigningKey) -> int:
    """Let the worker sign again what lives of a compromised key; how many awards that are."""
    answer = may_tend_keys(by).require()
    row = _locked(key)
    if row.compromised_since is None:
        raise NotPossible(f"{row.fragment} was not declared compromised.")
    row.sign_anew = True
    row.save(update_fields=["sign_anew"])
    count = alive(row).count()
    keys.key_event(by, row, "signing anew asked", answer.capacity, alive=count)
    return count


def publish_lists() -> int:
    """Sign every status list that another key signed with the one that signs now; how many."""
    row = keys.signing()
    others = SigningKey.objects.exclude(pk=row.pk if row else "")
    found = {listed.n for other in others for listed in lists_signed_by(other)}
    for n in sorted(found):
        status.publish_again(n)
    return len(found)


def _lock() -> None:
    """One act at a time on the keys: their events make one chain."""
    list(SigningKey.objects.select_for_update().order_by("fragment"))


def _locked(key: SigningKey) -> SigningKey:
    _lock()
    return SigningKey.objects.get(pk=key.pk)
