"""A key that never leaves its hardware module signs badges; a cloud's key service may do the same."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bitterroot.issuing.domain import key_life, keys
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.interfaces.key_command import CommandKey
from bitterroot.openbadges import keys as soft_keys
from bitterroot.openbadges.errors import KeyUnavailable
from bitterroot.people.actor import system
from openbadges.independent import need

OPS = system("keys, at the command line by Sol Rider")
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so")
SIGN_WITH = [sys.executable, "-m", "bitterroot.cli", "sign-with"]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A token of SoftHSM with the key “badges-2”, and the command that signs with it."""
    found = next((path for path in MODULES if Path(path).exists()), "")
    tools = shutil.which("softhsm2-util") and shutil.which("pkcs11-tool")
    need(bool(found and tools), "SoftHSM and OpenSC are not installed (softhsm2, opensc)")
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    run = lambda *words: subprocess.run(words, check=True, capture_output=True)  # noqa: E731
    run("softhsm2-util", "--init-token", "--free", "--label", "badges", "--so-pin", "12345678",
        "--pin", "87654321")  # fmt: skip
    run("pkcs11-tool", "--module", found, "--token-label", "badges", "--login", "--pin", "87654321",
        "--keypairgen", "--key-type", "EC:edwards25519", "--label", "badges-2", "--id", "02")  # fmt: skip
    pin = tmp_path / "pin"
    pin.write_text("87654321\n")
    pin.chmod(0o600)
    return [*SIGN_WITH, "pkcs11", "--module", found, "--token", "badges", "--label", "badges-2",
            "--pin-file", str(pin)]  # fmt: skip


@pytest.fixture
def house(db: None, tmp_path: Path, settings: SimpleNamespace) -> Iterator[None]:
    settings.KEYS_ROOT = tmp_path / "keys"
    keystore.load.cache_clear()
    ensure_signing_key(by=OPS)
    yield
    keystore.load.cache_clear()


def test_a_hardware_module_signs(house: None, module: list[str], tmp_path: Path) -> None:
    row = key_life.rotate(by=OPS, overlap=timedelta(0), command=module)
    key = keys.check_secret(row)
    assert keystore.kind(row.fragment) == "program"
    assert keys.signing() == row
    assert key.public.verify(b"a badge", key.sign(b"a badge"))
    assert not key.public.verify(b"another", key.sign(b"a badge"))
    assert b"87654321" not in (tmp_path / "keys" / f"{row.fragment}.key").read_bytes()


def test_what_goes_wrong_with_a_module_is_said(module: list[str], tmp_path: Path) -> None:
    key = CommandKey.of(module)
    pin = tmp_path / "pin"
    pin.chmod(0o644)
    with pytest.raises(KeyUnavailable, match="can be read by others; give it mode 600"):
        key.sign(b"a badge")
    pin.chmod(0o600)
    pin.write_text("11111111")
    with pytest.raises(KeyUnavailable, match=r"pkcs11-tool refused: .*CKR_PIN_INCORRECT"):
        key.sign(b"a badge")
    words = [{"badges-2": "badges-9"}.get(word, word) for word in module]
    with pytest.raises(KeyUnavailable, match="refused"):
        CommandKey.of(words)


STAND_IN = """#!{python}
# Answers as the cloud's tool is documented to, with a key from a file; keeps what it was asked.
import base64, json, sys
from pathlib import Path
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
words, here = sys.argv[1:], Path(__file__).parent
key = Ed25519PrivateKey.from_private_bytes((here / "secret").read_bytes())
(here / "asked.json").write_text(json.dumps(words))
after = lambda name: words[words.index(name) + 1]
encoding = form.Encoding.PEM if "{tool}" == "gcloud" else form.Encoding.DER
public = key.public_key().public_bytes(encoding, form.PublicFormat.SubjectPublicKeyInfo)
if "get-public-key" in words:
    if "{tool}" == "gcloud":
        Path(after("--output-file")).write_bytes(public)
    else:
        print(base64.b64encode(public).decode())
elif "{tool}" == "gcloud":
    message = Path(after("--input-file")).read_bytes()
    Path(after("--signature-file")).write_bytes(key.sign(message))
else:
    message = Path(after("--message").removeprefix("fileb://")).read_bytes()
    print(base64.b64encode(key.sign(message)).decode())
"""


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a stand-in for a cloud's tool first on the PATH."""

    def stand_in(tool: str) -> Path:
        (tmp_path / "secret").write_bytes(b"the cloud's key, not a secret!!!")
        program = tmp_path / tool
        program.write_text(STAND_IN.format(python=sys.executable, tool=tool))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return tmp_path / "asked.json"

    return stand_in


@pytest.mark.parametrize(
    ("tool", "words", "asked_for"),
    [
        ("gcloud", ["google-cloud", "--key", "projects/p/k/1"], ["asymmetric-sign", "--version"]),
        ("aws", ["aws", "--key", "alias/badges"], ["RAW", "ED25519_SHA_512"]),
    ],
)
def test_a_key_service_signs(
    cloud: Callable[[str], Path], tool: str, words: list[str], asked_for: list[str]
) -> None:
    asked = cloud(tool)
    key = CommandKey.of([*SIGN_WITH, *words])
    secret = soft_keys.SigningKey(b"the cloud's key, not a secret!!!")
    assert key.id == secret.public.multibase
    assert key.sign(b"a badge") == secret.sign(b"a badge")
    said = json.loads(asked.read_text())
    assert set(asked_for) | {words[-1]} <= set(said)


def test_a_tool_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KeyUnavailable, match="refused: bitterroot: gcloud did not answer"):
        CommandKey.of([*SIGN_WITH, "google-cloud", "--key", "projects/p/k/1"])
