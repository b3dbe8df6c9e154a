"""What a proposal says: as it is written now, or as it was frozen once it was sent."""

from typing import Any

import orjson

from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import EDITABLE


def values_of(row: Proposal) -> dict[str, Any]:
    """The answers as they are written now, or as they were frozen once they were sent."""
    if row.state in EDITABLE:
        return dict(row.values)
    return frozen(row).get("values", row.values)


def frozen(row: Proposal) -> dict[str, Any]:
    """The content of the newest frozen version; empty before there is one."""
    last = row.case.snapshots.order_by("-n").first()
    return orjson.loads(last.content) if last else {}
