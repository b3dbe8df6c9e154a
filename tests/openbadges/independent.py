"""Programs that Bitterroot did not write, asked about its badges; all offline."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bitterroot.openbadges import contexts

NODE = Path(__file__).parent / "node"
MULTIKEY = {
    # The node stacks read this context only to see a Multikey; its text does not enter a signature.
    "@context": {
        "id": "@id",
        "type": "@type",
        "@protected": True,
        "Multikey": {
            "@id": "https://w3id.org/security#Multikey",
            "@context": {
                "@protected": True,
                "id": "@id",
                "type": "@type",
                "controller": {"@id": "https://w3id.org/security#controller", "@type": "@id"},
                "publicKeyMultibase": {
                    "@id": "https://w3id.org/security#publicKeyMultibase",
                    "@type": "https://w3id.org/security#multibase",
                },
            },
        },
    }
}


def need(condition: bool, reason: str) -> None:
    """Skip with a reason, or fail where everything is to be run (BITTERROOT_TEST_ALL=1)."""
    if condition:
        return
    if os.environ.get("BITTERROOT_TEST_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def need_node() -> None:
    """Skip unless Node and the independent verifiers are here, or can be installed."""
    need(shutil.which("node") is not None, "node is not installed")
    locked = json.loads((NODE / "package-lock.json").read_text())["packages"]
    if not all((NODE / place / "package.json").is_file() for place in locked):
        need(shutil.which("npm") is not None, "npm is not installed")
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=NODE, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        need(
            done.returncode == 0, f"the Node verifiers could not be installed: {done.stderr[-300:]}"
        )


def shipped_contexts() -> dict[str, str]:
    """{address: file} of the contexts that are shipped, as the Node programs read them."""
    folder = Path(contexts.__file__).parent / "data" / "contexts"
    return {address: str(folder / name) for address, (name, _) in contexts.SHIPPED.items()}


def run_node(folder: Path, script: str, files: dict[str, Any]) -> Any:
    """What a script of ours in Node prints (JSON) about files written to `folder`."""
    need_node()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    (folder / "contexts.json").write_text(json.dumps(shipped_contexts()))
    done = subprocess.run(
        ["node", str(NODE / script), str(folder), str(folder / "contexts.json")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def node_verdicts(
    folder: Path, badges: dict[str, bytes], documents: dict[str, bytes]
) -> dict[str, dict[str, Any]]:
    """What both Node stacks say: {badge: {stack: {verified, revoked, error}}}."""
    stand: dict[str, Any] = {address: json.loads(data) for address, data in documents.items()}
    for document in list(stand.values()):
        if str(document.get("id", "")).startswith("did:"):
            stand[document["id"]] = document
    stand["https://w3id.org/security/multikey/v1"] = MULTIKEY
    files: dict[str, Any] = {
        f"{name}.badge.json": json.loads(data) for name, data in badges.items()
    }
    verdicts: dict[str, dict[str, Any]] = run_node(
        folder, "verify.mjs", {**files, "documents.json": stand}
    )
    return verdicts
