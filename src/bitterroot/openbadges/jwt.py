"""Badges as signed tokens: VC-JWT as Open Badges 3.0 section 8.2 describes it, checked.

RS256 and ES256 are what the standard's own validator takes; EdDSA is accepted with a note.
The key must belong to the issuer: it is looked up through ``kid`` in the issuer's identity
document or on the issuer's own host. A key that a token brings along (``jwk``) proves only that
whoever made the token holds it.
"""

import base64
import json
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwk, jws
from joserfc.errors import JoseError

from bitterroot.openbadges import did, multikey
from bitterroot.openbadges.errors import (
    DocumentError,
    FetchError,
    InputError,
    KeyUnavailable,
    OpenBadgeError,
    ProofError,
)
from bitterroot.openbadges.proofs import UnsupportedProof
from bitterroot.openbadges.resolver import Resolver, get_json, identity_document
from bitterroot.openbadges.text import parse_timestamp, timestamp

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat", "aud", "vc")
_KTY = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}


class _Registry(jws.JWSRegistry):
    max_header_length = 16_000
    max_payload_length = 3_000_000
    max_signature_length = 4_000


@dataclass(frozen=True)
class Token:
    """A token taken apart: nothing in it is checked yet."""

    compact: str
    header: dict[str, Any]
    payload: dict[str, Any]

    @property
    def algorithm(self) -> str:
        """The name of the signature algorithm, as the header gives it."""
        return str(self.header.get("alg"))


def looks_like(text: str) -> bool:
    """Whether text is three base64url parts with dots between."""
    parts = text.split(".")
    return len(parts) == 3 and all(
        part and part.replace("-", "").replace("_", "").isalnum() for part in parts
    )


def read(compact: str) -> Token:
    """Take a compact token apart. Raises DocumentError."""
    parts = []
    for part in compact.split(".")[:2]:
        try:
            value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise DocumentError("The token cannot be read.")
        parts.append(value)
    return Token(compact, *parts)


def credential_of(token: Token) -> dict[str, Any]:
    """The credential in a token, with the dates that stand only in its claims.

    Raises ProofError where claims and credential contradict each other.
    """
    payload = token.payload
    inner = payload.get("vc")
    document = (
        dict(inner)
        if isinstance(inner, dict)
        else {key: value for key, value in payload.items() if key not in _CLAIMS}
    )
    issuer = document.get("issuer")
    subject = document.get("credentialSubject")
    pairs = (
        ("iss", issuer.get("id") if isinstance(issuer, dict) else issuer),
        ("jti", document.get("id")),
        ("sub", subject.get("id") if isinstance(subject, dict) else None),
    )
    for claim, value in pairs:
        if claim in payload and value is not None and payload[claim] != value:
            raise ProofError(f"The token says two different things about its {claim}.")
    if issuer is None and isinstance(payload.get("iss"), str):
        document["issuer"] = payload["iss"]
    if "id" not in document and isinstance(payload.get("jti"), str):
        document["id"] = payload["jti"]
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        if claim in payload:
            _merge_date(document, member, payload[claim], claim)
    return document


def _merge_date(document: dict[str, Any], member: str, seconds: Any, claim: str) -> None:
    """The stricter of claim and member decides."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ProofError(f"The token's {claim} is no time.")
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        given = parse_timestamp(document[member], member) if member in document else moment
    except InputError as error:
        raise ProofError(str(error)) from None
    except (ValueError, OverflowError, OSError):
        raise ProofError(f"The token's {claim} is no time.") from None
    stricter = max(given, moment) if claim == "nbf" else min(given, moment)
    document[member] = (
        timestamp(stricter) if stricter != given else document.get(member, timestamp(stricter))
    )


@dataclass(frozen=True)
class FoundKey:
    """A key as JWK, and whether it is known to be the issuer's."""

    jwk: dict[str, Any]
    bound: bool


def find_key(token: Token, issuer: str, resolver: Resolver) -> FoundKey:
    """The key that the token names, and whether it is the issuer's own.

    Raises KeyUnavailable if it could not be obtained, ProofError if it is somebody else's.
    """
    kid = token.header.get("kid")
    if isinstance(kid, str) and kid.startswith("did:"):
        controller = kid.partition("#")[0]
        if controller != issuer:
            raise ProofError("The token was signed under another identity than its issuer's.")
        method = did.find_method(identity_document(resolver, controller), kid, controller)
        return FoundKey(_as_jwk(method), True)
    if isinstance(kid, str) and kid.startswith("https://"):
        return FoundKey(_fetched(kid, resolver), _same_host(kid, issuer))
    if isinstance(token.header.get("jwk"), dict):
        return FoundKey(token.header["jwk"], False)
    raise KeyUnavailable("The token does not say where its key can be found.")


def _as_jwk(method: dict[str, Any]) -> dict[str, Any]:
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


def _same_host(address: str, issuer: str) -> bool:
    """Whether an https address is on the issuer's own host, so that the issuer vouches for it."""
    try:
        if issuer.startswith("did:web:"):
            issuer = did.web_address(issuer)
        ours, theirs = urlsplit(issuer), urlsplit(address)
        return ours.scheme == "https" and (ours.hostname, ours.port) == (
            theirs.hostname,
            theirs.port,
        )
    except (OpenBadgeError, ValueError):
        return False


def check(token: Token, key: dict[str, Any]) -> None:
    """Raise ProofError unless `key` signed the token, UnsupportedProof for other algorithms."""
    algorithm = token.algorithm
    if algorithm == "none":
        raise ProofError("The token is not signed.")
    if algorithm not in ALGORITHMS or "crit" in token.header:
        raise UnsupportedProof(f"The kind of signature {algorithm[:40]!r} is not known here.")
    if key.get("kty") != _KTY[algorithm]:
        raise ProofError("The issuer's key is of another kind than the token's signature.")
    public = {
        name: value for name, value in key.items() if name in ("kty", "crv", "x", "y", "n", "e")
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joserfc announces names that RFC 9864 retires
            imported = jwk.import_key(public)
            if algorithm == "RS256" and not 2_048 <= _bits(public["n"]) <= 8_192:
                raise ProofError("The issuer's key is too weak or too large.")
            registry = _Registry(algorithms=[algorithm], strict_check_header=False)
            jws.deserialize_compact(token.compact, imported, [algorithm], registry)
    except ProofError:
        raise
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm):
        raise ProofError(
            "The content was changed after it was signed, or another key signed it."
        ) from None


def _bits(encoded: str) -> int:
    return int.from_bytes(
        base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), "big"
    ).bit_length()
