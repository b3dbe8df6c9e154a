"""Ed25519 signing keys as values: made, read from a key file, and named by their public half."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import ClassVar

from nacl import bindings
from nacl.exceptions import BadSignatureError

from bitterroot.openbadges import base58, key_file
from bitterroot.openbadges.errors import OpenBadgeError

_ED25519_PUBLIC = b"\xed\x01"
_ED25519_SECRET = b"\x80\x26"
_FILE_HEADING = "bitterroot-ed25519-key-v1"


@lru_cache(maxsize=512)
def _read_public(text: str) -> "PublicKey":
    # 34 bytes never take more than 48 letters: longer text is not worth decoding.
    if not text.startswith("z") or len(text) > 60:
        raise OpenBadgeError("A public key is written in base58 and begins with z.")
    try:
        data = base58.decode(text[1:])
    except ValueError as error:
        raise OpenBadgeError(f"The public key is {error}.") from None
    if data[:2] != _ED25519_PUBLIC or len(data) != 34:
        raise OpenBadgeError("The public key is not an Ed25519 key.")
    return PublicKey(data[2:])


@dataclass(frozen=True)
class PublicKey:
    """The 32 public bytes of an Ed25519 key."""

    raw: bytes
    kind: ClassVar[str] = "Ed25519"
    hash_name: ClassVar[str] = "sha256"

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise OpenBadgeError("An Ed25519 public key has 32 bytes.")

    @cached_property
    def multibase(self) -> str:
        """The key as Multikey text, ``z6Mk…``."""
        return "z" + base58.encode(_ED25519_PUBLIC + self.raw)

    @property
    def did(self) -> str:
        """The did:key that carries this key in its name."""
        return f"did:key:{self.multibase}"

    @classmethod
    def from_multibase(cls, text: str) -> "PublicKey":
        """Read ``z6Mk…``. Raises OpenBadgeError for any other key type or encoding."""
        return _read_public(text)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) was made by this key over `message`."""
        if len(signature) != 64:
            return False
        try:
            bindings.crypto_sign_open(signature + message, self.raw)
        except BadSignatureError:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 signing key. Its secret never shows in `repr`, logs or tracebacks."""

    kind: ClassVar[str] = "Ed25519"
    seed: bytes = field(repr=False)
    public: PublicKey = field(init=False)
    _secret: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise OpenBadgeError("The seed of an Ed25519 key has 32 bytes.")
        public, secret = bindings.crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", PublicKey(public))
        object.__setattr__(self, "_secret", secret)

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key from the system's random source."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def from_multibase(cls, text: str) -> "SigningKey":
        """Read a secret key as Multikey text (``z3u2…``), as test vectors give it."""
        data = base58.decode(text[1:]) if text.startswith("z") else b""
        if data[:2] != _ED25519_SECRET or len(data) != 34:
            raise OpenBadgeError("This is not an Ed25519 secret key.")
        return cls(data[2:])

    @property
    def id(self) -> str:
        """See `multikey.Key`."""
        return self.public.multibase

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of `message`."""
        return bindings.crypto_sign(message, self._secret)[:64]

    def to_file(self) -> bytes:
        """The key as the text of a key file; see `key_file`."""
        return key_file.write(_FILE_HEADING, self)

    def multibase(self) -> str:
        """The secret key as Multikey text (``z3u2…``)."""
        return "z" + base58.encode(_ED25519_SECRET + self.seed)

    @classmethod
    def from_file(cls, data: bytes) -> "SigningKey":
        """Read what `to_file` wrote. Raises OpenBadgeError if it is damaged."""
        return key_file.read(_FILE_HEADING, data, cls.from_multibase)
