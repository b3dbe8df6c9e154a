"""Status lists: indices handed out in a secret order, bits set, the signed list republished."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from bitterroot.issuing.domain import keys
from bitterroot.issuing.models import StatusList
from bitterroot.openbadges import issue, status, text
from bitterroot.record import clock

VALID = timedelta(days=30)


def list_url(n: int) -> str:
    """The public address of a list."""
    return f"{settings.ORIGIN}/status/{n}"


@transaction.atomic
def allocate(count: int) -> tuple[StatusList, list[int]]:
    """Up to `count` fresh indices of one list, never handed out before or again.

    Commits with the caller's transaction; call it outside of one so that a crash afterwards
    wastes indices instead of reusing them. Fewer are given where the list fills up.
    """
    row = StatusList.objects.select_for_update().filter(used__lt=status.SIZE).order_by("n").first()
    if row is None:
        n = (StatusList.objects.order_by("-n").values_list("n", flat=True).first() or 0) + 1
        row = StatusList.objects.create(
            n=n, seed=secrets.token_bytes(32), bits=bytes(status.SIZE // 8)
        )
        publish(row)
    first, last = row.used, min(row.used + count, status.SIZE)
    row.used = last
    row.save(update_fields=["used"])
    seed = bytes(row.seed)
    return row, [status.index_for(seed, n) for n in range(first, last)]


@transaction.atomic
def set_bit(n: int, index: int, value: bool) -> None:
    """Set or clear the bit of one award and publish the list at once."""
    row = StatusList.objects.select_for_update().get(pk=n)
    bits = _bits(row)
    bits[index] = value
    row.bits = bytes(bits.data)
    row.version += 1
    publish(row)


def publish(row: StatusList) -> None:
    """Sign the list as it stands; the bytes are what /status/N serves."""
    _, signer = keys.active()
    now = clock.now()
    document = status.list_credential(
        list_url(row.n),
        keys.issuer_did(),
        row.purpose,
        _bits(row),
        valid_from=now,
        valid_until=now + VALID,
    )
    row.document = issue.to_bytes(signer.sign(document, text.timestamp(now)))
    row.published_version, row.published_at, row.lasting = row.version, now, False
    row.save()


@transaction.atomic
def publish_again(n: int) -> None:
    """Sign a list by the key that signs now; its marks stay."""
    publish(StatusList.objects.select_for_update().get(pk=n))


def _bits(row: StatusList) -> status.Bits:
    bits = status.Bits()
    bits.data = bytearray(bytes(row.bits))
    return bits


def current_document(row: StatusList) -> bytes:
    """The bytes to serve; signed again when half of their validity is over, unless they last."""
    if row.lasting:
        return bytes(row.document)
    if row.published_at is None or clock.now() - row.published_at > VALID / 2:
        with transaction.atomic():
            row = StatusList.objects.select_for_update().get(pk=row.pk)
            publish(row)
    return bytes(row.document)


def lasting_document(row: StatusList) -> bytes:
    """The list as it stands, signed without an end: for an archive that outlives the product.

    The same marks and key give the same bytes, for the moment of the list's last change is in it.
    """
    if row.lasting:
        return bytes(row.document)
    _, signer = keys.active()
    moment = row.published_at or clock.now()
    document = status.list_credential(
        list_url(row.n), keys.issuer_did(), row.purpose, _bits(row), valid_from=moment
    )
    return issue.to_bytes(signer.sign(document, text.timestamp(moment)))


def keep_fresh() -> int:
    """Sign lists again when half of their validity is over; the worker's round. How many."""
    stale = StatusList.objects.filter(lasting=False, published_at__lt=clock.now() - VALID / 2)
    for row in stale.only("n", "published_at", "lasting"):
        current_document(row)
    return len(stale)
