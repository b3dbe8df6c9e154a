"""RSA keys as values, for tokens alone: RS256 is what the standard asks every verifier to take."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.multikey import from_base64url, to_base64url

LEAST_BITS, MOST_BITS = 2_048, 8_192


@lru_cache(maxsize=64)
def _public(n: str, e: str) -> rsa.RSAPublicKey:
    numbers = [int.from_bytes(from_base64url(part), "big") for part in (n, e)]
    if not LEAST_BITS <= numbers[0].bit_length() <= MOST_BITS:
        raise OpenBadgeError("The issuer's key is too weak or too large.")
    if not 3 <= numbers[1] < 2**64:
        raise OpenBadgeError("The issuer's key is not sound.")
    try:
        return rsa.RSAPublicNumbers(numbers[1], numbers[0]).public_key()
    except ValueError:
        raise OpenBadgeError("The issuer's key is not sound.") from None


def verify(jwk: dict[str, Any], message: bytes, signature: bytes) -> bool:
    """Whether the RSA key in `jwk` signed `message` (PKCS #1 v1.5, SHA-256).

    Raises OpenBadgeError for a key that is too weak (below 2,048 bits) or not sound.
    """
    key = _public(str(jwk.get("n", "")), str(jwk.get("e", "")))
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class RsaSigningKey:
    """An RSA signing key. Its secret never shows in `repr`, logs or tracebacks."""

    kind: ClassVar[str] = "RSA"
    _key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def generate(cls, bits: int = 3_072) -> "RsaSigningKey":
        """A new key from the system's random source. Raises OpenBadgeError below 2,048 bits."""
        if not LEAST_BITS <= bits <= MOST_BITS:
            raise OpenBadgeError(f"An RSA key has {LEAST_BITS:,} to {MOST_BITS:,} bits.")
        return cls(rsa.generate_private_key(65_537, bits))

    @classmethod
    def from_pem(cls, data: bytes) -> "RsaSigningKey":
        """Read an unencrypted PEM key. Raises OpenBadgeError for others and for weak ones."""
        try:
            key = serialization.load_pem_private_key(data, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise OpenBadgeError("The key file is damaged or is not a key file.") from None
        if not isinstance(key, rsa.RSAPrivateKey) or not (LEAST_BITS <= key.key_size <= MOST_BITS):
            raise OpenBadgeError("This is not an RSA key of a fitting size.")
        return cls(key)

    def jwk(self) -> dict[str, str]:
        """The public key as JSON Web Key."""
        numbers = self._key.public_key().public_numbers()
        n, e = (
            to_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
            for number in (numbers.n, numbers.e)
        )
        return {"kty": "RSA", "n": n, "e": e}

    def sign(self, message: bytes) -> bytes:
        """The signature of `message` (PKCS #1 v1.5, SHA-256)."""
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
