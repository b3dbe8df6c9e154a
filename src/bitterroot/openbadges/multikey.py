"""Keys of every kind that this library knows, read and written in their published forms.

Multikey text (``z6Mk…`` Ed25519, ``zDna…`` P-256, ``z82L…`` P-384), JSON Web Keys, and the
entries of identity documents. `Key` is all that signing asks of a key, so that its secret may be
kept anywhere: in a file (`keys.py`, `encrypted.py`, `ecdsa.py`) or in a service that signs for us.
"""

import base64
from functools import lru_cache
from typing import Any, Protocol

from bitterroot.openbadges import base58
from bitterroot.openbadges.ecdsa import CURVES, EcPublicKey, EcSigningKey
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.keys import PublicKey, SigningKey

AnyPublicKey = PublicKey | EcPublicKey
AnySigningKey = SigningKey | EcSigningKey


class Key(Protocol):
    """What signs, wherever its secret is kept."""

    @property
    def id(self) -> str:
        """The key's name: its public half as Multikey text."""

    @property
    def kind(self) -> str:
        """One of `KINDS`."""

    @property
    def public(self) -> AnyPublicKey:
        """The half that verifies."""

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`. Raises KeyUnavailable where it cannot be had."""


KINDS = ("Ed25519", *CURVES)
_ED25519 = b"\xed\x01"
_LONGEST = 80  # letters: 51 bytes never take more than 70


@lru_cache(maxsize=512)
def read_public(text: str) -> AnyPublicKey:
    """Read a public key in Multikey form. Raises OpenBadgeError for kinds not known here."""
    data = _decode(text, "public")
    if data[:2] == _ED25519:
        return PublicKey.from_multibase(text)
    for kind, curve in CURVES.items():
        if data[:2] == curve.public:
            return EcPublicKey(kind, data[2:])
    raise OpenBadgeError("The public key is of a kind not known here.")


def read_secret(text: str) -> AnySigningKey:
    """Read a secret key in Multikey form (``z3u2…``, ``z42t…``, ``z2fa…``)."""
    data = _decode(text, "secret")
    for kind, curve in CURVES.items():
        if data[:2] == curve.secret:
            return EcSigningKey(kind, data[2:])
    return SigningKey.from_multibase(text)


def _decode(text: str, what: str) -> bytes:
    if not text.startswith("z") or not 2 < len(text) <= _LONGEST:
        raise OpenBadgeError(f"A {what} key is written in base58 and begins with z.")
    try:
        return base58.decode(text[1:])
    except ValueError:
        raise OpenBadgeError(f"The {what} key is not written in base58.") from None


def generate(kind: str) -> AnySigningKey:
    """A new key of a kind in `KINDS`. Raises OpenBadgeError for others."""
    for name in CURVES:
        if kind == name:
            return EcSigningKey.generate(name)
    if kind == "Ed25519":
        return SigningKey.generate()
    raise OpenBadgeError(f"Keys of the kind {kind[:40]!r} are not known here.")


def to_jwk(key: AnyPublicKey) -> dict[str, str]:
    """A public key as JSON Web Key (RFC 7517, RFC 8037)."""
    if isinstance(key, PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(key.raw)}
    x, y = key.numbers()
    return {"kty": "EC", "crv": key.kind, "x": to_base64url(x), "y": to_base64url(y)}


def from_jwk(jwk: dict[str, Any]) -> AnyPublicKey:
    """The public key in a JSON Web Key. Raises OpenBadgeError for others and for secret ones."""
    if "d" in jwk:
        raise OpenBadgeError("The key that is given out is a secret one.")
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "OKP" and crv == "Ed25519":
        return PublicKey(from_base64url(jwk.get("x")))
    if kty == "EC":
        for kind in CURVES:
            if crv == kind:
                return EcPublicKey.from_numbers(
                    kind, from_base64url(jwk.get("x")), from_base64url(jwk.get("y"))
                )
    raise OpenBadgeError("The public key is of a kind not known here.")


def to_base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: object) -> bytes:
    """The bytes behind base64url without padding. Raises OpenBadgeError on any other letter."""
    if isinstance(text, str) and len(text) % 4 != 1:
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError:
            data = None
        if data is not None and to_base64url(data) == text:
            return data
    raise OpenBadgeError("This is not base64url without padding.")
