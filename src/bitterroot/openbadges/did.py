"""Issuer identity: did:web documents composed and read, did:key and did:jwk resolved.

A key is taken from the resolved document of the controller, and only if that document lists it
for assertions. It is never taken from a fragment: whoever writes an address may write any
fragment. did:key and did:jwk alone carry their key in the name itself.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from bitterroot.openbadges import multikey
from bitterroot.openbadges.contexts import DID_V1
from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError, ProofError
from bitterroot.openbadges.keys import PublicKey
from bitterroot.openbadges.multikey import AnyPublicKey
from bitterroot.openbadges.text import parse_timestamp, timestamp

MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~")

Document = dict[str, Any]


def web_did(origin: str, path: str = "") -> str:
    """The did:web of an https origin: ``https://host:8443`` gives ``did:web:host%3A8443``."""
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname:
        raise OpenBadgeError("A did:web stands for an https address.")
    host = parts.hostname + (f"%3A{parts.port}" if parts.port else "")
    names = [name for name in (parts.path + "/" + path).split("/") if name]
    return ":".join(["did:web", host, *names])


@lru_cache(maxsize=256)
def web_address(did: str) -> str:
    """Where a did:web's document lives. Raises OpenBadgeError for a name that is not sound."""
    method, _, name = did.partition("did:web:")
    segments = name.split(":")
    if method or not all(segments):
        raise OpenBadgeError(f"{did[:100]} is not a did:web.")
    host, *path = segments
    decoded = unquote(host)
    hostname, _, port = decoded.partition(":")
    if (
        not hostname
        or not set(hostname) <= _SAFE
        or (port and not (port.isdigit() and port.isascii()))
        or (":" in decoded and not port)
    ):
        raise OpenBadgeError(f"{did[:100]} does not name a host.")
    if any(part in (".", "..") or not set(part) <= _SAFE | {"%"} for part in path):
        raise OpenBadgeError(f"{did[:100]} has a path that is not sound.")
    if not path:
        return f"https://{decoded}/.well-known/did.json"
    return f"https://{decoded}/{'/'.join(path)}/did.json"


def verification_method(did: str, name: str) -> str:
    """The address of the key `name` in the document of `did`; names are never used twice."""
    return f"{did}#{name}"


class ListedKey(NamedTuple):
    """A key in a DID document, with the dates of W3C Controlled Identifiers.

    `expires`: nothing signs with it from then on, and nothing that lives depends on it. `revoked`:
    from then on it may have been in other hands. Either takes it out of ``assertionMethod``.
    """

    name: str
    key: AnyPublicKey
    expires: datetime | None = None
    revoked: datetime | None = None

    @property
    def asserts(self) -> bool:
        """Whether badges signed by it are to verify."""
        return self.expires is None and self.revoked is None


def web_document(did: str, keys: Sequence[ListedKey | tuple[str, AnyPublicKey]]) -> Document:
    """The did.json of `did` with its keys, newest first; plain pairs are keys without dates.

    A key that signs no more stays among those that may assert while its badges must verify. One
    that was revoked stays in the document, so that verifiers can say why, but asserts no more.
    """
    web_address(did)
    listed = [ListedKey(*key) for key in keys]
    methods = [
        {
            "id": verification_method(did, each.name),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": each.key.multibase,
            **({"expires": timestamp(each.expires)} if each.expires else {}),
            **({"revoked": timestamp(each.revoked)} if each.revoked else {}),
        }
        for each in listed
    ]
    if len({method["id"] for method in methods}) != len(methods):
        raise OpenBadgeError("Two keys have the same name.")
    return {
        "@context": [DID_V1, MULTIKEY_CONTEXT],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [verification_method(did, k.name) for k in listed if k.asserts],
    }


def key_document(did: str) -> Document:
    """The document of a did:key (Ed25519, P-256, P-384), which its name spells out."""
    name = did.removeprefix("did:key:")
    key = multikey.read_public(name) if name != did else None
    if key is None or key.multibase != name:
        raise OpenBadgeError(f"{did[:100]} is not a did:key of a kind known here.")
    method = f"{did}#{name}"
    return {
        "id": did,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": name,
            }
        ],
        "assertionMethod": [method],
        "authentication": [method],
    }


def jwk_document(did: str) -> Document:
    """The document of a did:jwk; its key is ``did:jwk:…#0``."""
    name = did.removeprefix("did:jwk:")
    try:
        jwk = json.loads(base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        jwk = None
    if name == did or len(name) > 8_000 or not isinstance(jwk, dict) or "d" in jwk:
        raise OpenBadgeError(f"{did[:100]} is not a did:jwk.")
    method = f"{did}#0"
    return {
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
        ],
        "assertionMethod": [method],
        "authentication": [method],
    }


def self_describing(did: str) -> Document | None:
    """The document of a DID that carries its own key; None for other methods."""
    if did.startswith("did:key:"):
        return key_document(did)
    if did.startswith("did:jwk:"):
        return jwk_document(did)
    return None


def _absolute(reference: str, did: str) -> str:
    return did + reference if reference.startswith("#") else reference


def _listed(document: Document, member: str) -> list[Any]:
    value = document.get(member, [])
    return value if isinstance(value, list) else [value]


def assertion_names(document: Document, controller: str) -> list[str]:
    """The full addresses of the keys that a document lists for assertions."""
    entries = _listed(document, "assertionMethod")
    names = [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return [_absolute(name, controller) for name in names if isinstance(name, str)]


class KeyRevoked(ProofError):
    """The issuer says that the key was no longer safe from `since` on. `entry` shows the key."""

    def __init__(self, entry: dict[str, Any], since: datetime) -> None:
        super().__init__(
            "The issuer withdrew the key that signed this badge: it was not safe any more "
            f"from {since.day} {since:%B %Y} on."
        )
        self.entry, self.since = entry, since


def find_method(
    document: Document, method: str, controller: str, relationship: str = "assertionMethod"
) -> dict[str, Any]:
    """The key entry `method` of a resolved document, if it may assert for `controller`.

    `relationship` is another thing that the key must be listed for, such as ``authentication``.
    Raises ProofError if the issuer does not list it (it may have been withdrawn) or it belongs
    to somebody else, KeyRevoked if the issuer says since when it is not safe any more, and
    KeyUnavailable if the document cannot tell.
    """
    if document.get("id") != controller:
        raise KeyUnavailable("The issuer's identity document is about somebody else.")
    allowed: dict[str, Any] = {}
    for entry in _listed(document, relationship):
        if isinstance(entry, str):
            allowed.setdefault(_absolute(entry, controller), None)
        elif isinstance(entry, dict) and isinstance(entry.get("id"), str):
            allowed[_absolute(entry["id"], controller)] = entry
    found = allowed.get(method)
    for entry in _listed(document, "verificationMethod"):
        if found is None and isinstance(entry, dict) and isinstance(entry.get("id"), str):
            found = entry if _absolute(entry["id"], controller) == method else None
    if isinstance(found, dict) and found.get("controller") != controller:
        raise ProofError("The key that signed this badge belongs to somebody else.")
    if isinstance(found, dict) and "revoked" in found:
        raise KeyRevoked(found, parse_timestamp(found["revoked"], "revoked"))
    if method not in allowed:
        raise ProofError(
            "The issuer does not list the key that signed this badge. It may have been withdrawn."
        )
    if not isinstance(found, dict):
        raise KeyUnavailable("The issuer's identity document names the key but does not show it.")
    return found


def public_key(entry: dict[str, Any]) -> AnyPublicKey:
    """The key of a verification method. Raises KeyUnavailable for kinds not known here."""
    try:
        if entry.get("type") == "Multikey":
            return multikey.read_public(str(entry.get("publicKeyMultibase", "")))
        if entry.get("type") == "Ed25519VerificationKey2020":
            return PublicKey.from_multibase(str(entry.get("publicKeyMultibase", "")))
        jwk = entry.get("publicKeyJwk")
        if isinstance(jwk, dict):
            return multikey.from_jwk(jwk)
    except OpenBadgeError as error:
        raise KeyUnavailable(f"The issuer's key cannot be read: {error}") from None
    raise KeyUnavailable("The issuer's key is of a kind not known here.")
