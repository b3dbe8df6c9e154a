"""Which key a signed token must have been signed with: the issuer's own, wherever it is listed.

A header is written by whoever makes the token. So ``kid`` only says where to look, and only where
the issuer speaks: its identity document, or a key set at a place of its own host that guests of
the host cannot write to. ``jwk`` says nothing, unless the issuer's document lists the same key.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bitterroot.openbadges import did, multikey
from bitterroot.openbadges.errors import FetchError, KeyUnavailable, OpenBadgeError, ProofError
from bitterroot.openbadges.resolver import Resolver, get_json, identity_document

_PUBLIC = ("kty", "crv", "x", "y", "n", "e")


@dataclass(frozen=True)
class FoundKey:
    """A key as JWK, and whether it is known to be the issuer's."""

    jwk: dict[str, Any]
    bound: bool


def find_key(header: dict[str, Any], issuer: str, resolver: Resolver) -> FoundKey:
    """The key that a token's header names, and whether it is the issuer's own.

    Raises KeyUnavailable if it could not be obtained, ProofError if it is somebody else's.
    """
    kid, own = header.get("kid"), header.get("jwk")
    if isinstance(kid, str) and kid.startswith("#"):
        kid = issuer + kid
    if isinstance(kid, str) and kid.startswith("did:"):
        controller = kid.partition("#")[0]
        if controller != issuer:
            raise ProofError("The token was signed under another identity than its issuer's.")
        if "#" not in kid:
            return _only_key(issuer, resolver)
        method = did.find_method(identity_document(resolver, controller), kid, controller)
        return FoundKey(as_jwk(method), True)
    if isinstance(kid, str) and kid.startswith("https://"):
        if kid.partition("#")[0] == issuer and "#" in kid:
            document = identity_document(resolver, issuer)
            if "assertionMethod" in document:
                return FoundKey(as_jwk(did.find_method(document, kid, issuer)), True)
        return FoundKey(_fetched(kid, resolver), is_issuers_place(kid, issuer))
    if isinstance(own, dict):
        return FoundKey(own, _lists(issuer, own, resolver))
    raise KeyUnavailable("The token does not say where its key can be found.")


def _only_key(issuer: str, resolver: Resolver) -> FoundKey:
    """The key of an issuer that has one only (did:key, did:jwk)."""
    methods = _methods(issuer, resolver)
    if len(methods) != 1:
        raise KeyUnavailable("The token does not say which of the issuer's keys signed it.")
    return FoundKey(as_jwk(methods[0]), True)


def _methods(issuer: str, resolver: Resolver) -> list[dict[str, Any]]:
    """The issuer's keys that may assert."""
    document = identity_document(resolver, issuer)
    found = []
    for name in did.assertion_names(document, issuer):
        try:
            found.append(did.find_method(document, name, issuer))
        except OpenBadgeError:
            continue
    return found


def _lists(issuer: str, jwk: dict[str, Any], resolver: Resolver) -> bool:
    """Whether the issuer's identity document lists this very key."""
    try:
        methods = _methods(issuer, resolver)
    except KeyUnavailable:
        return False
    wanted = {name: jwk.get(name) for name in _PUBLIC}
    for method in methods:
        try:
            listed = as_jwk(method)
        except KeyUnavailable:
            continue
        if {name: listed.get(name) for name in _PUBLIC} == wanted:
            return True
    return False


def as_jwk(method: dict[str, Any]) -> dict[str, Any]:
    """The key of an identity document's entry as JWK. Raises KeyUnavailable."""
    if isinstance(method.get("publicKeyJwk"), dict):
        found: dict[str, Any] = method["publicKeyJwk"]
        return found
    return dict(multikey.to_jwk(did.public_key(method)))


def _fetched(kid: str, resolver: Resolver) -> dict[str, Any]:
    try:
        found = get_json(resolver, kid.partition("#")[0])
    except FetchError as error:
        raise KeyUnavailable(f"The issuer's key could not be obtained. {error}") from None
    keys = found.get("keys")
    if not isinstance(keys, list):
        return found
    names = (kid, kid.partition("#")[2])
    matching = [k for k in keys if isinstance(k, dict) and k.get("kid") in names]
    if len(matching) == 1:
        chosen: dict[str, Any] = matching[0]
        return chosen
    raise KeyUnavailable("The issuer's key set does not hold the key that the token names.")


def is_issuers_place(address: str, issuer: str) -> bool:
    """Whether an https address is one where only the issuer itself can put a key.

    On the issuer's own host and there at the top, under ``/.well-known/``, or at or below the
    issuer's own address. A host of many people (``/~ana/keys.json``, ``/~ana``) does not vouch for
    it; nor does an address with a query, by which many hosts lead on to wherever it says.
    """
    try:
        base = did.web_address(issuer) if issuer.startswith("did:web:") else issuer
        ours, theirs = urlsplit(base), urlsplit(address)
        same = (ours.hostname, ours.port) == (theirs.hostname, theirs.port)
    except (OpenBadgeError, ValueError):
        return False
    if ours.scheme != "https" or theirs.scheme != "https" or not same:
        return False
    path = theirs.path
    if theirs.query or "%" in path or "\\" in path or {".", ".."} & set(path.split("/")):
        return False
    home = ours.path.removesuffix("did.json").rstrip("/")
    return (
        (path.count("/") <= 1 and not path.startswith(("/~", "/@")))
        or path.startswith("/.well-known/")
        or (home.count("/") >= 1 and (path == home or path.startswith(home + "/")))
    )
