"""`bitterroot sign-with`: programs that keep a signing key elsewhere and sign for us.

Each is called as `issuing/interfaces/key_command.py` says: with `public` or `sign` as its last word.
They only start the tool of whoever keeps the key: OpenSC's for hardware modules (PKCS#11), or that
of a cloud's key service. The secret never comes near them. They need no installation of ours.
"""

import base64
import binascii
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from bitterroot.cli.output import stop

MOST = 1_000_000  # bytes that are signed at once; a badge is signed by its hash, 64 bytes
WAIT = 18  # seconds; whoever calls us gives up after 20
WHAT = click.argument("what", type=click.Choice(["public", "sign"]))


@click.group("sign-with", help="Sign with a key in a hardware module or a cloud's key service.")
def command() -> None:
    """The group."""


@command.command("pkcs11")
@click.option("--module", required=True, metavar="FILE", help="The module's library (.so).")
@click.option("--token", required=True, metavar="LABEL", help="The token's label.")
@click.option("--label", required=True, metavar="LABEL", help="The label of the key pair.")
@click.option("--pin-file", required=True, type=click.Path(path_type=Path, dir_okay=False),
              help="A file of mode 600 with the user's PIN.")  # fmt: skip
@WHAT
def pkcs11(module: str, token: str, label: str, pin_file: Path, what: str) -> None:
    """An Ed25519 key in a hardware module, by OpenSC's pkcs11-tool (mechanism EDDSA)."""
    tool = ["pkcs11-tool", "--module", module, "--token-label", token, "--label", label]
    with tempfile.TemporaryDirectory(prefix="bitterroot-sign-") as folder:
        out = Path(folder) / "out"
        if what == "public":
            _run([*tool, "--read-object", "--type", "pubkey", "--output-file", str(out)])
            _tell_public(out.read_bytes())
            return
        given = _given(Path(folder))
        # The PIN goes by a variable, for anyone on the machine can read a command's words.
        login = ["--login", "--pin", "env:BITTERROOT_SIGN_PIN"]
        files = ["--input-file", str(given), "--output-file", str(out)]
        words = [*tool, *login, "--sign", "--mechanism", "EDDSA", *files]
        _run(words, {"BITTERROOT_SIGN_PIN": _secret(pin_file)})
        _tell_signature(out.read_bytes())


@command.command("google-cloud")
@click.option("--key", required=True, metavar="NAME",
              help="projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N")  # fmt: skip
@WHAT
def google_cloud(key: str, what: str) -> None:
    """A key EC_SIGN_ED25519 of Google Cloud KMS, by gcloud as it is signed in here."""
    with tempfile.TemporaryDirectory(prefix="bitterroot-sign-") as folder:
        out = Path(folder) / "out"
        if what == "public":
            _run(["gcloud", "kms", "keys", "versions", "get-public-key", key,
                  "--output-file", str(out)])  # fmt: skip
            _tell_public(out.read_bytes())
            return
        given = _given(Path(folder))
        _run(["gcloud", "kms", "asymmetric-sign", "--version", key,
              "--input-file", str(given), "--signature-file", str(out)])  # fmt: skip
        _tell_signature(out.read_bytes())


@command.command("aws")
@click.option("--key", required=True, metavar="ARN", help="The key's id, alias or ARN.")
@WHAT
def aws(key: str, what: str) -> None:
    """A key ECC_NIST_EDWARDS25519 of AWS KMS, by aws as it is signed in here."""
    text = ["--output", "text"]
    if what == "public":
        words = ["aws", "kms", "get-public-key", "--key-id", key, "--query", "PublicKey", *text]
        _tell_public(_unpacked(_run(words)))
        return
    with tempfile.TemporaryDirectory(prefix="bitterroot-sign-") as folder:
        given = _given(Path(folder))
        answer = _run(["aws", "kms", "sign", "--key-id", key, "--message", f"fileb://{given}",
                       "--message-type", "RAW", "--signing-algorithm", "ED25519_SHA_512",
                       "--query", "Signature", *text])  # fmt: skip
        _tell_signature(_unpacked(answer))


def _run(words: list[str], more: Mapping[str, str] | None = None) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  (the operator's own tool, no shell)
            words,
            capture_output=True,
            timeout=WAIT,
            check=False,
            env={**os.environ, **(more or {})},
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        stop(f"{words[0]} did not answer: {error}", 1)
    if done.returncode != 0:
        said = done.stderr[-300:].decode(errors="replace").strip()
        stop(f"{words[0]} refused: {said or done.returncode}", 1)
    return done.stdout


def _given(folder: Path) -> Path:
    """What is to be signed, from standard input into a file for the tool."""
    message = sys.stdin.buffer.read(MOST + 1)
    if not message or len(message) > MOST:
        stop("there is nothing to sign, or too much.", 1)
    path = folder / "in"
    path.write_bytes(message)
    return path


def _secret(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            stop(f"{path} can be read by others; give it mode 600.", 1)
        return path.read_text().strip()
    except OSError as error:
        stop(f"the PIN cannot be read: {error}", 1)


def _unpacked(answer: bytes) -> bytes:
    try:
        return base64.b64decode(answer.strip(), validate=True)
    except binascii.Error:
        stop("the key service answered with something else than base64.", 1)


def _tell_public(data: bytes) -> None:
    """Multikey text of an Ed25519 key in PEM or DER."""
    from bitterroot.openbadges.keys import PublicKey

    try:
        read = load_pem_public_key if data.lstrip().startswith(b"-----") else load_der_public_key
        key = read(data)
    except ValueError:
        stop("what keeps the key told no public key.", 1)
    if not isinstance(key, Ed25519PublicKey):
        stop("the key is not of the kind Ed25519.", 1)
    click.echo(PublicKey(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).multibase)


def _tell_signature(signature: bytes) -> None:
    if len(signature) != 64:
        stop(f"the signature has {len(signature)} bytes instead of 64.", 1)
    sys.stdout.buffer.write(signature)
