"""What other programs need for the same badges, beside ours: openbadgeslib, a Node stack, Pillow.

None of them is part of the product: those that are here are run, on a sample, and the others are
named with what they lack. Seconds are for as many badges as ours were measured on.
"""

import importlib.util
import io
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bitterroot.openbadges import contexts
from bitterroot.openbadges.compose import Json
from bitterroot.openbadges.issue import Signer

LIBRARY = "openbadgeslib"
STACK = "@digitalbazaar/vc on Node"
PILLOW = "Pillow, reading and saving the picture again"
_NODE = Path(__file__).parents[3] / "tests" / "openbadges" / "node"
_PATIENCE = 300  # seconds


@dataclass
class Others:
    """Seconds of each program for `count` badges, and why some were left out."""

    count: int
    ours: float
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, each: float) -> None:
        """A program that needs `each` seconds a badge."""
        self.seconds[name] = round(each * self.count, 4)

    def report(self, found: dict[str, Any]) -> dict[str, Any]:
        """A bench's result with these programs in it.

        ``compared`` gives the seconds of each, ``times_ours`` how many times as long as ours that
        is, and ``left_out`` what did not run and why.
        """
        ratios = {name: round(spent / self.ours, 1) for name, spent in self.seconds.items()}
        compared = {**found.get("compared", {}), **self.seconds}
        report = {**found, "compared": compared, "times_ours": ratios}
        return {**report, "left_out": self.left_out} if self.left_out else report


def each_of(what: Callable[[int], object], times: int) -> float:
    """Seconds for one of `times` calls with 0, 1, 2…; one more comes before, to warm up."""
    what(0)
    started = time.perf_counter()
    for n in range(times):
        what(n)
    return (time.perf_counter() - started) / times


def missing(module: str) -> bool:
    """Whether a Python module is not installed here."""
    return importlib.util.find_spec(module) is None


def signing(others: Others, bare: list[Json], by: Signer, documents: dict[str, bytes]) -> None:
    """Let the others sign the unsigned credentials `bare`."""
    if missing(LIBRARY):
        others.left_out[LIBRARY] = "it is not installed; requirements/dev.in names it"
    else:
        from openbadgeslib.ob3.ldp import add_data_integrity_proof

        pem = _pem(by)
        few = bare[:20]
        others.add(
            LIBRARY,
            each_of(
                lambda n: add_data_integrity_proof(few[n], pem, by.verification_method), len(few)
            ),
        )
    _node(others, "sign", bare[:100], by, documents)


def verifying(
    others: Others, badges: list[bytes], by: Signer, documents: dict[str, bytes], now: datetime
) -> None:
    """Let the others verify signed credentials that have no status."""
    if missing(LIBRARY):
        others.left_out[LIBRARY] = "it is not installed; requirements/dev.in names it"
    else:
        from openbadgeslib.ob3.ldp import OB3LdpVerifier

        few, verifier = badges[:20], OB3LdpVerifier()
        others.add(
            LIBRARY,
            each_of(lambda n: verifier.verify(few[n], download=documents.__getitem__), len(few)),
        )
    _node(others, "verify", [json.loads(badge) for badge in badges[:100]], by, documents, now)


def baking(others: Others, picture: bytes, badge: bytes) -> None:
    """Let the others put a signed badge into a picture."""
    if missing(LIBRARY):
        others.left_out[LIBRARY] = "it is not installed; requirements/dev.in names it"
    else:
        from openbadgeslib.baking import bake_png

        text = badge.decode()
        others.add(LIBRARY, each_of(lambda n: bake_png(picture, text), 200))
    if missing("PIL"):
        others.left_out[PILLOW] = "Pillow is not installed; nothing here needs it"
    else:
        others.add(PILLOW, each_of(lambda n: _saved_again(picture, badge), 20))


def _saved_again(picture: bytes, badge: bytes) -> bytes:
    from PIL import Image, PngImagePlugin

    chunks, written = PngImagePlugin.PngInfo(), io.BytesIO()
    chunks.add_itxt("openbadgecredential", badge.decode())
    with Image.open(io.BytesIO(picture)) as image:
        image.save(written, "PNG", pnginfo=chunks)
    return written.getvalue()


def _pem(by: Signer) -> bytes:
    seed = getattr(by.key, "seed")  # noqa: B009 - the benches sign with Ed25519 keys alone
    return Ed25519PrivateKey.from_private_bytes(seed).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def _node(
    others: Others,
    task: str,
    credentials: list[Json],
    by: Signer,
    documents: dict[str, bytes],
    now: datetime | None = None,
) -> None:
    """Run the Node stack over credentials; it says how long one takes it."""
    lack = _node_lacks()
    if lack:
        others.left_out[STACK] = lack
        return
    folder = Path(contexts.__file__).parent / "data" / "contexts"
    asked = {
        "task": task,
        "credentials": credentials,
        "method": by.verification_method,
        "seed": getattr(by.key, "seed").hex(),  # noqa: B009 - as above
        "publicKey": by.key.public.multibase,
        "now": now.isoformat() if now else None,
        "documents": {address: json.loads(data) for address, data in documents.items()},
        "contexts": {
            address: str(folder / name) for address, (name, _) in contexts.SHIPPED.items()
        },
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            [str(shutil.which("node")), str(_NODE / "bench.mjs")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
        others.add(STACK, float(json.loads(done.stdout)["seconds"]))
    except subprocess.CalledProcessError as error:
        others.left_out[STACK] = f"it failed: {error.stderr.strip()[-200:]}"
    except subprocess.TimeoutExpired:
        others.left_out[STACK] = f"it took more than {_PATIENCE} s"


def _node_lacks() -> str | None:
    """What is missing to run the Node stack; its packages are installed where npm may."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (_NODE / "bench.mjs").is_file():
        return "its script is only in the source tree"
    if (_NODE / "node_modules" / "@digitalbazaar" / "vc").is_dir():
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "its packages are not installed, and there is no npm"
    done = subprocess.run(  # noqa: S603 - installs what the lock file names
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=_NODE,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    return None if done.returncode == 0 else "npm could not install its packages"
