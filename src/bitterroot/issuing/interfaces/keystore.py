"""Where signing keys are kept: one file of mode 600 each, never a row, never a setting.

A key's file is one of three kinds, told by its first line: the secret itself, the secret sealed
with a passphrase (`openbadges/encrypted.py`), or the name of a program that keeps the secret and
signs for us (`key_command.py`). The passphrase comes from a file that BITTERROOT_KEY_PASSPHRASE_FILE
names, or from BITTERROOT_KEY_PASSPHRASE; where there is one, new keys are sealed with it.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bitterroot.issuing.interfaces import key_command
from bitterroot.openbadges import ecdsa, encrypted, multikey
from bitterroot.openbadges.errors import KeyUnavailable
from bitterroot.openbadges.keys import SigningKey
from bitterroot.openbadges.multikey import Key


def _path(fragment: str) -> Path:
    return Path(settings.KEYS_ROOT) / f"{fragment}.key"


def passphrase() -> bytes:
    """The passphrase of sealed keys; empty where none is set. Raises KeyUnavailable."""
    file = os.environ.get("BITTERROOT_KEY_PASSPHRASE_FILE", "")
    if not file:
        return os.environ.get("BITTERROOT_KEY_PASSPHRASE", "").encode()
    try:
        if Path(file).stat().st_mode & 0o077:
            raise KeyUnavailable(f"{file} can be read by others; give it mode 600.")
        return Path(file).read_bytes().strip()
    except OSError as error:
        raise KeyUnavailable(f"The passphrase of the keys cannot be read: {error}") from None


def make(fragment: str, kind: str = "Ed25519") -> Key:
    """A new key of that kind in a file of that name; sealed where there is a passphrase.

    An existing file is never overwritten: the key in it is given. It may be left of a run that
    was stopped before its row was kept.
    """
    key = multikey.generate(kind)
    secret = passphrase()
    _write(fragment, encrypted.encrypt(key, secret) if secret else key.to_file())
    return load(fragment)


def adopt(fragment: str, command: Sequence[str]) -> Key:
    """The key that a program keeps; the file of that name holds the program's name alone."""
    _write(fragment, key_command.CommandKey.of(command).to_file())
    return load(fragment)


def kind_of_program(command: Sequence[str]) -> str:
    """What kind of key a program keeps. Raises KeyUnavailable where it does not answer."""
    return key_command.CommandKey.of(command).kind


def forget(fragment: str) -> None:
    """Take away a key's file that was just written and of which nothing came."""
    _path(fragment).unlink(missing_ok=True)
    load.cache_clear()


def seal(fragment: str) -> None:
    """Put a plain key's file under the passphrase. Raises KeyUnavailable if it is not plain."""
    key = load(fragment)
    if not isinstance(key, SigningKey | ecdsa.EcSigningKey) or kind(fragment) != "file":
        raise KeyUnavailable(f"The file of {fragment} does not hold a plain key.")
    temporary = _temporary(fragment, encrypted.encrypt(key, passphrase()))
    os.replace(temporary, _path(fragment))
    load.cache_clear()


def kind(fragment: str) -> str:
    """ "file", "sealed file", "program", or "not here" where this machine does not hold it."""
    try:
        heading = _path(fragment).read_bytes()[:100].split(b"\n")[0].decode("ascii", "replace")
    except OSError:
        return "not here"
    if heading in encrypted.HEADINGS:
        return "sealed file"
    return "program" if heading == key_command.HEADING else "file"


@lru_cache(maxsize=8)
def load(fragment: str) -> Key:
    """The key that signs. Raises KeyUnavailable where this machine does not hold it."""
    try:
        data = _path(fragment).read_bytes()
    except OSError:
        raise KeyUnavailable(f"The secret half of {fragment} is not on this machine.") from None
    if data.startswith(key_command.HEADING.encode()):
        return key_command.CommandKey.from_file(data)
    if data.startswith(tuple(heading.encode() for heading in encrypted.HEADINGS)):
        return encrypted.decrypt(data, passphrase())
    if data.startswith(ecdsa.FILE_HEADING.encode()):
        return ecdsa.EcSigningKey.from_file(data)
    return SigningKey.from_file(data)


def _write(fragment: str, data: bytes) -> None:
    """Write a key's file once."""
    temporary = _temporary(fragment, data)
    with suppress(FileExistsError):
        os.link(temporary, _path(fragment))
    temporary.unlink()
    load.cache_clear()


def _temporary(fragment: str, data: bytes) -> Path:
    root = Path(settings.KEYS_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _path(fragment).with_suffix(f".{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    return temporary
