"""What "Bitstring Status List 1.0" asks of entries and lists, one row a statement of its section 2.

How lists are obtained, believed and doubted (section 3) is in test_vc_status. How the W3C's own
suite runs against the same code: docs/conformance.md.
"""

import gzip
from typing import Any

import pytest

from bitterroot.openbadges import multikey

from .conformance import GOOD, ISSUED, ORIGIN, Desk, Json, Told
from .vc_server import V2, credential

MALFORMED: Told = (400, "MALFORMED_VALUE_ERROR")
ALICE = "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
TWO = [{"status": "0x0", "message": "valid"}, {"status": "0x1", "message": "revoked"}]
FOUR = [*TWO, {"status": "0x2", "message": "lost"}, {"status": "0x3", "message": "found"}]
WRONG = [{"status": "0x0", "message": "valid"}, {"status": "1", "message": "revoked"}]
FAR = [{"status": "0x0", "message": "valid"}, {"status": "0x2", "message": "revoked"}]
MUTE = [{"status": "0x0", "message": "valid"}, {"status": "0x1"}]
LIST = "https://lists.example/1"

# An entry about somebody else's list: members that differ from a sound one, None to leave out.
ENTRIES: dict[str, tuple[Told, Json]] = {
    "a sound entry": (ISSUED, {}),
    "id: may be left out": (ISSUED, {"id": None}),
    "id: is an address": (MALFORMED, {"id": "entry 7"}),
    "id: is not the list's own": (MALFORMED, {"id": LIST}),
    "type: is BitstringStatusListEntry alone": (
        MALFORMED,
        {"type": ["BitstringStatusListEntry", "https://example.org/More"]},
    ),
    "statusPurpose: is there": (MALFORMED, {"statusPurpose": None}),
    "statusPurpose: is a text": (MALFORMED, {"statusPurpose": 5}),
    "statusPurpose: is one": (MALFORMED, {"statusPurpose": ["revocation", "suspension"]}),
    "statusListIndex: is there": (MALFORMED, {"statusListIndex": None}),
    "statusListIndex: may be as large as it likes": (ISSUED, {"statusListIndex": "9" * 30}),
    "statusListIndex: is a text": (MALFORMED, {"statusListIndex": 7}),
    "statusListIndex: is a number": (MALFORMED, {"statusListIndex": "seven"}),
    "statusListIndex: is not true": (MALFORMED, {"statusListIndex": True}),
    "statusListIndex: is whole": (MALFORMED, {"statusListIndex": "7.5"}),
    "statusListIndex: is not below zero": (MALFORMED, {"statusListIndex": "-1"}),
    "statusListIndex: is in base 10": (MALFORMED, {"statusListIndex": "0x7"}),
    "statusListIndex: is in ASCII": (MALFORMED, {"statusListIndex": "٧"}),
    "statusListCredential: is there": (MALFORMED, {"statusListCredential": None}),
    "statusListCredential: is an address": (MALFORMED, {"statusListCredential": "invalid-id"}),
    "statusListCredential: names a host": (MALFORMED, {"statusListCredential": "https://"}),
    "statusSize: may be one": (ISSUED, {"statusSize": 1}),
    "statusSize: is above zero": (MALFORMED, {"statusSize": 0}),
    "statusSize: is a number": (MALFORMED, {"statusSize": "1"}),
    "statusSize: is not true": (MALFORMED, {"statusSize": True}),
    "statusSize: two bits have messages": (ISSUED, {"statusSize": 2, "statusMessage": FOUR}),
    "statusSize: two bits need messages": (MALFORMED, {"statusSize": 2}),
    "statusMessage: may come with one bit": (ISSUED, {"statusSize": 1, "statusMessage": TWO}),
    "statusMessage: is a list": (MALFORMED, {"statusMessage": {"status": "0x0", "message": "v"}}),
    "statusMessage: one each value": (MALFORMED, {"statusSize": 2, "statusMessage": TWO}),
    "statusMessage: says the status in hexadecimal": (MALFORMED, {"statusMessage": WRONG}),
    "statusMessage: says a status that is possible": (MALFORMED, {"statusMessage": FAR}),
    "statusMessage: says what it means": (MALFORMED, {"statusMessage": MUTE}),
    "statusReference: an address": (ISSUED, {"statusReference": "https://example.org/codes"}),
    "statusReference: addresses": (
        ISSUED,
        {"statusReference": ["https://example.org/codes", "https://example.org/more"]},
    ),
    "statusReference: is no number": (MALFORMED, {"statusReference": 5}),
    "statusReference: is no other text": (MALFORMED, {"statusReference": "the codes"}),
    "statusReference: holds addresses alone": (
        MALFORMED,
        {"statusReference": ["https://example.org/codes", 7]},
    ),
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def entry(**changes: Any) -> Json:
    whole = {
        "id": f"{LIST}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


@pytest.mark.parametrize("statement", ENTRIES)
def test_an_entry_keeps_the_rules(desk: Desk, statement: str):
    """2.1 BitstringStatusListEntry; 3: what does not is a MALFORMED_VALUE_ERROR."""
    expected, changes = ENTRIES[statement]
    status = entry(**changes)
    assert desk.issue(credential(credentialStatus=status)) == expected
    assert desk.issue(credential(credentialStatus=[entry(), status])) == expected


def list_at(desk: Desk, address: str) -> Json:
    assert address.startswith(f"{ORIGIN}/status/")
    found = desk.api.answer("GET", address.removeprefix(ORIGIN))
    assert found.status == 200
    return found.body


def bits_of(listed: Json) -> bytes:
    encoded = listed["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    assert "=" not in encoded
    return gzip.decompress(multikey.from_base64url(encoded[1:]))


def test_what_is_issued_has_an_entry_and_a_list(desk: Desk):
    """2.1 the entry, 2.2 the list that it leads to, 3.1 how it is made, 3.3 and 3.4 its bits."""
    issued = desk.issued(credential(id=ALICE))
    status = issued["credentialStatus"]
    assert status.keys() == {
        "id", "type", "statusPurpose", "statusListIndex", "statusListCredential"
    }  # fmt: skip
    assert status["statusListIndex"] == str(int(status["statusListIndex"]))
    assert status["id"] != status["statusListCredential"]
    listed = list_at(desk, status["statusListCredential"])
    assert listed["@context"][0] == V2
    assert listed["id"] == status["statusListCredential"]
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert listed["credentialSubject"].keys() == {"id", "type", "statusPurpose", "encodedList"}
    assert listed["credentialSubject"]["type"] == "BitstringStatusList"
    assert listed["credentialSubject"]["statusPurpose"] == status["statusPurpose"]
    assert bits_of(listed) == bytes(16 * 1024)
    assert listed["proof"]["type"] == issued["proof"]["type"] == "DataIntegrityProof"
    assert desk.verify(listed) == desk.verify(issued) == GOOD


def test_a_mark_is_the_bit_of_the_entry_counted_from_the_left(desk: Desk):
    """3.3 Bitstring Generation: index 0 is the leftmost bit."""
    name = "urn:uuid:0f7c1b62-6f0e-4a1b-8c6e-0c1d2e3f4a5b"
    issued = desk.issued(credential(id=name))
    change = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    code, _ = desk.post("/credentials/status", credentialId=name, credentialStatus=change)
    assert code == 200
    index = int(issued["credentialStatus"]["statusListIndex"])
    bits = bits_of(list_at(desk, issued["credentialStatus"]["statusListCredential"]))
    assert [n for n in range(len(bits) * 8) if bits[n >> 3] & 0x80 >> (n & 7)] == [index]
    code, found = desk.post("/credentials/verify", verifiableCredential=issued)
    assert (code, found["title"]) == (400, "The credential is revoked.")


def test_a_list_of_another_time_is_not_made_up(desk: Desk):
    """3.2: a list asked for by timestamp is the one of that time, or STATUS_RETRIEVAL_ERROR."""
    issued = desk.issued(credential(id=ALICE))
    path = issued["credentialStatus"]["statusListCredential"].removeprefix(ORIGIN)
    found = desk.api.answer("GET", f"{path}?timestamp=2026-01-01T00%3A00%3A00Z")
    assert found.status == 400
    assert found.body["type"] == (
        "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR"
    )
    assert desk.api.answer("GET", f"{path}?other=1").status == 200
