"""Badges of which parts are shown: the published vector, and what a holder can and cannot do."""

import hashlib
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bitterroot.openbadges import cbor, issue, multikey, pointers, proofs, selective, verify
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import InputError, ProofError
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import CREATED, NOW, House, make_award
from .test_ecdsa import FOLDER, published

KEY = EcSigningKey("P-256", b"bitterroot test key, not secret.")
METHOD = f"{KEY.public.did}#{KEY.public.multibase}"
ALWAYS = ["/credentialSubject/achievement"]
SHOWN = ["/credentialSubject/identifier/0", "/credentialSubject/term"]


@pytest.fixture
def original(house: House) -> dict[str, Any]:
    """The holder's original of José Núñez's badge."""
    document = house.press(issuer={**house.issuer, "id": KEY.public.did}).compose(
        make_award(status=[], valid_until="2027-01-01T00:00:00Z")
    )
    return proofs.sign(document, KEY, METHOD, CREATED, suite=proofs.SELECTIVE, mandatory=ALWAYS)


def verdict(document: dict[str, Any]) -> str:
    data = issue.to_bytes(document)
    return verify.verify(data, resolver=HouseResolver(), now=NOW).verdict


def test_the_published_base_proof_is_made_to_the_byte():
    document, material = published("addSignedSDBase.json"), published("SDKeyMaterial.json")
    proof, bare = document["proof"], proofs.unsigned(document)
    keys = [
        multikey.read_secret(material[name]["privateKeyMultibase"])
        for name in ("baseKeyPair", "proofKeyPair")
    ]
    assert isinstance(keys[0], EcSigningKey)
    assert isinstance(keys[1], EcSigningKey)
    base = selective.read_base(proof)
    options = hashlib.sha256((FOLDER / "addProofConfigCanon.txt").read_bytes()).digest()
    ours = selective.base_value(
        bare,
        options,
        keys[0],
        base.mandatory,
        secret=bytes.fromhex(material["hmacKeyString"]),
        once=keys[1],
    )
    assert selective.read_base({"proofValue": ours}) == base
    selective.confirm(bare, proof, options, keys[0].public)
    shown = selective.derive(document, ["/boards/0", "/boards/1"])
    selective.check(proofs.unsigned(shown), shown["proof"], options, keys[0].public)
    assert shown["sails"] == [document["sails"][1], document["sails"][2]]
    # With the datatype of the final text, the options hash to what its own vectors publish.
    final = proofs.options_hash(bare["@context"], proof).hex()
    assert final == "9c5c9b189f06cfa9d9f21a838ccb9b04316f07ad1a517bfd4955ee28c6a8229c"


def test_a_holder_shows_a_part_and_keeps_the_rest(original: dict[str, Any]):
    shown = selective.derive(original, SHOWN)
    assert verdict(shown) == "valid"
    subject = shown["credentialSubject"]
    assert [entry["identityHash"] for entry in subject["identifier"]] == ["José Núñez"]
    assert subject["term"] == "Fall 2026"
    assert "result" not in subject
    assert "evidence" not in shown
    assert shown["validUntil"] == original["validUntil"]
    for hidden in ("jose.nunez", "a" * 32, "packet"):
        assert hidden not in json.dumps(shown)
    assert verdict(original) == "unknown"  # it is for deriving, and says so


def test_what_decides_over_a_badges_life_cannot_be_hidden(original: dict[str, Any]):
    base = selective.read_base(original["proof"][0])
    assert base.mandatory == ["/issuer", "/validFrom", "/validUntil", *ALWAYS]
    careless = proofs.options(METHOD, CREATED, suite=proofs.SELECTIVE)
    bare = proofs.unsigned(original)
    digest = proofs.options_hash(bare["@context"], careless)
    careless["proofValue"] = selective.base_value(bare, digest, KEY, ["/issuer", *ALWAYS])
    shown = selective.derive({**bare, "proof": careless}, [*SHOWN, "/validFrom"])
    proofs.check(shown, shown["proof"], KEY.public)
    found = verify.verify(issue.to_bytes(shown), resolver=HouseResolver(), now=NOW)
    assert found.verdict == "invalid"
    assert "let the holder choose" in str(found.check("proof"))


def test_where_its_revocation_stands_is_always_shown(house: House):
    document = house.press(issuer={**house.issuer, "id": KEY.public.did}).compose(
        make_award(valid_until="2027-01-01T00:00:00Z")
    )
    signed = proofs.sign(document, KEY, METHOD, CREATED, suite=proofs.SELECTIVE, mandatory=ALWAYS)
    shown = selective.derive(signed, SHOWN)
    assert shown["credentialStatus"] == document["credentialStatus"]
    assert verdict(shown) == "unknown"  # the list is not to be had here
    del shown["credentialStatus"]
    assert verdict(shown) == "invalid"


def test_a_part_without_end_and_list_is_a_doubt_for_they_may_have_been_left_out(house: House):
    document = house.press(issuer={**house.issuer, "id": KEY.public.did}).compose(
        make_award(status=[])
    )
    how: dict[str, Any] = {"suite": proofs.SELECTIVE, "mandatory": ALWAYS}
    shown = selective.derive(proofs.sign(document, KEY, METHOD, CREATED, **how), SHOWN)
    found = verify.verify(issue.to_bytes(shown), resolver=HouseResolver(), now=NOW)
    assert found.verdict == "unknown"
    assert "in parts" in str(found.check("status"))
    whole = proofs.sign(document, KEY, METHOD, CREATED)
    assert verdict(whole) == "valid"


def test_nothing_can_be_added_changed_or_taken_from_what_is_shown(original: dict[str, Any]):
    shown = selective.derive(original, SHOWN)
    for spoil in (
        lambda d: d["credentialSubject"].update(term="Fall 2030"),
        lambda d: d["credentialSubject"].pop("term"),
        lambda d: d.pop("validUntil"),
        lambda d: d.update(description="More"),
        lambda d: d["credentialSubject"]["achievement"].update(name="Doctor"),
        lambda d: d["proof"].update(created="2026-11-18T16:00:01Z"),
    ):
        changed = json.loads(json.dumps(shown))
        spoil(changed)
        assert verdict(changed) == "invalid"
    other = EcSigningKey.generate()
    with pytest.raises(ProofError):
        proofs.check(shown, shown["proof"], other.public)


def test_every_changed_byte_of_a_derived_proof_is_noticed(original: dict[str, Any]):
    shown = selective.derive(original, SHOWN)
    value, chance = shown["proof"]["proofValue"], random.Random(5)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+z"
    for place in [*range(40), *(chance.randrange(len(value)) for _ in range(60)), len(value) - 1]:
        letter = chance.choice(letters.replace(value[place], ""))
        changed = value[:place] + letter + value[place + 1 :]
        with pytest.raises((ProofError, proofs.UnsupportedProof)):
            proofs.check(shown, {**shown["proof"], "proofValue": changed}, KEY.public)


@pytest.mark.parametrize(
    "pointer", ["credentialSubject", "/nothing", "/name/x", "/evidence/01", "/evidence/9", "/~2"]
)
def test_pointers_at_nothing_are_refused(original: dict[str, Any], pointer: str):
    with pytest.raises(InputError):
        selective.derive(original, [pointer])


def test_choosing_keeps_ids_and_types_on_the_way():
    document = {
        "@context": ["urn:c"],
        "id": "urn:a",
        "list": [{"type": "T", "x": 1, "y": 2}, {"id": "urn:b", "x": 3}, "text"],
        "odd~/name": {"z": {"deep": True}},
    }
    assert pointers.select(document, ["/list/1/x", "/list/0/x", "/odd~0~1name/z"]) == {
        "@context": ["urn:c"],
        "id": "urn:a",
        "list": [{"type": "T", "x": 1}, {"id": "urn:b", "x": 3}],
        "odd~/name": {"z": {"deep": True}},
    }
    assert pointers.select(document, ["/list/0/x", "/list"]) == {
        key: document[key] for key in ("@context", "id", "list")
    }
    assert pointers.select(document, ["/list", "/list/0/x"]) == {
        key: document[key] for key in ("@context", "id", "list")
    }
    assert pointers.select(document, [""]) == document
    assert pointers.select(document, []) is None


VALUES = some.recursive(
    some.integers(0, 2**64 - 1) | some.binary(max_size=300) | some.text(max_size=40),
    lambda inner: (
        some.lists(inner, max_size=5)
        | some.dictionaries(some.integers(0, 70_000), some.binary(max_size=32), max_size=5)
    ),
    max_leaves=8,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_cbor_is_read_as_it_was_written_and_in_no_other_way(value: Any):
    assert cbor.decode(cbor.encode(value)) == value


@given(some.binary(max_size=60))
@settings(max_examples=400, deadline=None)
def test_cbor_that_is_junk_is_refused_or_writes_the_same(data: bytes):
    try:
        value = cbor.decode(data)
    except ProofError:
        return
    assert cbor.decode(cbor.encode(value)) == value
