"""The text of a plain key file: a heading line, the public key, the secret key (both as Multikey text)."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bitterroot.openbadges.errors import OpenBadgeError


class _Key(Protocol):
    @property
    def id(self) -> str: ...

    def multibase(self) -> str: ...


K = TypeVar("K", bound=_Key)


def write(heading: str, key: _Key) -> bytes:
    """The file's bytes. The caller writes it with mode 600; this library opens no files."""
    return f"{heading}\npublic {key.id}\nsecret {key.multibase()}\n".encode()


def read(heading: str, data: bytes, secret_key: Callable[[str], K]) -> K:
    """The key that `write` wrote; `secret_key` reads its secret half. Raises OpenBadgeError if damaged."""
    try:
        found, public, secret = data.decode("ascii").splitlines()
        key = secret_key(secret.removeprefix("secret "))
    except ValueError:
        raise OpenBadgeError("The key file is damaged or is not a key file.") from None
    if found != heading or public != f"public {key.id}":
        raise OpenBadgeError("The key file is damaged: its two halves do not match.")
    return key
