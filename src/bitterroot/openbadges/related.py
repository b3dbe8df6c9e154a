"""Digests of what a credential refers to (``relatedResource``, data model 2.0 section 5.3).

Digests come as ``digestSRI`` (Subresource Integrity: a hash's name, then base64) or as
``digestMultibase`` (base64url or base58, of a multihash or of the bare hash).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Any

from bitterroot.openbadges import base58, contexts
from bitterroot.openbadges.errors import FetchError, InputError

Get = Callable[[str], bytes]
_SIZES = {32: "sha256", 48: "sha384", 64: "sha512"}
_MULTIHASH = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}


def check(resources: list[dict[str, Any]], fetch: Get | None = None) -> list[str]:
    """Raise InputError unless the resources are well described and match their digests.

    What is shipped here is compared always, the rest where `fetch` obtains it. Returns the
    addresses that were not compared.
    """
    seen: set[str] = set()
    left = []
    for resource in resources:
        address = resource.get("id")
        if not isinstance(address, str) or ":" not in address:
            raise InputError("relatedResource.id", "must be one address")
        if address in seen:
            raise InputError("relatedResource.id", f"names {address[:200]} twice")
        seen.add(address)
        if not isinstance(resource.get("mediaType", ""), str):
            raise InputError("relatedResource.mediaType", "must be a text")
        digests = _digests(resource)
        data = _bytes_at(address, fetch)
        if data is None:
            left.append(address)
        elif any(hashlib.new(name, data).digest() != digest for name, digest in digests):
            raise InputError("relatedResource", f"{address[:200]} is not what its digest says")
    return left


def _bytes_at(address: str, fetch: Get | None) -> bytes | None:
    if address in contexts.SHIPPED:
        return contexts.raw(address)
    if fetch is None:
        return None
    try:
        return fetch(address)
    except FetchError:
        return None


def _digests(resource: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Each digest as (name of the hash, bytes)."""
    found = []
    for member, read in (("digestSRI", _sri), ("digestMultibase", _multibase)):
        if member in resource:
            values = resource[member]
            for value in values if isinstance(values, list) else [values]:
                digest = read(value) if isinstance(value, str) and len(value) <= 200 else None
                if digest is None:
                    raise InputError(f"relatedResource.{member}", "is no digest known here")
                found.append(digest)
    if not found:
        raise InputError("relatedResource", "needs a digestSRI or a digestMultibase")
    return found


def _sri(value: str) -> tuple[str, bytes] | None:
    name, _, encoded = value.partition("-")
    try:
        digest = base64.b64decode(encoded.partition("?")[0], validate=True)
    except (ValueError, binascii.Error):
        return None
    return (name, digest) if _SIZES.get(len(digest)) == name else None


def _multibase(value: str) -> tuple[str, bytes] | None:
    try:
        if value.startswith("u"):
            data = base64.b64decode(value[1:] + "=" * (-(len(value) - 1) % 4), b"-_", validate=True)
        elif value.startswith("z"):
            data = base58.decode(value[1:])
        else:
            return None
    except (ValueError, binascii.Error):
        return None
    name = _MULTIHASH.get(data[:2])
    if name is not None and _SIZES.get(len(data) - 2) == name:
        return name, data[2:]
    bare = _SIZES.get(len(data))
    return (bare, data) if bare is not None else None
