"""Signed heads outside the database: they show cut tails and removed cases.

After each commit the tails of the touched streams are appended to `tails.jsonl` in the heads
folder, each line signed. Whoever edits the database alone cannot forge a line; whoever cuts
events off finds the line still naming them. A line also says from which event on it vouches, so
that an event which someone added is found even where the application went on after it.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from nacl.encoding import HexEncoder
from nacl.signing import SigningKey, VerifyKey

from bitterroot.record import clock
from bitterroot.record.canonical import canonical
from bitterroot.record.models import PendingTail

#: Stream, number and hash of its last event, and the first event that the line vouches for;
#: without that, all up to the last.
Tail = tuple[str, int, str] | tuple[str, int, str, int]


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


def signed_line(tails: Sequence[Tail]) -> str:
    """One signed line that names `tails`, without its end of line."""
    body = {"at": clock.now().isoformat(), "tails": tails}
    signature = head_key().sign(canonical(body)).signature.hex()
    return json.dumps({**body, "signature": signature}, ensure_ascii=False)


def tails_of(line: str) -> list[Tail]:
    """What a line names. Raises ValueError, KeyError or BadSignatureError where it is not ours."""
    said = json.loads(line)
    signature = bytes.fromhex(said.pop("signature"))
    verify_key().verify(canonical(said), signature)
    return [(stream, seq, digest, *first) for stream, seq, digest, *first in said["tails"]]


def note_tail(stream: str, first: int, seq: int, digest: str) -> None:
    """Sign the new tail of `stream`, after events `first` to `seq`, and append it after the commit.

    Until it is appended the signed line waits in a row of the same transaction, so that a crash
    in between loses nothing (see healing.py).
    """
    line = signed_line([(stream, seq, digest, first)])
    waiting = PendingTail.objects.create(line=line, at=clock.now())

    def append() -> None:
        append_line(line)
        PendingTail.objects.filter(pk=waiting.pk).delete()

    transaction.on_commit(append, robust=True)  # what fails is logged, and healed by the worker


def write_tails(tails: Sequence[Tail]) -> None:
    """Sign and append one line that names the tails."""
    append_line(signed_line(tails))


def append_line(line: str) -> None:
    """Append a signed line, and have it on the disk; a line that a crash cut short ends before it."""
    with tails_file().open("ab+") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        if out.seek(0, os.SEEK_END):
            out.seek(-1, os.SEEK_END)
            line = line if out.read(1) == b"\n" else f"\n{line}"
        out.write(f"{line}\n".encode())
        out.flush()
        os.fsync(out.fileno())
