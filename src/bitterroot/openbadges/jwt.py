"""Badges as signed tokens: VC-JWT as Open Badges 3.0 section 8.2 describes it, made and checked.

RS256 and ES256 are what the standard's own validator takes, and all that is made here; EdDSA is
accepted with a note. Whose key it must be, `token_key` tells.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bitterroot.openbadges import multikey, rsa
from bitterroot.openbadges.errors import (
    DocumentError,
    InputError,
    OpenBadgeError,
    ProofError,
)
from bitterroot.openbadges.multikey import Key
from bitterroot.openbadges.proofs import UnsupportedProof, unsigned
from bitterroot.openbadges.rsa import RsaSigningKey
from bitterroot.openbadges.text import parse_timestamp, timestamp

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
MAX_HEADER, MAX_PAYLOAD, MAX_SIGNATURE = 16_000, 4_000_000, 2_000  # letters
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat", "aud", "vc")
_KTY = {"RS256": ("RSA", None), "ES256": ("EC", "P-256")}
_OKP = ("OKP", "Ed25519")
_TYPES = frozenset({"JWT", "VC+JWT", "VC+LD+JWT"})


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


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise DocumentError("The token says one thing twice (a member occurs two times).")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def read(compact: str) -> Token:
    """Take a compact token apart. Raises DocumentError."""
    parts = []
    head, body, *_ = compact.split(".")
    for part, limit in ((head, MAX_HEADER), (body, MAX_PAYLOAD)):
        if len(part) > limit:
            raise DocumentError("The token is too long.")
        try:
            value = json.loads(
                multikey.from_base64url(part), object_pairs_hook=_once, parse_constant=_refuse
            )
        except DocumentError:
            raise
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise DocumentError("The token cannot be read.")
        parts.append(value)
    return Token(compact, *parts)


def sign(credential: dict[str, Any], key: Key | RsaSigningKey, kid: str) -> str:
    """`credential` as a compact token, signed ES256 (a P-256 key) or RS256 (an RSA key).

    `kid` is the key's address in the issuer's identity document. Raises InputError for other
    kinds of key, and for a credential without issuer, id, date or subject id: the standard's
    ``sub`` claim is the subject's id, so a badge that knows its learner by `identifier` alone
    needs one (``urn:uuid:…``).
    """
    algorithm = {"P-256": "ES256", "RSA": "RS256"}.get(key.kind)
    if algorithm is None:
        raise InputError("key", f"a token is not signed with a key of the kind {key.kind}")
    bare = unsigned(credential)
    issuer, subject = bare.get("issuer"), bare.get("credentialSubject")
    claims: dict[str, Any] = {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "jti": bare.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    for claim, value in claims.items():
        if not isinstance(value, str) or not value:
            raise InputError(claim, "a token needs the credential's issuer, id and subject id")
    claims["nbf"] = _seconds(bare.get("validFrom"), "validFrom")
    if "validUntil" in bare:
        claims["exp"] = _seconds(bare["validUntil"], "validUntil")
    header = {"alg": algorithm, "typ": "JWT", "kid": kid}
    parts = [
        multikey.to_base64url(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
        for part in (header, {**bare, **claims})
    ]
    signature = key.sign(".".join(parts).encode())
    return ".".join((*parts, multikey.to_base64url(signature)))


def _seconds(value: object, field: str) -> int:
    return int(parse_timestamp(value, field).timestamp())


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
    if isinstance(subject, dict) and "id" not in subject and isinstance(payload.get("sub"), str):
        document["credentialSubject"] = {**subject, "id": payload["sub"]}
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        if claim in payload:
            _agree_on_date(document, member, payload[claim], claim)
    return document


def _agree_on_date(document: dict[str, Any], member: str, seconds: Any, claim: str) -> None:
    """Take a date from its claim, or see that claim and member name one second."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ProofError(f"The token's {claim} is no time.")
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        given = parse_timestamp(document[member], member) if member in document else None
    except InputError as error:
        raise ProofError(str(error)) from None
    except (ValueError, OverflowError, OSError):
        raise ProofError(f"The token's {claim} is no time.") from None
    if given is None:
        document[member] = timestamp(moment)
    elif abs((given - moment).total_seconds()) >= 1:
        raise ProofError(f"The token says two different things about its {claim}.")


def check(token: Token, key: dict[str, Any], types: frozenset[str] = _TYPES) -> None:
    """Raise ProofError unless `key` (a JWK) signed the token, UnsupportedProof for unknown ways.

    `types` are what its ``typ`` may say, in capitals.
    """
    algorithm, header = token.algorithm, token.header
    if algorithm.lower() == "none":
        raise ProofError("The token is not signed.")
    if algorithm not in ALGORITHMS:
        raise UnsupportedProof(f"The kind of signature {algorithm[:40]!r} is not known here.")
    if "crit" in header or "b64" in header:
        raise UnsupportedProof("The token asks for a way of reading that is not known here.")
    if str(header.get("typ", "JWT")).upper().removeprefix("APPLICATION/") not in types:
        raise ProofError("The token was made to be something else than a badge.")
    kty, crv = _KTY.get(algorithm, _OKP)
    if key.get("kty") != kty or (crv is not None and key.get("crv") != crv):
        raise ProofError("The issuer's key is of another kind than the token's signature.")
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) not in _names(algorithm):
        raise ProofError("The issuer's key is meant for something else.")
    signed, _, tail = token.compact.rpartition(".")
    if len(tail) > MAX_SIGNATURE or not _verifies(
        {name: value for name, value in key.items() if name != "d"}, signed.encode(), tail
    ):
        raise ProofError("The content was changed after it was signed, or another key signed it.")


def _names(algorithm: str) -> tuple[str, ...]:
    """One algorithm's names: RFC 9864 renames EdDSA."""
    return ("EdDSA", "Ed25519") if algorithm in ("EdDSA", "Ed25519") else (algorithm,)


def _verifies(key: dict[str, Any], message: bytes, tail: str) -> bool:
    try:
        signature = multikey.from_base64url(tail)
    except OpenBadgeError:
        return False
    try:
        if key["kty"] == "RSA":
            return rsa.verify(key, message, signature)
        return multikey.from_jwk(key).verify(message, signature)
    except OpenBadgeError as error:
        raise ProofError(str(error)) from None
