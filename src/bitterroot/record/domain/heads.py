"""Signed heads outside the database: they show cut tails and removed cases.

After each commit the tails of the touched streams are appended to `tails.jsonl` in the heads
folder, each line signed. Whoever edits the database alone cannot forge a line; whoever cuts
events off finds the line still naming them.
"""

import fcntl
import json
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from nacl.encoding import HexEncoder
from nacl.signing import SigningKey, VerifyKey

from bitterroot.record import clock
from bitterroot.record.canonical import canonical


def _root() -> Path:
    root = Path(settings.HEADS_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return root


def tails_file() -> Path:
    """The append-only file of signed tails."""
    return _root() / "tails.jsonl"


@lru_cache(maxsize=4)
def _load_key(path: str) -> SigningKey:
    file = Path(path)
    if not file.exists():
        temporary = file.with_suffix(f".{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(SigningKey.generate().encode(HexEncoder))
        with suppress(FileExistsError):  # the first process wins, the others read its key
            os.link(temporary, file)
        temporary.unlink()
    return SigningKey(file.read_bytes().strip(), encoder=HexEncoder)


def head_key() -> SigningKey:
    """The key that signs heads, made at first use; a file of mode 600, never in the database."""
    root = Path(settings.KEYS_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _load_key(str(root / "record.key"))


def verify_key() -> VerifyKey:
    return head_key().verify_key


def note_tail(stream: str, seq: int, digest: str) -> None:
    """Remember to write the new tail of `stream` when the running transaction commits."""
    transaction.on_commit(lambda: write_tails([(stream, seq, digest)]))


def write_tails(tails: list[tuple[str, int, str]]) -> None:
    """Append one signed line that names the tails [(stream, seq, hash)]."""
    body = {"at": clock.now().isoformat(), "tails": tails}
    signature = head_key().sign(canonical(body)).signature.hex()
    line = json.dumps({**body, "signature": signature}, ensure_ascii=False) + "\n"
    with tails_file().open("a", encoding="utf-8") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        out.write(line)
