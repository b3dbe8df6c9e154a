"""Keys on the curves P-256 and P-384 as values, beside the Ed25519 keys of `keys`.

A P-256 key hashes with SHA-256, a P-384 key with SHA-384, as FIPS 186-5 and the W3C's ECDSA
cryptosuites pair them. Signatures are the two numbers side by side (IEEE P1363), made without a
random number (RFC 6979), so that a weak random source cannot betray the key.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bitterroot.openbadges import base58, key_file
from bitterroot.openbadges.errors import OpenBadgeError

Kind = Literal["P-256", "P-384"]


class Curve(NamedTuple):
    """What a curve needs: its two multicodec prefixes, the bytes of one number, its hash."""

    curve: ec.EllipticCurve
    public: bytes
    secret: bytes
    size: int
    hash_name: str


CURVES: dict[Kind, Curve] = {
    "P-256": Curve(ec.SECP256R1(), b"\x80\x24", b"\x86\x26", 32, "sha256"),
    "P-384": Curve(ec.SECP384R1(), b"\x81\x24", b"\x87\x26", 48, "sha384"),
}
#: First line of a key file that `EcSigningKey.to_file` wrote.
FILE_HEADING = "bitterroot-ecdsa-key-v1"
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


@lru_cache(maxsize=256)
def _point(kind: Kind, raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[kind].curve, raw)


@dataclass(frozen=True)
class EcPublicKey:
    """A public key; `raw` is its point in compressed form (33 or 49 bytes)."""

    kind: Kind
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != CURVES[self.kind].size + 1 or self.raw[0] not in (2, 3):
            raise OpenBadgeError(f"A {self.kind} public key is a compressed point.")
        try:
            _point(self.kind, self.raw)
        except ValueError:
            raise OpenBadgeError(f"The public key is no point of the curve {self.kind}.") from None

    @property
    def hash_name(self) -> str:
        """The hash that goes with the curve: ``sha256`` or ``sha384``."""
        return CURVES[self.kind].hash_name

    @property
    def multibase(self) -> str:
        """The key as Multikey text, ``zDna…`` or ``z82L…``."""
        return "z" + base58.encode(CURVES[self.kind].public + self.raw)

    @property
    def did(self) -> str:
        """The did:key that carries this key in its name."""
        return f"did:key:{self.multibase}"

    def numbers(self) -> tuple[bytes, bytes]:
        """The two coordinates, each as many bytes as the curve has."""
        whole = _point(self.kind, self.raw).public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        size = CURVES[self.kind].size
        return whole[1 : 1 + size], whole[1 + size :]

    @classmethod
    def from_numbers(cls, kind: Kind, x: bytes, y: bytes) -> "EcPublicKey":
        """The key at two coordinates. Raises OpenBadgeError if they are not on the curve."""
        size = CURVES[kind].size
        if len(x) != size or len(y) != size:
            raise OpenBadgeError(f"The coordinates of a {kind} key have {size} bytes each.")
        key = cls(kind, bytes((2 + (y[-1] & 1),)) + x)
        if key.numbers() != (x, y):
            raise OpenBadgeError(f"The public key is no point of the curve {kind}.")
        return key

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 or 96 bytes) was made by this key over `message`."""
        curve = CURVES[self.kind]
        if len(signature) != 2 * curve.size:
            return False
        first, second = (
            int.from_bytes(half, "big")
            for half in (signature[: curve.size], signature[curve.size :])
        )
        try:
            _point(self.kind, self.raw).verify(
                encode_dss_signature(first, second), message, ec.ECDSA(_HASHES[curve.hash_name])
            )
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class EcSigningKey:
    """A signing key. Its secret never shows in `repr`, logs or tracebacks."""

    kind: Kind
    secret: bytes = field(repr=False)
    public: EcPublicKey = field(init=False)
    _key: ec.EllipticCurvePrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        curve = CURVES[self.kind]
        if len(self.secret) != curve.size:
            raise OpenBadgeError(f"The secret of a {self.kind} key has {curve.size} bytes.")
        try:
            key = ec.derive_private_key(int.from_bytes(self.secret, "big"), curve.curve)
        except ValueError:
            raise OpenBadgeError(f"The secret is none of the curve {self.kind}.") from None
        raw = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "public", EcPublicKey(self.kind, raw))

    @classmethod
    def generate(cls, kind: Kind = "P-256") -> "EcSigningKey":
        """A new key from the system's random source."""
        curve = CURVES[kind]
        number = ec.generate_private_key(curve.curve).private_numbers().private_value
        return cls(kind, number.to_bytes(curve.size, "big"))

    @classmethod
    def from_multibase(cls, text: str) -> "EcSigningKey":
        """Read a secret key as Multikey text (``z42t…`` or ``z2fa…``)."""
        data = base58.decode(text[1:]) if text.startswith("z") else b""
        for kind, curve in CURVES.items():
            if data[:2] == curve.secret:
                return cls(kind, data[2:])
        raise OpenBadgeError("This is not a secret key of P-256 or P-384.")

    def multibase(self) -> str:
        """The secret key as Multikey text."""
        return "z" + base58.encode(CURVES[self.kind].secret + self.secret)

    def to_file(self) -> bytes:
        """The key as the text of a key file; see `key_file`."""
        return key_file.write(FILE_HEADING, self)

    @classmethod
    def from_file(cls, data: bytes) -> "EcSigningKey":
        """Read what `to_file` wrote. Raises OpenBadgeError if it is damaged."""
        return key_file.read(FILE_HEADING, data, cls.from_multibase)

    @property
    def id(self) -> str:
        """See `multikey.Key`."""
        return self.public.multibase

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`: 64 bytes (P-256) or 96 (P-384), always the same."""
        curve = CURVES[self.kind]
        how = ec.ECDSA(_HASHES[curve.hash_name], deterministic_signing=True)
        numbers = decode_dss_signature(self._key.sign(message, how))
        return b"".join(number.to_bytes(curve.size, "big") for number in numbers)
