"""A key that another program keeps: a module of hardware (PKCS#11), a cloud's key service, anything.

The key's file names the program; the product never sees the secret. The program is called

- as `PROGRAM … public` to tell its public key on standard output, as Multikey text (`z6Mk…`);
- as `PROGRAM … sign` to sign what stands on standard input (Ed25519), and to answer with the 64
  bytes of the signature on standard output.

Exit status 0 means that it did; what it writes to standard error is told to the operator. Each
signature is checked with the public key, so that a program that errs cannot spoil a badge. Of our
own settings it learns nothing: variables such as BITTERROOT_… and DATABASE_URL are kept from it.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from bitterroot.openbadges.errors import KeyUnavailable, OpenBadgeError
from bitterroot.openbadges.multikey import AnyPublicKey, read_public

HEADING = "bitterroot-key-command-v1"
WAIT = 20  # seconds that a program may take for one answer
AT_ONCE = 4  # times that it may run side by side: as many sessions of a hardware module


@dataclass(frozen=True)
class CommandKey:
    """A `Key` whose program signs. `command` is the program with its arguments, no shell."""

    public: AnyPublicKey
    command: tuple[str, ...]
    at_once: int = AT_ONCE

    @property
    def id(self) -> str:
        """See `Key`."""
        return self.public.multibase

    @property
    def kind(self) -> str:
        """See `Key`."""
        return self.public.kind

    def sign(self, message: bytes) -> bytes:
        """The program's signature of `message`. Raises KeyUnavailable."""
        signature = _ask(self.command, "sign", message)
        if not self.public.verify(message, signature):
            raise KeyUnavailable("The program that keeps the key gave a signature that is not its.")
        return signature

    def to_file(self) -> bytes:
        """The text of the key's file; it holds no secret."""
        command = json.dumps(self.command)
        return f"{HEADING}\npublic {self.public.multibase}\ncommand {command}\n".encode()

    @classmethod
    def from_file(cls, data: bytes) -> "CommandKey":
        """Read what `to_file` wrote. Raises OpenBadgeError if it is damaged."""
        try:
            heading, public, command = data.decode().splitlines()
            words = json.loads(command.removeprefix("command "))
            if heading != HEADING or not words or not all(isinstance(w, str) for w in words):
                raise ValueError
        except ValueError:
            raise OpenBadgeError("The key file does not name a program.") from None
        return cls(read_public(public.removeprefix("public ")), tuple(words))

    @classmethod
    def of(cls, command: Sequence[str]) -> "CommandKey":
        """The key that a program keeps. Raises KeyUnavailable where it does not answer."""
        told = _ask(tuple(command), "public", b"").decode("ascii", "replace").strip()
        return cls(read_public(told), tuple(command))


def _environment() -> dict[str, str]:
    """What the program may know: nothing of ours, such as passphrases or the database's address."""
    ours = ("BITTERROOT_", "DATABASE_URL", "EMAIL_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _ask(command: tuple[str, ...], what: str, given: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (the operator's own program, from a file of mode 600)
            [*command, what],
            input=given,
            capture_output=True,
            timeout=WAIT,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = "took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise KeyUnavailable(f"The program that keeps the key did not answer: {why}.") from None
    if done.returncode != 0:
        said = done.stderr[-300:].decode(errors="replace").strip()
        raise KeyUnavailable(f"The program that keeps the key refused: {said or done.returncode}")
    return done.stdout[:1_000]
