"""Bitstring Status List 1.0: building, publishing and reading lists of 131,072 bits.

Bit 0 is the left-most bit of the first byte. Every index of a list is given out once, in a
pseudo-random order that only the list's seed tells, so an index shows neither order nor time.
"""

import base64
import binascii
import gzip
import hashlib
import zlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from bitterroot.openbadges import contexts, text
from bitterroot.openbadges.compose import Json
from bitterroot.openbadges.errors import InputError, StatusUnavailable

SIZE = 131_072
MAX_BYTES = 4_000_000  # of a foreign list when unpacked: 32 million entries
PURPOSES = frozenset({"revocation", "suspension"})


def index_for(seed: bytes, n: int, size: int = SIZE) -> int:
    """The `n`-th index to give out: a permutation of ``range(size)`` chosen by `seed`.

    A four-round Feistel network keyed by BLAKE2b over the next power of four, walked until it
    falls within `size`. Raises ValueError if `n` is not below `size`: the list is full.
    """
    if not 0 <= n < size:
        raise ValueError(f"A list of {size} has no entry number {n}.")
    half = max(1, (max(size - 1, 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    rounds = _rounds(seed, half)
    value = n
    while True:
        left, right = value >> half, value & mask
        for table in rounds:
            left, right = right, left ^ table[right]
        value = left << half | right
        if value < size:
            return value


@lru_cache(maxsize=8)
def _rounds(seed: bytes, half: int) -> tuple[list[int], ...]:
    """What each of the four rounds mixes in, for every value of its half: 4 x 512 numbers a list."""
    mask = (1 << half) - 1
    return tuple(
        [
            int.from_bytes(
                hashlib.blake2b(
                    bytes((step,)) + right.to_bytes(4, "big"), key=seed[:64], digest_size=4
                ).digest(),
                "big",
            )
            & mask
            for right in range(1 << half)
        ]
        for step in range(4)
    )


class Bits:
    """The bits of one list, in memory: 16 KiB for 131,072 entries."""

    def __init__(self, size: int = SIZE, ones: Iterable[int] = ()) -> None:
        self.data = bytearray(size // 8)
        for index in ones:
            self[index] = True

    def __len__(self) -> int:
        return len(self.data) * 8

    def __getitem__(self, index: int) -> bool:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return bool(self.data[index >> 3] & (0x80 >> (index & 7)))

    def __setitem__(self, index: int, value: bool) -> None:
        if not 0 <= index < len(self):
            raise IndexError(index)
        if value:
            self.data[index >> 3] |= 0x80 >> (index & 7)
        else:
            self.data[index >> 3] &= ~(0x80 >> (index & 7)) & 0xFF

    def encode(self) -> str:
        """``u`` and the unpadded base64url of the gzipped bits; the same bits, the same text."""
        packed = gzip.compress(bytes(self.data), compresslevel=6, mtime=0)
        return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    @classmethod
    def decode(cls, encoded: object, limit: int = MAX_BYTES) -> "Bits":
        """Read an ``encodedList`` of at most `limit` bytes when unpacked (StatusUnavailable)."""
        if not isinstance(encoded, str) or not encoded.startswith("u"):
            raise StatusUnavailable("The status list is not encoded as the standard says.")
        try:
            packed = base64.b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4), b"-_", True)
            unzip = zlib.decompressobj(wbits=31)
            data = unzip.decompress(packed, limit)
        except (ValueError, binascii.Error, zlib.error):
            raise StatusUnavailable("The status list cannot be unpacked.") from None
        if unzip.unconsumed_tail or not unzip.eof:
            raise StatusUnavailable("The status list is too large or cut short.")
        bits = cls(0)
        bits.data = bytearray(data)
        return bits


def list_credential(
    list_url: str,
    issuer: Json | str,
    purpose: str,
    bits: Bits,
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    name: str = "Status list",
) -> Json:
    """The unsigned BitstringStatusListCredential at `list_url`; sign it with `proofs.sign`.

    `purpose` is ``revocation`` or ``suspension``. `issuer` must be the issuer of the badges.
    """
    if purpose not in PURPOSES:
        raise InputError("statusPurpose", "must be revocation or suspension")
    document: Json = {
        "@context": [contexts.CREDENTIALS_V2],
        "id": text.url(list_url, "id"),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "name": name,
        "issuer": issuer["id"] if isinstance(issuer, dict) else issuer,
        "validFrom": text.timestamp(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = text.timestamp(valid_until)
    document["credentialSubject"] = {
        "id": f"{list_url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": bits.encode(),
    }
    return document


def entries_of(credential: dict[str, Any]) -> list[dict[str, Any]]:
    """The status entries of a credential. Raises StatusUnavailable if they cannot be read."""
    found = credential.get("credentialStatus")
    if found is None:
        return []
    listed = found if isinstance(found, list) else [found]
    if len(listed) > 10 or not all(isinstance(entry, dict) for entry in listed):
        raise StatusUnavailable("The badge's status entry cannot be read.")
    return listed


def read_entry(entry: dict[str, Any]) -> tuple[str, str, int]:
    """(purpose, list address, index) of an entry. Raises StatusUnavailable on any doubt."""
    if entry.get("type") != "BitstringStatusListEntry":
        raise StatusUnavailable(
            f"The badge's status is kept in a way not known here ({str(entry.get('type'))[:60]})."
        )
    index, address = entry.get("statusListIndex"), entry.get("statusListCredential")
    purpose = entry.get("statusPurpose")
    if entry.get("statusSize", 1) != 1 or not isinstance(purpose, str):
        raise StatusUnavailable("The badge's status entry has a size or purpose not known here.")
    if (
        not isinstance(index, str)
        or not (index.isascii() and index.isdigit() and len(index) < 12)
        or not isinstance(address, str)
        or entry.get("id") == address
    ):
        raise StatusUnavailable("The badge's status entry is not sound.")
    return purpose, address, int(index)


def check_list(
    document: dict[str, Any], *, address: str, issuer: str, purpose: str, now: datetime
) -> None:
    """Raise StatusUnavailable unless this is the list of `issuer` for `purpose`, and in date.

    Its proof is checked by the caller.
    """
    types = document.get("type")
    subject = document.get("credentialSubject")
    if not isinstance(types, list) or "BitstringStatusListCredential" not in types:
        raise StatusUnavailable("What stands at the list's address is not a status list.")
    if not isinstance(subject, dict) or subject.get("type") != "BitstringStatusList":
        raise StatusUnavailable("The status list has no list in it.")
    listed_issuer = document.get("issuer")
    if isinstance(listed_issuer, dict):
        listed_issuer = listed_issuer.get("id")
    if listed_issuer != issuer:
        raise StatusUnavailable("The status list is not from the badge's issuer.")
    if document.get("id") not in (None, address):
        raise StatusUnavailable("The status list belongs to another address.")
    purposes = subject.get("statusPurpose")
    if purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusUnavailable("The status list serves another purpose.")
    check_dates(document, now)


def bits_of(document: dict[str, Any]) -> Bits:
    """The bits of a status list credential. Raises StatusUnavailable."""
    bits = Bits.decode(document["credentialSubject"].get("encodedList"))
    if len(bits) < SIZE:
        raise StatusUnavailable("The status list is shorter than the standard allows.", "LENGTH")
    return bits


def check_dates(document: dict[str, Any], now: datetime) -> None:
    """Raise StatusUnavailable unless `now` is within the list's own dates."""
    try:
        if "validFrom" in document and now < text.parse_timestamp(document["validFrom"]):
            raise StatusUnavailable("The status list is dated in the future.")
        if "validUntil" in document and now > text.parse_timestamp(document["validUntil"]):
            raise StatusUnavailable("The status list is out of date.")
    except InputError:
        raise StatusUnavailable("The status list's dates cannot be read.") from None
