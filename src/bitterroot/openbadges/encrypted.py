"""Key files that are worth nothing without a passphrase: scrypt (RFC 7914), then AES-256-GCM.

Four lines: a heading, the public key, the costs and salt of scrypt, and the nonce with the sealed
seed. All lines before the last are authenticated too, so that none can be exchanged.
"""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.keys import SigningKey

HEADING = "bitterroot-ed25519-encrypted-key-v1"
EC_HEADING = "bitterroot-p256-encrypted-key-v1"
HEADINGS = (HEADING, EC_HEADING)
_N, _R, _P = 2**16, 8, 1  # 64 MiB and some 0.2 s for each guess
_MEMORY = 256 * 1024**2  # bytes that reading a file may take


def encrypt(key: SigningKey | EcSigningKey, passphrase: bytes) -> bytes:
    """The key (Ed25519 or P-256) as the text of an encrypted key file.

    Raises OpenBadgeError without a passphrase, and for other kinds.
    """
    if not passphrase:
        raise OpenBadgeError("The passphrase of a key file must not be empty.")
    if isinstance(key, SigningKey):
        heading, seed = HEADING, key.seed
    elif key.kind == "P-256":
        heading, seed = EC_HEADING, key.secret
    else:
        raise OpenBadgeError(f"Keys of the kind {key.kind} are not kept in sealed files.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    costs = f"scrypt {_N} {_R} {_P} {_text(salt)}"
    head = f"{heading}\npublic {key.public.multibase}\n{costs}\n"
    secret = AESGCM(_stretch(passphrase, salt, _N, _R, _P)).encrypt(nonce, seed, head.encode())
    return f"{head}sealed {_text(nonce + secret)}\n".encode()


def decrypt(data: bytes, passphrase: bytes) -> SigningKey | EcSigningKey:
    """Read what `encrypt` wrote. Raises OpenBadgeError if it is damaged or the passphrase wrong."""
    try:
        heading, public, costs, sealed = data.decode("ascii").splitlines()
        name, n, r, p, salt = costs.split(" ")
        packed = base64.b64decode(sealed.removeprefix("sealed "), validate=True)
        if heading not in HEADINGS or name != "scrypt" or 128 * int(n) * int(r) > _MEMORY // 2:
            raise ValueError
        stretched = _stretch(passphrase, base64.b64decode(salt), int(n), int(r), int(p))
        head = f"{heading}\n{public}\n{costs}\n"
        seed = AESGCM(stretched).decrypt(packed[:12], packed[12:], head.encode())
        key = SigningKey(seed) if heading == HEADING else EcSigningKey("P-256", seed)
    except InvalidTag:
        raise OpenBadgeError("The passphrase does not open the key file.") from None
    except ValueError:
        raise OpenBadgeError("The key file is damaged or is not an encrypted key file.") from None
    if public != f"public {key.public.multibase}":
        raise OpenBadgeError("The key file is damaged: its two halves do not match.")
    return key


def _stretch(passphrase: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
