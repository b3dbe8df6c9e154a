"""Whether the issuer signed it: vocabularies, signature and the issuer's own key."""

from datetime import datetime
from typing import Any

from bitterroot.openbadges import (
    canonical,
    did,
    jwt,
    multikey,
    proofs,
    seal,
    selective,
    text,
    token_key,
)
from bitterroot.openbadges.errors import (
    KeyUnavailable,
    LimitError,
    OpenBadgeError,
    ProofError,
    UnknownContext,
    UnsafeDocument,
)
from bitterroot.openbadges.resolver import HouseResolver, Resolver, identity_document
from bitterroot.openbadges.verification import Verification, issuer_id

_SIGNED = "The content is exactly what the issuer signed."


def data_proof(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    digest: bytes | None,
) -> None:
    """Record contexts, proof and issuer key of a Data Integrity credential."""
    try:
        if digest is None:
            digest = seal.sealed_hash(proofs.unsigned(document))
    except (UnknownContext, seal.OwnVocabulary) as error:
        result.add("contexts", None, f"{error} So the signature cannot be checked.")
        return
    except (UnsafeDocument, LimitError) as error:
        result.add("contexts", False, str(error))
        return
    result.add("contexts", True, "Every word of the badge is defined by a known vocabulary.")
    try:
        check_proofs(document, resolver, now, digest)
    except _KeyMissing as error:
        result.add("issuer key", None, str(error))
        result.add("proof", None, "The signature could not be checked without the issuer's key.")
    except proofs.UnsupportedProof as error:
        result.add("proof", None, str(error))
    except OpenBadgeError as error:
        result.add("proof", False, str(error))
    else:
        result.add("issuer key", True, "The key that signed it is listed by the issuer.")
        result.add("proof", True, _SIGNED)


class _KeyMissing(KeyUnavailable):
    pass


def check_proofs(
    document: dict[str, Any], resolver: Resolver, now: datetime, digest: bytes | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """Raise unless the document's issuer signed it, with every proof of a known kind holding.

    Returns the keys that did, as pairs (address, entry of the issuer's identity document). Raises
    ProofError, UnsupportedProof, KeyUnavailable, or what `seal.sealed_hash` raises.
    """
    if digest is None:
        digest = seal.sealed_hash(proofs.unsigned(document))
    hashes = {"sha256": digest}  # each kind is made once, however many proofs ask for it
    found = proofs.proofs_of(document)
    issuer = issuer_id(document)
    if not found or issuer is None:
        raise ProofError("The badge is not signed.")
    supported = [p for p in found if proofs.is_known(p)]
    if not supported:
        proofs.check_options(found[0])
    used = []
    for proof in supported:
        proofs.check_options(proof)
        if "expires" in proof and text.parse_timestamp(proof["expires"]) < now:
            raise ProofError("The signature's own time is over.")
        method = proof["verificationMethod"]
        if method.partition("#")[0] != issuer:
            raise ProofError("The signature was made under another identity than the issuer's.")
        try:
            listed = _method(document, proof, resolver, issuer)
            key = did.public_key(listed)
        except KeyUnavailable as error:
            raise _KeyMissing(str(error)) from None
        if isinstance(resolver, HouseResolver) and (
            why := resolver.refuses(key.multibase, proof.get("cryptosuite"), document)
        ):
            raise ProofError(why)
        name = key.hash_name
        if name not in hashes:
            hashes[name] = canonical.canonical_hash(proofs.unsigned(document), hash_name=name)
        proofs.check(document, proof, key, hashes[name], sound=True)
        if proof.get("cryptosuite") == proofs.SELECTIVE:
            selective.check_life_is_mandatory(proofs.unsigned(document), proof)
        used.append((method, listed))
    return used


def _method(
    document: dict[str, Any], proof: dict[str, Any], resolver: Resolver, issuer: str
) -> dict[str, Any]:
    """The key of a proof, from its issuer's identity document.

    A key that was taken from its issuer signs with any date, so the date of a proof shows nothing:
    of what such a key signed, only what the issuer's own record knows from before still holds.
    """
    method = proof["verificationMethod"]
    try:
        return did.find_method(identity_document(resolver, issuer), method, issuer)
    except did.KeyRevoked as error:
        if text.parse_timestamp(proof.get("created"), "created") >= error.since:
            raise ProofError(f"{error} The badge was signed after that.") from None
        known = isinstance(resolver, HouseResolver) and resolver.recorded(document, error.since)
        if not known:
            raise ProofError(
                f"{error} The badge says that it was signed before, but nothing shows it. Ask its "
                "holder for the badge as the issuer signed it anew."
            ) from None
        return error.entry


def token_proof(result: Verification, token: jwt.Token, resolver: Resolver) -> None:
    issuer = result.issuer_id or ""
    try:
        found = token_key.find_key(token.header, issuer, resolver)
        jwt.check(token, found.jwk)
        if isinstance(resolver, HouseResolver) and found.jwk.get("crv") == "P-256":
            public = multikey.from_jwk(found.jwk).multibase
            if why := resolver.refuses(public, None, result.credential or {}):
                raise ProofError(why)
    except KeyUnavailable as error:
        result.add("issuer key", None, str(error))
        result.add("proof", None, "The signature could not be checked without the issuer's key.")
        return
    except proofs.UnsupportedProof as error:
        result.add("proof", None, str(error))
        return
    except OpenBadgeError as error:
        result.add("proof", False, str(error))
        return
    if not found.bound:
        result.add(
            "issuer key",
            None,
            "The token brings its own key; nothing shows that it is the issuer's.",
        )
        result.add("proof", None, "The token is whole, but who signed it is not known.")
        return
    note = ""
    if token.algorithm in ("EdDSA", "Ed25519"):
        note = " (Its algorithm, EdDSA, is one that the standard's own validator does not take.)"
    result.add("issuer key", True, "The key that signed it is listed by the issuer.")
    result.add("proof", True, _SIGNED + note)
