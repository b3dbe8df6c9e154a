"""The published vectors, and the shipped documents as their publishers wrote them."""

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from bitterroot.openbadges import canonical, contexts, keys, proofs, schema
from bitterroot.openbadges.errors import ProofError, UnknownContext

VECTORS = Path(__file__).parent / "data" / "vectors" / "w3c-vc-di-eddsa"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
# What stands at that address, which is not for production and so not shipped.
EXAMPLES_CONTEXT = {"@vocab": "https://www.w3.org/ns/credentials/examples#"}


def vector(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def text(name: str) -> str:
    return (VECTORS / name).read_text().strip()


def key() -> keys.SigningKey:
    return keys.SigningKey.from_multibase(vector("keyPair.json")["privateKeyMultibase"])


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    assert document["@context"][1] == EXAMPLES
    return {**document, "@context": [document["@context"][0], EXAMPLES_CONTEXT]}


def test_key_pair_of_the_vectors():
    assert key().public.multibase == vector("keyPair.json")["publicKeyMultibase"]


def test_rdfc_canonical_form_hashes_and_signature():
    unsigned = with_examples(vector("unsigned.json"))
    form = canonical.canonical_form(unsigned)
    assert form.strip() == text("eddsa-rdfc-2022/canonDocDataInt.txt")
    assert hashlib.sha256(form.encode()).hexdigest() == text("eddsa-rdfc-2022/docHashDataInt.txt")
    published = vector("eddsa-rdfc-2022/signedDataInt.json")
    proof = published["proof"]
    options = proofs.options_hash(unsigned["@context"], proof)
    assert options.hex() == text("eddsa-rdfc-2022/proofHashDataInt.txt")
    assert proofs.message(unsigned, proof, key().public).hex() == text(
        "eddsa-rdfc-2022/combinedHashDataInt.txt"
    )
    ours = proofs.sign(unsigned, key(), proof["verificationMethod"], proof["created"])
    assert ours["proof"] == [proof]


def test_rdfc_published_document_verifies_and_its_change_does_not():
    published = with_examples(vector("eddsa-rdfc-2022/signedDataInt.json"))
    proofs.check(published, published["proof"], key().public)
    changed = {**published, "name": "Alumna Credential"}
    with pytest.raises(ProofError):
        proofs.check(changed, changed["proof"], key().public)


def test_jcs_published_document_verifies_and_its_change_does_not():
    published = vector("eddsa-jcs-2022/signedJCS.json")
    proofs.check(published, published["proof"], key().public)
    assert proofs.message(published, published["proof"], key().public).hex() == text(
        "eddsa-jcs-2022/combinedHashJCS.txt"
    )
    with pytest.raises(ProofError):
        proofs.check({**published, "extra": 1}, published["proof"], key().public)


@pytest.mark.parametrize("address", sorted(contexts.SHIPPED))
def test_shipped_contexts_are_byte_exact(address: str):
    name, digest = contexts.SHIPPED[address]
    data = resources.files("bitterroot.openbadges").joinpath("data/contexts", name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    assert contexts.load(address) == json.loads(data)


def test_readme_lists_every_shipped_file_with_its_digest():
    folder = resources.files("bitterroot.openbadges").joinpath("data")
    readme = folder.joinpath("README.md").read_text()
    rows = {
        cells[2].strip(): (cells[1].strip(), cells[3].strip())
        for line in readme.splitlines()
        if line.startswith("| http")
        for cells in [line.split("|")]
    }
    files = {
        f"{sub}/{f.name}" for sub in ("contexts", "schemas") for f in folder.joinpath(sub).iterdir()
    }
    assert set(rows) == files
    for name, (address, digest) in rows.items():
        data = folder.joinpath(name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
        if name.startswith("contexts/"):
            assert contexts.SHIPPED[address] == (name.removeprefix("contexts/"), digest)
    assert f"schemas/{schema.FILE}" in files


def test_contexts_are_a_closed_set():
    with pytest.raises(UnknownContext, match=r"https://evil\.example/context"):
        canonical.canonical_form({"@context": ["https://evil.example/context"], "id": "urn:a"})
