"""Keys that grow with time: rows made together stand together, so bulk inserts touch few pages."""

import os
import time
from struct import unpack
from uuid import UUID

_last = 0


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then a counter and random bits.

    Not a secret: never use it as a public address (see `issuing.domain.batch.public_ids`).
    """
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """So many of them at once, in order."""
    global _last
    first = max(_last + 1, (time.time_ns() // 1_000_000) << 12)
    _last = first + count - 1
    random = unpack(f">{count}Q", os.urandom(8 * count))
    return [
        UUID(int=(n >> 12) << 80 | 0x7 << 76 | (n & 0xFFF) << 64 | 0x2 << 62 | bits >> 2)
        for n, bits in enumerate(random, first)
    ]
