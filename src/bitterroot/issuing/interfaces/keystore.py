"""Signing keys as files of mode 600. The database knows only their public halves."""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bitterroot.openbadges.keys import SigningKey


def _path(fragment: str) -> Path:
    return Path(settings.KEYS_ROOT) / f"{fragment}.key"


def save(fragment: str, key: SigningKey) -> None:
    """Write a key once; an existing file of that name is never overwritten."""
    root = Path(settings.KEYS_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _path(fragment).with_suffix(f".{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(key.to_file())
    with suppress(FileExistsError):
        os.link(temporary, _path(fragment))
    temporary.unlink()
    load.cache_clear()


@lru_cache(maxsize=8)
def load(fragment: str) -> SigningKey:
    """The secret key. Raises FileNotFoundError where this machine does not hold it."""
    return SigningKey.from_file(_path(fragment).read_bytes())
