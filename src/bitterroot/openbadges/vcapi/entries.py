"""Entries of Bitstring Status List 1.0, as strictly as its section 2.1 asks."""

import re
from typing import Any

from bitterroot.openbadges.errors import InputError
from bitterroot.openbadges.vcapi.addresses import is_url

ENTRY = "BitstringStatusListEntry"
_VALUE = re.compile(r"0x[0-9A-Fa-f]{1,8}")


def of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of this kind that a credential has."""
    found = document.get("credentialStatus", [])
    listed = found if isinstance(found, list) else [found]
    return [entry for entry in listed if isinstance(entry, dict) and _is_entry(entry)]


def _is_entry(entry: dict[str, Any]) -> bool:
    kind = entry.get("type")
    return ENTRY in kind if isinstance(kind, list) else kind == ENTRY


def check(entry: dict[str, Any]) -> None:
    """Raise InputError at the first rule that an entry breaks."""
    field = "credentialStatus"
    address, index = entry.get("statusListCredential"), entry.get("statusListIndex")
    if entry["type"] != ENTRY:
        raise InputError(f"{field}.type", f"must be {ENTRY} alone")
    if not isinstance(entry.get("statusPurpose"), str) or not entry["statusPurpose"]:
        raise InputError(f"{field}.statusPurpose", "must be a text")
    if not is_url(address) or not str(address).lower().startswith(("https://", "http://")):
        raise InputError(f"{field}.statusListCredential", "must be the address of a list")
    if entry.get("id") == address:
        raise InputError(f"{field}.id", "must not be the address of the list")
    if not isinstance(index, str) or not (index.isascii() and index.isdigit()):
        raise InputError(f"{field}.statusListIndex", "must be a whole number, written as text")
    _check_size(entry, field)
    if "statusReference" in entry:
        found = entry["statusReference"]
        if not all(map(is_url, found if isinstance(found, list) else [found])):
            raise InputError(f"{field}.statusReference", "must be one or more addresses")


def _check_size(entry: dict[str, Any], field: str) -> None:
    size, messages = entry.get("statusSize", 1), entry.get("statusMessage")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= 16:
        raise InputError(f"{field}.statusSize", "must be a whole number above zero")
    if messages is None:
        if size > 1:
            raise InputError(f"{field}.statusMessage", "is missing")
        return
    if not isinstance(messages, list) or len(messages) != 2**size:
        raise InputError(f"{field}.statusMessage", f"must be a list of {2**size} messages")
    for item in messages:
        if not isinstance(item, dict) or not all(
            isinstance(item.get(name), str) for name in ("status", "message")
        ):
            raise InputError(f"{field}.statusMessage", "must give each status and its message")
        if not _VALUE.fullmatch(item["status"]) or int(item["status"], 16) >= 2**size:
            raise InputError(
                f"{field}.statusMessage", "must name each status as 0x0, 0x1 and so on"
            )
