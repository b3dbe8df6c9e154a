"""What "ECDSA Cryptosuites 1.0" asks of ecdsa-sd-2023, one row a statement of its section 3.

How the W3C's own suite runs against the same code: docs/conformance.md.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bitterroot.openbadges import cbor, multikey

from .conformance import GOOD, ISSUED, Desk, Json, Told, model, with_words
from .vc_server import credential

REFUSED: Told = (400, "PROOF_VERIFICATION_ERROR")
NOT_MADE: Told = (400, "PROOF_GENERATION_ERROR")
BASE, DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
VERSIONS = ["2.0", "1.1"]
SAILS = {"Sailor": "urn:e:Sailor", "sails": "urn:e:sails", "size": "urn:e:size", "year": "urn:e:y"}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk("ecdsa-sd-2023")


def sailor(version: str, desk: Desk, **changes: Any) -> Json:
    """Jane, her four sails in order of purchase, and nothing that has an id of its own."""
    plain = with_words(model(version, desk.issuer.did), SAILS)
    sails = [{"size": size, "year": year} for size, year in ((5.5, 2023), (6, 2020), (7.8, 2023))]
    subject = {"type": "Sailor", "name": "Jane Doe", "sails": sails}
    return {key: v for key, v in {**plain, "credentialSubject": subject, **changes}.items() if v}


def parts_of(document: Json, start: bytes) -> list[Any]:
    """The five parts of a proof value; their bytes are plain, as `cbor` knows no tags."""
    data = multikey.from_base64url(document["proof"]["proofValue"][1:])
    assert data.startswith(start)
    parts: list[Any] = cbor.decode(data[3:])
    return parts


def derive(desk: Desk, document: Json, *pointers: str) -> Json:
    options = {"selectivePointers": list(pointers)}
    status, found = desk.post("/credentials/derive", verifiableCredential=document, options=options)
    assert status == 201, found
    return found


# Proofs of derived credentials

FIRST_SAIL = "/credentialSubject/sails/0"


def value(change: Callable[[str], str]) -> Callable[[Json], Any]:
    def changed(document: Json) -> None:
        document["proof"]["proofValue"] = change(document["proof"]["proofValue"])

    return changed


def part(change: Callable[[list[Any]], Any], start: bytes = DERIVED) -> Callable[[Json], Any]:
    """The change of one of the five parts: signature, key, signatures, labels, indexes."""

    def changed(document: Json) -> None:
        parts = parts_of(document, DERIVED)
        change(parts)
        data = multikey.to_base64url(start + cbor.encode(parts))
        document["proof"]["proofValue"] = f"u{data}"

    return changed


def put(parts: list[Any], place: int, found: Any) -> None:
    parts[place] = found


PARSED = "3.5.8 parseDerivedProofValue: "
CHANGES: dict[str, tuple[Told, Callable[[Json], Any]]] = {
    "a derived proof holds": (GOOD, lambda d: None),
    f"{PARSED}written again": (GOOD, part(lambda p: None)),
    f"{PARSED}begins with u": (REFUSED, value(lambda v: "z" + v[1:])),
    f"{PARSED}is not cut": (REFUSED, value(lambda v: v[1:])),
    f"{PARSED}has its header": (REFUSED, value(lambda v: v[:1] + v[5:])),
    f"{PARSED}has the header of a derived proof": (REFUSED, part(lambda p: None, BASE)),
    f"{PARSED}has no fewer than five parts": (REFUSED, part(lambda p: p.pop())),
    f"{PARSED}has no more than five parts": (REFUSED, part(lambda p: p.append(1))),
    f"{PARSED}a signature of 64 bytes": (REFUSED, part(lambda p: put(p, 0, p[0][1:]))),
    f"{PARSED}a key of 35 bytes": (REFUSED, part(lambda p: put(p, 1, p[1][1:]))),
    f"{PARSED}signatures of 64 bytes": (REFUSED, part(lambda p: put(p[2], 0, p[2][0][1:]))),
    f"{PARSED}labels of 32 bytes": (REFUSED, part(lambda p: p[3].update({0: bytes(31)}))),
    f"{PARSED}no label twice": (REFUSED, part(lambda p: p[3].update({1: p[3][0]}))),
    "3.6.8 verification: no label more": (REFUSED, part(lambda p: p[3].update({77: bytes(32)}))),
    f"{PARSED}labels are bytes": (REFUSED, part(lambda p: p[3].update({0: "not bytes"}))),
    f"{PARSED}indexes are numbers": (REFUSED, part(lambda p: put(p[4], 0, "0"))),
    "3.6.8 verification: a signature each statement": (REFUSED, part(lambda p: p[2].pop())),
    "3.6.8 verification: no signature more": (REFUSED, part(lambda p: p[2].append(p[2][0]))),
    "3.6.8 verification: indexes are in range": (REFUSED, part(lambda p: p[4].append(99_999))),
    "3.6.8 verification: what is shown was signed": (
        REFUSED,
        lambda d: d["credentialSubject"].update(id="urn:invalid"),
    ),
    "3.6.8 verification: what must be shown is": (REFUSED, lambda d: d.pop("id")),
    "the suite is named": (REFUSED, lambda d: d["proof"].update(cryptosuite="invalid-suite")),
    "the suite is this one": (REFUSED, lambda d: d["proof"].update(cryptosuite="ecdsa-rdfc-2019")),
}


@pytest.fixture(scope="module", params=VERSIONS)
def shown(request: pytest.FixtureRequest, desk: Desk) -> Json:
    issued = desk.issued(sailor(request.param, desk), mandatoryPointers=["/issuer"])
    return derive(desk, issued, "/credentialSubject/name", FIRST_SAIL)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_derived_proof_is_taken_apart_with_care(desk: Desk, shown: Json, statement: str):
    expected, change = CHANGES[statement]
    document = copy.deepcopy(shown)
    change(document)
    assert desk.verify(document) == expected


# Base proofs, and what can be chosen


@pytest.mark.parametrize("version", VERSIONS)
def test_a_base_proof_has_its_five_parts(desk: Desk, version: str):
    """3.5.2 serializeBaseProofValue; 3.6.2 the secret is as long as the hash."""
    issued = desk.issued(sailor(version, desk), mandatoryPointers=["/issuer"])
    assert issued["proof"]["proofValue"].startswith("u2V0A")
    signature, key, secret, signatures, pointers = parts_of(issued, BASE)
    assert (len(signature), len(key), len(secret)) == (64, 35, 32)
    assert {len(each) for each in signatures} == {64}
    assert "/issuer" in pointers
    assert desk.verify(issued) == REFUSED  # it is for the holder, who shows what is derived


CHOSEN: dict[str, tuple[bool, list[Any]]] = {
    "3.4.12 selectPaths: a member": (True, ["/credentialSubject/name"]),
    "3.4.12 selectPaths: a whole list": (True, ["/credentialSubject/sails"]),
    "3.4.12 selectPaths: the end of a list": (True, ["/credentialSubject/sails/2/size"]),
    "3.4.12 selectPaths: a member that is not there": (False, ["/credentialSubject/boat"]),
    "3.4.12 selectPaths: a way that is not there": (False, ["/non/existent/path"]),
    "3.4.12 selectPaths: past the end": (False, ["/credentialSubject/sails/3"]),
    "3.4.12 selectPaths: into a text": (False, ["/credentialSubject/name/0"]),
    "3.4.10 jsonPointerToPaths: no pointer": (False, ["credentialSubject"]),
    "3.4.10 jsonPointerToPaths: no text": (False, [7]),
}


@pytest.mark.parametrize("statement", CHOSEN)
@pytest.mark.parametrize("version", VERSIONS)
def test_pointers_choose_what_is_there(desk: Desk, version: str, statement: str):
    good, pointers = CHOSEN[statement]
    plain = sailor(version, desk)
    assert desk.issue(plain, mandatoryPointers=pointers) == (ISSUED if good else NOT_MADE)
    status, found = desk.post(
        "/credentials/derive",
        verifiableCredential=desk.issued(plain),
        options={"selectivePointers": pointers},
    )
    if good:
        assert status == 201
        assert desk.verify(found) == GOOD
    else:
        assert (status, found["type"].rpartition("#")[2]) == NOT_MADE


def test_what_is_on_the_way_keeps_its_names_and_types(desk: Desk):
    """3.4.11 createInitialSelection."""
    plain = with_words(model("2.0", desk.issuer.did), SAILS)
    boat = {"id": "urn:boat:1", "type": "Sailor", "name": "Osprey", "size": 5.5}
    plain["credentialSubject"] = {"id": "urn:s:1", "type": "Sailor", "sails": boat, "year": 1}
    part_of_it = derive(desk, desk.issued(plain), "/credentialSubject/sails/size")
    assert part_of_it["id"] == plain["id"]
    assert part_of_it["type"] == ["VerifiableCredential"]
    assert part_of_it["credentialSubject"] == {
        "id": "urn:s:1",
        "type": "Sailor",
        "sails": {"id": "urn:boat:1", "type": "Sailor", "size": 5.5},
    }


def test_the_life_of_an_older_credential_is_no_secret(desk: Desk):
    """Data model 1.1: Kim may not leave out that her credential is over."""
    plain = {**model("1.1", desk.issuer.did), "expirationDate": "2021-01-01T00:00:00Z"}
    part_of_it = derive(desk, desk.issued(plain), "/credentialSubject/name")
    assert part_of_it["issuanceDate"] == plain["issuanceDate"]
    assert desk.verify(part_of_it) == (400, "RANGE_ERROR")
    del part_of_it["expirationDate"]
    assert desk.verify(part_of_it) == REFUSED


def test_nothing_of_the_rest_can_be_guessed(desk: Desk):
    """The same credential gets other labels and another secret each time."""
    plain = credential(issuer=desk.issuer.did, credentialSubject={"name": "Jane Doe"})
    one, two = (parts_of(desk.issued(plain), BASE) for _ in range(2))
    assert one[2] != two[2]
    assert one[1] != two[1]
