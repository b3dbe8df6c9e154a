"""Signatures on P-256 and P-384: the published vectors, our own badges, and what is refused."""

import hashlib
import json
from typing import Any

import pytest

from bitterroot.openbadges import (
    canonical,
    did,
    issue,
    keys,
    multikey,
    proofs,
    selective,
    trust,
    verify,
)
from bitterroot.openbadges.ecdsa import EcPublicKey, EcSigningKey, Kind
from bitterroot.openbadges.errors import InputError, OpenBadgeError, ProofError
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import CREATED, DID, NOW, House, make_award
from .test_vectors import VECTORS, with_examples

FOLDER = VECTORS.parent / "w3c-vc-di-ecdsa"
CURVES: list[Kind] = ["P-256", "P-384"]


def published(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def key_of(kind: str) -> multikey.AnySigningKey:
    pair = published(f"{kind.lower().replace('-', '')}KeyPair.json")
    key = multikey.read_secret(pair.get("secretKeyMultibase") or pair["privateKeyMultibase"])
    assert key.public.multibase == pair["publicKeyMultibase"]
    return key


def test_the_readme_lists_every_vector_with_its_digest():
    readme = (VECTORS.parent / "README.md").read_text()
    for file in FOLDER.iterdir():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert f"| {FOLDER.name}/{file.name} | {digest} |" in readme


@pytest.mark.parametrize("kind", CURVES)
def test_the_published_hashes_and_signature_are_made_to_the_byte(kind: str):
    size, key = kind.replace("-", ""), key_of(kind)
    same = published(f"signedJCSECDSA{size}.json")  # the one credential of all these vectors
    document = with_examples(proofs.unsigned(same))
    method, created = same["proof"]["verificationMethod"], same["proof"]["created"]
    ours = proofs.sign(document, key, method, created)
    (proof,) = ours["proof"]
    combined = proofs.message(ours, proof, key.public).hex()
    assert combined == (FOLDER / f"combinedHashECDSA{size}.txt").read_text()
    assert proof["proofValue"] == (FOLDER / f"sigBTC58ECDSA{size}.txt").read_text()
    proofs.check(ours, proof, key.public)
    with pytest.raises(ProofError, match="changed after it was signed"):
        proofs.check({**ours, "name": "Alumna Credential"}, proof, key.public)


@pytest.mark.parametrize("kind", CURVES)
def test_the_published_jcs_documents_verify(kind: str):
    document = published(f"signedJCSECDSA{kind.replace('-', '')}.json")
    proofs.check(document, document["proof"], key_of(kind).public)
    with pytest.raises(ProofError):
        proofs.check({**document, "name": "x"}, document["proof"], key_of(kind).public)


@pytest.mark.parametrize("suite", sorted(proofs.SUITES))
def test_every_suite_signs_what_it_verifies_and_refuses_other_keys(house: House, suite: str):
    document = house.press().compose(make_award())
    for kind in multikey.KINDS:
        key = multikey.generate(kind)
        if kind not in proofs.SUITES[suite].kinds:
            with pytest.raises(InputError, match=suite):
                proofs.sign(document, key, "did:x#1", CREATED, suite=suite)
            continue
        signed = proofs.sign(document, key, "did:x#1", CREATED, suite=suite)
        if suite == proofs.SELECTIVE:
            signed = selective.derive(signed, ["/credentialSubject"])
        (proof,) = proofs.proofs_of(signed)
        proofs.check(signed, proof, key.public)
        with pytest.raises(ProofError):
            proofs.check(signed, proof, multikey.generate(kind).public)
        other = keys.SigningKey.generate() if kind != "Ed25519" else EcSigningKey.generate()
        with pytest.raises(ProofError, match="another kind"):
            proofs.check(signed, proof, other.public)


@pytest.mark.parametrize("kind", CURVES)
def test_a_press_with_such_a_key_gives_the_bytes_of_the_full_path(house: House, kind: Kind):
    key = EcSigningKey.generate(kind)
    issuer = {**house.issuer, "id": key.public.did}
    signer = issue.Signer(key, f"{key.public.did}#{key.public.multibase}")
    press = house.press(issuer=issuer, signer=signer)
    award = make_award(status=[])
    signed = press.issue(award, created=CREATED)
    assert signed == issue.to_bytes(signer.sign(press.compose(award), CREATED))
    assert (press.fast, press.slow) == ((1, 0) if kind == "P-256" else (0, 1))
    memory = TemplateMemory()
    for _ in range(2):
        found = verify.verify(signed, resolver=HouseResolver(), now=NOW, memory=memory)
        assert found.verdict == "valid"
    changed = signed.replace(b"Fall 2026", b"Fall 2027")
    assert (
        verify.verify(changed, resolver=HouseResolver(), now=NOW, memory=memory).verdict
        == "invalid"
    )


@pytest.mark.parametrize("kind", multikey.KINDS)
def test_keys_survive_their_published_forms(kind: str):
    key = multikey.generate(kind).public
    assert multikey.read_public(key.multibase) == key
    assert multikey.from_jwk(dict(multikey.to_jwk(key))) == key
    document = did.key_document(key.did)
    method = f"{key.did}#{key.multibase}"
    assert did.public_key(did.find_method(document, method, key.did)) == key


def test_points_off_the_curve_and_secret_keys_are_refused():
    key = EcSigningKey.generate()
    x, _ = key.public.numbers()
    with pytest.raises(OpenBadgeError):
        EcPublicKey.from_numbers("P-256", x, bytes(31) + b"\1")
    with pytest.raises(OpenBadgeError):
        EcPublicKey("P-256", b"\x02" + b"\xff" * 32)
    with pytest.raises(OpenBadgeError):
        EcPublicKey("P-256", b"\x04" + x)
    with pytest.raises(OpenBadgeError):
        EcSigningKey("P-256", bytes(32))
    with pytest.raises(OpenBadgeError, match="secret"):
        multikey.from_jwk({**multikey.to_jwk(key.public), "d": "AA"})
    for text in ("", "z", "u123", "z0", "z6Mk", key.public.multibase + "1" * 60):
        with pytest.raises(OpenBadgeError):
            multikey.read_public(text)
    assert not key.public.verify(b"x", bytes(64))
    assert not key.public.verify(b"x", b"\xff" * 64)
    assert key.secret.hex() not in repr(key)


def test_many_signatures_of_one_kind_hash_the_document_once(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """Ten P-384 signatures over a large badge kept a verifier busy ten times as long as one."""
    key = EcSigningKey.generate("P-384")
    by = issue.Signer(key, f"{DID}#key-p384")
    signed = house.press().compose(make_award())
    for _ in range(10):
        signed = by.sign(signed, CREATED, beside=True)
    listed = did.web_document(DID, [("key-p384", key.public)])
    resolver = HouseResolver(lambda _: issue.to_bytes(listed))
    hashed = []
    real = canonical.canonical_hash

    def counted(document: dict[str, Any], **how: Any) -> bytes:
        if "credentialSubject" in document:
            hashed.append(how.get("hash_name"))
        return real(document, **how)

    monkeypatch.setattr(canonical, "canonical_hash", counted)
    assert len(trust.check_proofs(signed, resolver, NOW)) == 10
    assert hashed.count("sha384") == 1
    with pytest.raises(ProofError, match="changed after it was signed"):
        trust.check_proofs({**signed, "name": "Another"}, resolver, NOW)
