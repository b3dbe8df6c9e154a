"""Status lists: indices handed out in a secret order, bits set, the signed list republished."""

import secrets
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from bitterroot.governance import policies
from bitterroot.issuing.domain import keys
from bitterroot.issuing.models import Award, StatusList
from bitterroot.openbadges import award, issue, status, text
from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock

VALID = timedelta(days=30)
PAUSE = timedelta(seconds=5)  # for so long after a list was signed its marks wait for a reader
SILENCE = 30.0  # seconds for which a reader does not ask a key again that could not sign
_silent_until: dict[int, float] = {}  # by list


def list_url(n: int) -> str:
    """The public address of a list."""
    return f"{settings.ORIGIN}/status/{n}"


@transaction.atomic
def allocate(count: int, *, suspendable: bool) -> tuple[StatusList, list[int]]:
    """Up to `count` fresh places of one list of revocations, never handed out before or again.

    `suspendable`: of a list that has another beside it, which says of the same places who is
    suspended. Commits with the caller's transaction; call it outside of one so that a crash
    afterwards wastes places instead of reusing them. Fewer are given where the list fills up.
    """
    rows = StatusList.objects.select_for_update(of=("self",)).filter(
        purpose="revocation", suspension__isnull=not suspendable, used__lt=status.SIZE
    )
    row = rows.order_by("n").first()
    while row is None:  # of two workers that need a new list one makes it
        _begin_list(suspendable)
        row = rows.order_by("n").first()
    first, last = row.used, min(row.used + count, status.SIZE)
    row.used = last
    row.save(update_fields=["used"])
    if row.suspension_id is not None:
        StatusList.objects.filter(pk=row.suspension_id).update(used=last)
    seed = bytes(row.seed)
    return row, [status.index_for(seed, n) for n in range(first, last)]


def _begin_list(suspendable: bool) -> None:
    """A further list of revocations, with one of suspensions beside it if asked for.

    Nothing is made where someone makes one at this moment.
    """
    n = (StatusList.objects.order_by("-n").values_list("n", flat=True).first() or 0) + 1
    same = {"seed": secrets.token_bytes(32), "bits": bytes(status.SIZE // 8)}
    beside = None
    try:
        with transaction.atomic():
            if suspendable:
                beside = StatusList.objects.create(n=n + 1, purpose="suspension", **same)
                publish(beside)
            publish(StatusList.objects.create(n=n, suspension=beside, **same))
    except IntegrityError:
        return


def suspendable(template: BadgeTemplate | None = None) -> bool:
    """Whether the policy in force wants badges of a template (of any) that can be suspended."""
    wanted = policies.current().awards.badges_can_be_suspended
    if isinstance(wanted, bool):
        return wanted
    return template is not None and (template.suspendable or _once_were(template))


def _once_were(template: BadgeTemplate) -> bool:
    """Whether all badges could be suspended when the template was approved: then nobody was asked."""
    case = template.program_version.decision.case
    return case is not None and policies.of(case).awards.badges_can_be_suspended is True


def keeps_suspendable(award: Award) -> bool:
    """Whether what is given in an award's place can be suspended: as the award could be, too."""
    return award.status_list.suspension_id is not None or suspendable(award.template)


def lists_of(listed: StatusList) -> list[tuple[str, str]]:
    """Which lists a badge of that list asks: purpose and address; revocation comes first."""
    purposes = {"revocation": listed.pk, "suspension": listed.suspension_id}
    return [(purpose, list_url(n)) for purpose, n in purposes.items() if n is not None]


def entries(listed: StatusList, index: int) -> list[award.StatusEntry]:
    """What a badge at that place says of where to ask whether it stands."""
    return [award.StatusEntry(purpose, url, index) for purpose, url in lists_of(listed)]


@transaction.atomic
def set_bit(n: int, index: int, value: bool) -> None:
    """Set or clear the bit of one award, and publish the list at once.

    Where it was signed a moment ago, it is signed when it is next asked for, or by the worker: many
    marks in a row cost few signatures, and nobody is given a list that lacks one.
    """
    row = StatusList.objects.select_for_update().get(pk=n)
    bits = _bits(row)
    bits[index] = value
    row.bits = bytes(bits.data)
    row.version += 1
    if row.published_at is None or clock.now() - row.published_at >= PAUSE:
        publish(row)
    else:
        row.save(update_fields=["bits", "version"])


def publish(row: StatusList) -> None:
    """Sign the list as it stands; the bytes are what /status/N serves. The caller holds the row."""
    now = clock.now()
    _keep(row, _signed(row, now), now)


def _signed(row: StatusList, now: datetime) -> bytes:
    _, signer = keys.active()
    document = status.list_credential(
        list_url(row.n),
        keys.issuer_did(),
        row.purpose,
        _bits(row),
        valid_from=now,
        valid_until=now + VALID,
    )
    return issue.to_bytes(signer.sign(document, text.timestamp(now)))


def _keep(row: StatusList, document: bytes, now: datetime) -> None:
    row.document = document
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
    """The bytes to serve: signed again where marks wait, or half of their validity is over.

    Where the key cannot sign at this moment, a list that holds all marks is given as long as it is
    valid, and the key is left alone for a while. Raises OpenBadgeError where there is none.
    """
    if _is_current(row):
        return bytes(row.document)
    try:
        return bytes(_asked(row).document)
    except OpenBadgeError:
        if not _is_valid(row):
            raise
    return bytes(row.document)


def _asked(row: StatusList) -> StatusList:
    """The row signed again. Raises OpenBadgeError, at once where the key did not sign a moment ago."""
    if time.monotonic() < _silent_until.get(row.pk, 0.0):
        raise KeyUnavailable("The key could not sign the list a moment ago.")
    try:
        return _renewed(row)
    except OpenBadgeError:
        _silent_until[row.pk] = time.monotonic() + SILENCE
        raise


def _renewed(row: StatusList) -> StatusList:
    """The row signed again, unless someone else did meanwhile. Raises OpenBadgeError.

    Signed before the row is held: a program that keeps the key may be silent for long, and on SQLite
    nobody could write anything else until it answers.
    """
    row = StatusList.objects.get(pk=row.pk)
    while not _is_current(row):
        now = clock.now()
        document = _signed(row, now)
        _silent_until.pop(row.pk, None)
        with transaction.atomic():
            held = StatusList.objects.select_for_update().get(pk=row.pk)
            if not _is_current(held) and held.version == row.version:
                _keep(held, document, now)
        row = held  # not current where marks came in between
    return row


def _is_valid(row: StatusList) -> bool:
    """Whether the signed list holds all marks and is in date."""
    if row.version != row.published_version or row.published_at is None:
        return False
    return row.lasting or clock.now() - row.published_at < VALID


def _is_current(row: StatusList) -> bool:
    """Whether it is valid, and will be for long."""
    if not _is_valid(row) or row.published_at is None:
        return False
    return row.lasting or clock.now() - row.published_at <= VALID / 2


def lasting_document(row: StatusList) -> bytes:
    """The list as it stands, signed without an end: for an archive that outlives the product.

    The same marks and key give the same bytes, for the moment of the list's last change is in it.
    """
    if row.version != row.published_version:
        current_document(row)
        row.refresh_from_db()
    if row.lasting:
        return bytes(row.document)
    _, signer = keys.active()
    moment = row.published_at or clock.now()
    document = status.list_credential(
        list_url(row.n), keys.issuer_did(), row.purpose, _bits(row), valid_from=moment
    )
    return issue.to_bytes(signer.sign(document, text.timestamp(moment)))


def keep_fresh() -> int:
    """Sign lists again where marks wait, or half of their validity is over; the worker's round. How many.

    Raises OpenBadgeError while the key cannot sign: nothing was done then, and the worker says so.
    """
    waiting = ~Q(published_version=F("version"))
    stale = Q(lasting=False, published_at__lt=clock.now() - VALID / 2)
    found = list(StatusList.objects.filter(waiting | stale).defer("seed", "bits"))
    for row in found:
        _renewed(row)
    return len(found)
