"""Status lists of a VC-API issuer: in memory, random indices, none given out twice."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bitterroot.openbadges import status
from bitterroot.openbadges.vcapi import entries
from bitterroot.openbadges.vcapi.problems import PLAIN, STATUS_RETRIEVAL, Problem

MOST_CREDENTIALS = 200_000  # that can be named to have their status changed


@dataclass
class StatusList:
    """One list: what it marks, how many of its places are taken, and its bits."""

    number: int
    purpose: str
    since: datetime
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    taken: int = 0
    bits: status.Bits = field(default_factory=status.Bits, repr=False)


class Lists:
    """All lists of one issuer, and which credential has which places on them."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._lists: list[StatusList] = []
        self._places: dict[str, list[tuple[StatusList, int]]] = {}

    def address(self, number: int) -> str:
        """Where list `number` (from 1) is served."""
        return f"{self._origin}/status/{number}"

    def allocate(self, purpose: str, credential_id: str | None, now: datetime) -> dict[str, Any]:
        """A new entry for `purpose`. Raises Problem for purposes that no list here serves."""
        if purpose not in status.PURPOSES:
            raise Problem(PLAIN, f"No list here has the purpose {purpose[:60]!r}.", 422)
        chosen = next(
            (one for one in self._lists if one.purpose == purpose and one.taken < status.SIZE), None
        )
        if chosen is None:
            chosen = StatusList(len(self._lists) + 1, purpose, now)
            self._lists.append(chosen)
        index = status.index_for(chosen.seed, chosen.taken)
        chosen.taken += 1
        if credential_id is not None:
            if len(self._places) >= MOST_CREDENTIALS:
                self._places.pop(next(iter(self._places)))
            self._places.setdefault(credential_id, []).append((chosen, index))
        address = self.address(chosen.number)
        return {
            "id": f"{address}#{index}",
            "type": entries.ENTRY,
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": address,
        }

    def mark(self, credential_id: str, purpose: str, value: bool) -> None:
        """Set or clear the bits of a credential. Raises Problem 404 if it has none of `purpose`."""
        found = [
            place for place in self._places.get(credential_id, []) if place[0].purpose == purpose
        ]
        if not found:
            raise Problem(PLAIN, "No credential of that id has a status of that purpose here.", 404)
        for one, index in found:
            one.bits[index] = value

    def document(self, number: int, issuer: str) -> dict[str, Any]:
        """The unsigned list credential. Raises Problem 404 if there is no such list."""
        if not 0 < number <= len(self._lists):
            raise Problem(STATUS_RETRIEVAL, "There is no such status list.", 404)
        one = self._lists[number - 1]
        return status.list_credential(
            self.address(number), issuer, one.purpose, one.bits, valid_from=one.since
        )
