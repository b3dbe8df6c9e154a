"""What the status lists say of awards, many at once: for whoever compares the two."""

import json
from contextlib import suppress
from functools import lru_cache

from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award, StatusList
from bitterroot.openbadges import status
from bitterroot.openbadges.errors import StatusUnavailable


def read_anew() -> None:
    """Forget the lists that were read before."""
    _marks.cache_clear()
    _beside.cache_clear()


def fit(award: Award) -> bool:
    """Whether the award's marks say what its row says: revoked or not, suspended or not.

    Both the marks that are kept and those that are published count. Each list is read once, and
    once more where it does not fit: the award may have been revoked while others were compared.
    """
    if _fits(award):
        return True
    read_anew()
    return _fits(award)


def _fits(award: Award) -> bool:
    said = {award.status_list_id: award.state == AwardState.REVOKED}
    beside = _beside(award.status_list_id)
    if beside is not None:
        said[beside] = award.suspended_at is not None
    elif award.suspended_at is not None:
        return False
    return all(
        award.status_index < len(bits) and bits[award.status_index] == marked
        for n, marked in said.items()
        for bits in _marks(n)
    )


@lru_cache(maxsize=64)
def _beside(n: int) -> int | None:
    """The list that says of the same places who is suspended."""
    return StatusList.objects.values_list("suspension_id", flat=True).get(pk=n)


@lru_cache(maxsize=64)
def _marks(n: int) -> tuple[status.Bits, status.Bits]:
    """The marks of a status list as they are kept, and as they are published (none if unreadable).

    Where marks wait to be published, those that are kept are what readers will be given.
    """
    row = StatusList.objects.only("bits", "document", "version", "published_version").get(pk=n)
    kept, published = status.Bits(0), status.Bits(0)
    kept.data = bytearray(bytes(row.bits))
    if row.version != row.published_version:
        return kept, kept
    with suppress(ValueError, KeyError, TypeError, StatusUnavailable):
        published = status.bits_of(json.loads(bytes(row.document)))
    return kept, published
