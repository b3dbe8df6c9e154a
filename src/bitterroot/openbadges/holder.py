"""Who holds a wallet: proofs of possession, by which a badge may name the wallet's own key.

Two kinds: the ``jwt`` proof of OpenID for Verifiable Credential Issuance 1.0 (appendix F.1), and
the signed presentation that VC-API calls DID authentication. Only identities that carry their own
key (did:key, did:jwk) are taken, so nothing is fetched.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bitterroot.openbadges import did, jwt, multikey, proofs, token_key
from bitterroot.openbadges.errors import InputError, ProofError
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.vcapi import model
from bitterroot.openbadges.vcapi.verifier import Verifier

ALGORITHMS = ("ES256", "EdDSA", "Ed25519")
METHODS = ("did:key", "did:jwk")
_TYPE = frozenset({"OPENID4VCI-PROOF+JWT"})
_OLDEST, _AHEAD = 600, 60  # seconds that a proof may be old, or its clock ahead
_LONGEST = 10_000  # letters
_NAMES = ("crv", "kty", "x", "y")
_DID = re.compile(r"did:(?:key|jwk):[A-Za-z0-9_-]{10,2000}")


class StaleNonce(ProofError):
    """The proof answers no question of ours, or one that is too old: ask again."""


def of_jwt(compact: str, *, audience: str, now: datetime, is_ours: Callable[[str], bool]) -> str:
    """The DID whose key made this proof for `audience`.

    `is_ours` tells whether a nonce is one that we gave a short while ago. Raises StaleNonce where
    it is not, ProofError (or another OpenBadgeError) for whatever else is wrong.
    """
    if len(compact) > _LONGEST or not jwt.looks_like(compact):
        raise ProofError("The proof is not a signed token.")
    token = jwt.read(compact)
    if token.algorithm not in ALGORITHMS:
        raise ProofError(f"The proof must be signed by one of {', '.join(ALGORITHMS)}.")
    name, key = _key_of(token.header)
    jwt.check(token, key, _TYPE)
    claims = token.payload
    said = claims.get("aud")
    if said != audience and said != [audience]:
        raise ProofError("The proof was made for somebody else.")
    _check_moment(claims, now.timestamp())
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_ours(nonce):
        raise StaleNonce("The proof needs a fresh nonce.")
    return name


def _check_moment(claims: dict[str, Any], now: float) -> None:
    made, until = claims.get("iat"), claims.get("exp", now + 1)
    for moment in (made, until):
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            raise ProofError("The proof does not say when it was made.")
    assert made is not None
    if not now - _OLDEST <= made <= now + _AHEAD or until < now:
        raise ProofError("The proof is not of this moment.")


def _key_of(header: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The DID and the key that a proof's header names, in one way only."""
    ways = [way for way in ("kid", "jwk", "x5c", "trust_chain") if way in header]
    if "typ" not in header or len(ways) != 1 or ways[0] not in ("kid", "jwk"):
        raise ProofError("The proof must name its key once, by kid (did:key, did:jwk) or jwk.")
    if ways == ["jwk"]:
        jwk = header["jwk"]
        if not isinstance(jwk, dict):
            raise ProofError("The proof's jwk is no key.")
        return did_of_jwk(jwk), jwk
    kid = header["kid"]
    name, _, fragment = str(kid).partition("#")
    document = did.self_describing(name) if _DID.fullmatch(name) else None
    if document is None:
        raise ProofError("The proof's kid must be a did:key or a did:jwk.")
    method = str(kid) if fragment else document["authentication"][0]
    return name, token_key.as_jwk(did.find_method(document, method, name, proofs.AUTHENTICATION))


def did_of_jwk(jwk: dict[str, Any]) -> str:
    """The did:jwk of a public key. Raises OpenBadgeError for secret ones and kinds not known here."""
    multikey.from_jwk(jwk)
    public = {name: jwk[name] for name in _NAMES if name in jwk}
    text = json.dumps(public, separators=(",", ":"), sort_keys=True)
    return f"did:jwk:{multikey.to_base64url(text.encode())}"


def of_presentation(
    document: dict[str, Any], *, challenge: str, domain: str | None, now: datetime
) -> str:
    """The DID that signed this presentation for `challenge` (and for `domain`, where there is one).

    Raises OpenBadgeError. Nothing that the presentation carries is looked at: it may carry nothing.
    """
    options = {"challenge": challenge, "expectedProofPurpose": proofs.AUTHENTICATION}
    if domain is not None:
        options["domain"] = domain
    holder = model.holder_of(document)
    if holder is None or not _DID.fullmatch(holder):
        raise ProofError("The presentation must name its holder, a did:key or a did:jwk.")
    if model.credentials_in(document) or model.is_enveloped(document, model.ENVELOPED_PRESENTATION):
        raise InputError("verifiableCredential", "is not asked for")
    Verifier(HouseResolver(), "").presentation(document, options, now)
    return holder
