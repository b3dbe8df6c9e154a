"""Keys that grow with time: rows made together stand together, so bulk inserts touch few pages."""

import os
import time
from uuid import UUID

_last = 0


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then a counter and random bits.

    Not a secret: never use it as a public address (see `issuing.domain.batch.public_id`).
    """
    global _last
    _last = max(_last + 1, (time.time_ns() // 1_000_000) << 12)
    value = (_last >> 12) << 80 | 0x7 << 76 | (_last & 0xFFF) << 64 | 0x2 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8), "big") >> 2)
