"""One byte is changed, of every class, in signed badges of every suite: none is accepted."""

import hashlib
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bitterroot.openbadges import (
    base58,
    canonical,
    clr,
    contexts,
    issue,
    jwt,
    keys,
    multikey,
    proofs,
    rsa,
    selective,
    verify,
)
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import CREATED, NOW, House, make_award
from .test_clr import badges, record
from .test_fuzz import spoiled
from .test_jwt import listed
from .test_ob2 import College

CLASSES = {
    "letter": b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "digit": b"0123456789",
    "sign": b'"{}[]:,/#.-_+=',
    "space": b" \t\n",
    "control": bytes(range(32)),
    "high": bytes(range(128, 256)),
}
SUITES: list[tuple[str, str]] = [
    (name, kind)
    for name, suite in sorted(proofs.SUITES.items())
    for kind in multikey.KINDS
    if kind in suite.kinds
]


def variants(data: bytes, seed: int, each: int) -> list[bytes]:
    """`data` with one byte replaced, put in or taken out: `each` times for each class."""
    chance = random.Random(seed)
    found = []
    for name, letters in CLASSES.items():
        own = [n for n, byte in enumerate(data) if byte in letters]
        for _ in range(each):
            new = bytes((chance.choice(letters),))
            place = chance.randrange(len(data))
            found += [data[:place] + new + data[place + 1 :], data[:place] + new + data[place:]]
            if own and name != "control":
                gone = chance.choice(own)
                found.append(data[:gone] + data[gone + 1 :])
    return [variant for variant in found if variant != data]


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two texts are one JSON document: spaces between its parts say nothing."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def verdict(data: bytes) -> str:
    return verify.verify(data, resolver=HouseResolver(), now=NOW).verdict


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_no_changed_byte_of_a_badge_is_accepted(house: House, suite: str, kind: str):
    key = multikey.generate(kind)
    document = house.press(issuer={**house.issuer, "id": key.public.did}).compose(
        make_award(status=[], valid_until="2027-01-01T00:00:00Z")
    )
    method = f"{key.public.did}#{key.public.multibase}"
    signed = proofs.sign(document, key, method, CREATED, suite=suite)
    if suite == proofs.SELECTIVE:
        signed = selective.derive(signed, ["/credentialSubject"])
    data = issue.to_bytes(signed)
    assert verdict(data) == "valid"
    for changed in variants(data, 11, 8):
        if not says_the_same(changed, data):
            assert verdict(changed) != "valid", changed


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_no_changed_byte_of_a_token_is_accepted(house: House, algorithm: str):
    key = EcSigningKey.generate() if algorithm == "ES256" else rsa.RsaSigningKey.generate(2048)
    badge = house.press().compose(make_award(subject_id="urn:uuid:9b2d"))
    token = jwt.sign(badge, key, listed(house, key)).encode()
    assert house.verify(token).verdict == "valid"
    for changed in variants(token, 12, 25):
        if changed.strip() != token:
            assert house.verify(changed).verdict != "valid", changed


def test_no_changed_byte_of_a_record_or_an_old_badge_is_accepted(house: House):
    signed = house.sign(record(house, badges(house, 3)))
    for changed in variants(signed, 13, 6):
        if not says_the_same(changed, signed):
            assert house.verify(changed).verdict != "valid", changed
    assert clr.TYPE.encode() in signed
    for kind in ("HostedBadge", "SignedBadge"):
        college = College(kind)
        old = (
            college.token().encode() if kind == "SignedBadge" else issue.to_bytes(college.assertion)
        )
        assert college.verify(old).verdict == "valid"
        for changed in variants(old, 14, 25):
            if changed.strip() != old and not says_the_same(changed, old):
                assert college.verify(changed).verdict != "valid", changed


def test_badges_of_the_suite_before_data_integrity_are_checked(house: House):
    document = house.press().compose(make_award())
    document["@context"].append(contexts.ED25519_2020)
    proof = {
        "type": "Ed25519Signature2020",
        "created": CREATED,
        "verificationMethod": house.signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    parts = ({**proof, "@context": document["@context"]}, document)
    message = b"".join(
        hashlib.sha256(canonical.canonical_form(part).encode()).digest() for part in parts
    )
    proof["proofValue"] = "z" + base58.encode(house.key.sign(message))
    data = issue.to_bytes({**document, "proof": proof})
    assert house.verify(data).verdict == "valid"
    for changed in variants(data, 16, 8):
        if not says_the_same(changed, data):
            assert house.verify(changed).verdict != "valid", changed


def test_a_chain_holds_only_whole(house: House):
    document = house.press().compose(make_award())
    first = house.signer.sign(document, CREATED, more={"id": "urn:uuid:1"})
    second = house.signer.sign(first, CREATED, previous="urn:uuid:1")
    assert house.verify(issue.to_bytes(second)).verdict == "valid"
    for spoil in (
        lambda p: p.pop(0),
        lambda p: p[0].update(created="2026-11-18T16:00:01Z"),
        lambda p: p[0].update(id="urn:uuid:2"),
        lambda p: p[1].update(previousProof="urn:uuid:2"),
        lambda p: p[1].pop("previousProof"),
        lambda p: p[1].update(proofValue="z" + base58.encode(bytes(64))),
    ):
        changed: dict[str, Any] = json.loads(issue.to_bytes(second))
        spoil(changed["proof"])
        assert house.verify(json.dumps(changed)).verdict == "invalid"


def test_a_badge_signed_with_the_old_and_the_new_key_needs_both(house: House):
    other = keys.SigningKey.generate()
    once = house.signer.sign(house.press().compose(make_award()), CREATED)
    both = proofs.sign(once, other, f"{house.issuer['id']}#key-9", CREATED, beside=True)
    assert len(both["proof"]) == 2
    assert house.verify(issue.to_bytes(both)).verdict == "invalid"  # key-9 is not listed


def test_junk_in_old_badges_never_crashes_and_never_passes():
    for kind in ("HostedBadge", "SignedBadge"):
        college = College(kind)
        for place in ("issuer", "badge", "assertion"):
            right = getattr(college, place)
            for junk, _ in spoiled(json.dumps(right).encode(), 15, 120):
                value = json.loads(junk)
                if isinstance(value, dict) and value.get("id") == right["id"]:
                    setattr(college, place, value)
                    college.verify(college.token() if kind == "SignedBadge" else None)
            setattr(college, place, right)


@given(some.binary(max_size=400) | some.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_whatever_is_pasted_gets_an_answer(data: bytes | str):
    assert verify.verify(data, resolver=HouseResolver(), now=NOW).verdict != "valid"
