"""What a stranger is told about a badge."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bitterroot.openbadges import award, bake, base58, canonical, did, issue, keys, proofs, verify
from bitterroot.openbadges.errors import FetchError, ProofError
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import CREATED, DID, LIST, NOW, ORIGIN, House, make_award

NAMES = ["readable", "structure", "contexts", "issuer key", "proof", "dates", "status"]


def test_a_genuine_badge_is_valid_with_every_check(house: House, badge: bytes):
    found = house.verify(badge)
    assert found.verdict == "valid"
    assert [check.name for check in found.checks] == NAMES
    assert all(check.ok for check in found.checks)
    assert (found.issuer_id, found.issuer_name) == (DID, "Bitterroot University")
    assert (found.name, found.recipient) == ("GIS for Community Planning", "José Núñez")
    assert found.valid_from == datetime(2026, 11, 18, 16, tzinfo=UTC)


def test_text_pretty_printed_and_with_byte_order_mark_is_the_same_badge(house: House, badge: bytes):
    assert (
        house.verify(b"\xef\xbb\xbf" + json.dumps(json.loads(badge), indent=2).encode()).verdict
        == "valid"
    )
    assert house.verify(badge.decode()).verdict == "valid"


def test_revoked_and_suspended(house: House):
    suspend = f"{ORIGIN}/status/2"
    house.publish_list([7, 8], "suspension", suspend)
    both = [award.StatusEntry("revocation", LIST, 7), award.StatusEntry("suspension", suspend, 7)]
    one = [award.StatusEntry("revocation", LIST, 8), award.StatusEntry("suspension", suspend, 8)]
    press = house.press()
    assert house.verify(press.issue(make_award(7), created=CREATED)).verdict == "revoked"
    assert (
        house.verify(press.issue(make_award(7, status=both), created=CREATED)).verdict == "revoked"
    )
    assert (
        house.verify(press.issue(make_award(8, status=one), created=CREATED)).verdict == "suspended"
    )


def test_expired_and_not_yet_valid(house: House):
    press = house.press()
    ended = press.issue(make_award(valid_until="2026-11-18T23:00:00Z"), created=CREATED)
    assert house.verify(ended).verdict == "expired"
    early = press.issue(make_award(), created=CREATED)
    assert house.verify(early, now=NOW - timedelta(days=9)).verdict == "not-yet-valid"
    assert (
        house.verify(press.issue(make_award(7, valid_until=CREATED), created=CREATED)).verdict
        == "revoked"
    )


def test_without_the_key_or_the_list_nothing_is_promised(house: House, badge: bytes):
    offline = verify.verify(badge, resolver=HouseResolver(), now=NOW)
    assert offline.verdict == "unknown"
    key = offline.check("issuer key")
    assert key is not None
    assert key.ok is None
    assert "offline" in key.detail
    del house.documents[LIST]
    assert house.verify(badge).verdict == "unknown"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["credentialSubject"].update(statusPurpose="suspension"),
        lambda d: d.update(issuer="did:web:other.example"),
        lambda d: d.update(validUntil="2026-11-02T00:00:00Z"),
        lambda d: d["credentialSubject"].update(encodedList="uH4sIAAAAAAAAA2NgAAD_EqkYAgAAAA"),
    ],
)
def test_a_list_that_is_not_right_is_a_doubt(house: House, badge: bytes, spoil: Any):
    listed = json.loads(house.documents[LIST])
    spoil(listed)
    house.documents[LIST] = house.sign(listed)
    assert house.verify(badge).verdict == "unknown"


def test_an_unsigned_list_is_a_doubt(house: House, badge: bytes):
    listed = json.loads(house.documents[LIST])
    del listed["proof"]
    house.documents[LIST] = json.dumps(listed).encode()
    assert house.verify(badge).verdict == "unknown"


def test_every_changed_byte_is_noticed(house: House, badge: bytes):
    chance = random.Random(7)
    memory = TemplateMemory()
    assert house.verify(badge, memory=memory).verdict == "valid"
    for _ in range(1500):
        place, value = chance.randrange(len(badge)), chance.randrange(256)
        changed = badge[:place] + bytes([value]) + badge[place + 1 :]
        if changed != badge:
            assert house.verify(changed, memory=memory).verdict != "valid", changed


def test_every_changed_member_is_noticed_by_the_full_path(house: House, badge: bytes):
    document = json.loads(badge)

    def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        items = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else []
        )
        return [path] * (not isinstance(value, dict | list)) + [
            found for key, item in items for found in places(item, (*path, key))
        ]

    for path in places(document):
        changed = json.loads(badge)
        place = changed
        for step in path[:-1]:
            place = place[step]
        old = place[path[-1]]
        place[path[-1]] = (
            old + "x" if isinstance(old, str) else (not old if isinstance(old, bool) else old + 1)
        )
        assert house.verify(json.dumps(changed)).verdict != "valid", path


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(invented="x"),
        lambda d: d.update(description=None),
        lambda d: d["credentialSubject"].update(role="Dean"),
        lambda d: d.pop("proof"),
        lambda d: d.update(proof=[]),
        lambda d: d["proof"][0].update(proofPurpose="authentication"),
        lambda d: d["proof"][0].update(expires="2026-11-18T17:00:00Z"),
        lambda d: d["proof"][0].update({"@context": ["https://w3id.org/openbadges/v2"]}),
        lambda d: d.update(proof=d["proof"] * (proofs.MAX_PROOFS + 1)),
        lambda d: d["proof"][0].update(proofValue="z" + base58.encode(bytes(64))),
        lambda d: d["proof"].append(
            {**d["proof"][0], "proofValue": "z" + base58.encode(bytes(64))}
        ),
    ],
)
def test_additions_and_spoiled_proofs_are_invalid(house: House, badge: bytes, spoil: Any):
    document = json.loads(badge)
    spoil(document)
    assert house.verify(json.dumps(document)).verdict == "invalid"


def test_what_was_signed_to_sign_in_is_no_badge(house: House):
    """The key signed it, whole, and is listed: but to say who it is, not to assert anything."""
    document = house.press().compose(make_award())
    for purpose, verdict in (("assertionMethod", "valid"), ("authentication", "invalid")):
        signed = house.signer.sign(document, CREATED, purpose=purpose)
        assert house.verify(json.dumps(signed)).verdict == verdict


def test_a_signature_has_a_time_of_its_own(house: House):
    document = house.press().compose(make_award())
    for until, verdict in (("2026-12-01T00:00:00Z", "valid"), ("2026-11-18T17:00:00Z", "invalid")):
        signed = house.signer.sign(document, CREATED, more={"expires": until})
        assert house.verify(json.dumps(signed)).verdict == verdict


def test_the_signature_of_jcs_holds_for_its_own_vocabularies_alone(house: House):
    document = house.press().compose(make_award())
    signed = house.signer.sign(document, CREATED, suite=proofs.JCS)
    assert house.verify(json.dumps(signed)).verdict == "valid"
    (proof,) = signed["proof"]
    proofs.check(signed, proof, house.key.public)
    for other in (document["@context"][:1], document["@context"][::-1], ["urn:x"]):
        with pytest.raises(ProofError, match="another vocabulary"):
            proofs.check({**signed, "@context": other}, proof, house.key.public)


def test_a_member_spelled_otherwise_cannot_hide_expiry_or_revocation(house: House):
    """The statements and the signature stay the same; only readers of the JSON are misled."""
    signed = house.press().issue(make_award(7, valid_until="2026-11-18T20:00:00Z"), created=CREATED)
    assert house.verify(signed).verdict == "revoked"
    vocabulary = "https://www.w3.org/2018/credentials#"
    by_address, by_alias = json.loads(signed), json.loads(signed)
    date = by_address.pop("validUntil")
    xsd = "http://www.w3.org/2001/XMLSchema#dateTime"
    by_address[f"{vocabulary}validUntil"] = {"@type": xsd, "@value": date}
    by_address[f"{vocabulary}credentialStatus"] = by_address.pop("credentialStatus")
    by_alias["@context"].append({"x": {"@id": f"{vocabulary}validUntil", "@type": xsd}})
    by_alias["x"] = by_alias.pop("validUntil")
    same = canonical.canonical_hash(proofs.unsigned(json.loads(signed)))
    for spelled, verdict in ((by_address, "invalid"), (by_alias, "unknown")):
        assert canonical.canonical_hash(proofs.unsigned(spelled)) == same
        found = house.verify(json.dumps(spelled))
        assert found.verdict == verdict


def test_a_member_said_twice_is_refused(house: House, badge: bytes):
    twice = badge.replace(b'{"@context"', b'{"name":"Doctor of Everything","@context"', 1)
    found = house.verify(twice)
    assert found.verdict == "invalid"
    assert "twice" in found.checks[0].detail


def test_a_certificate_says_where_its_badge_is(house: House):
    found = house.verify(b"%PDF-1.7 certificate")
    assert (found.verdict, "the address that is printed" in found.checks[0].detail) == (
        "invalid",
        True,
    )


@pytest.mark.parametrize("depth", [200, 300, 1_000, 100_000])
def test_a_bottomless_document_is_no_badge(house: House, depth: int):
    for text in ('{"a":' * depth + "1" + "}" * depth, '{"a":' + "[" * depth + "]" * depth + "}"):
        assert house.verify(text).verdict == "invalid"


def test_a_key_in_a_fragment_is_worth_nothing(house: House):
    thief = keys.SigningKey.generate()
    document = house.press().compose(make_award())
    forged = proofs.sign(document, thief, f"{DID}#{thief.public.multibase}", CREATED)
    assert house.verify(issue.to_bytes(forged)).verdict == "invalid"
    foreign = proofs.sign(document, thief, f"{thief.public.did}#{thief.public.multibase}", CREATED)
    assert house.verify(issue.to_bytes(foreign)).verdict == "invalid"


def test_an_old_key_verifies_while_it_is_listed(house: House, badge: bytes):
    new = keys.SigningKey.generate()
    address = f"{ORIGIN}/.well-known/did.json"
    rotated = did.web_document(DID, [("key-2", new.public), ("key-1", house.key.public)])
    house.documents[address] = issue.to_bytes(rotated)
    assert house.verify(badge).verdict == "valid"
    house.documents[address] = issue.to_bytes(did.web_document(DID, [("key-2", new.public)]))
    assert house.verify(badge).verdict == "invalid"


def test_a_key_not_for_assertions_or_of_another_controller_is_refused(house: House, badge: bytes):
    address = f"{ORIGIN}/.well-known/did.json"
    document = json.loads(house.documents[address])
    house.documents[address] = json.dumps({**document, "assertionMethod": []}).encode()
    assert house.verify(badge).verdict == "invalid"
    document["verificationMethod"][0]["controller"] = "did:web:other.example"
    house.documents[address] = json.dumps(document).encode()
    assert house.verify(badge).verdict == "invalid"


def test_a_did_key_issuer_needs_nobody(house: House):
    key = keys.SigningKey.generate()
    issuer = {**house.issuer, "id": key.public.did}
    signer = issue.Signer(key, f"{key.public.did}#{key.public.multibase}")
    signed = house.press(issuer=issuer, signer=signer).issue(make_award(status=[]), created=CREATED)
    assert verify.verify(signed, resolver=HouseResolver(), now=NOW).verdict == "valid"


def test_pictures_hold_badges(house: House, badge: bytes, png: bytes, svg: bytes):
    assert house.verify(bake.bake_png(png, badge)).verdict == "valid"
    assert house.verify(bake.bake_svg(svg, badge)).verdict == "valid"
    assert house.verify(png).checks[0].detail == "There is no badge in this picture."


def test_other_documents_are_named(house: House):
    ob2 = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://a.example/1",
    }
    found = house.verify(json.dumps(ob2))
    assert found.verdict == "invalid"
    assert found.checks[-1].detail.endswith("Open Badges 2.0 asks: it names no recipient.")
    for junk in (
        b"",
        b"hello",
        b"[1]",
        b"{",
        b"{}",
        b'{"a":' * 3000,
        b"\x89PNG\r\n\x1a\n",
        b"<svg/>",
        b"\xff\xfe",
    ):
        assert house.verify(junk).verdict == "invalid"


def test_memory_changes_no_verdict(house: House):
    memory = TemplateMemory()
    press = house.press()
    for n in range(5, 10):
        signed = press.issue(make_award(n), created=CREATED)
        assert house.verify(signed, memory=memory).verdict == house.verify(signed).verdict
    one = orjson.loads(press.issue(make_award(20), created=CREATED))
    one["credentialSubject"]["term"] = "Fall 2020"
    assert house.verify(orjson.dumps(one), memory=memory).verdict == "invalid"


def test_a_list_seen_before_counts_no_longer_than_its_key(house: House):
    memory, key = TemplateMemory(), keys.SigningKey(b"the key of lists, not a secret..")
    address, signed = (
        f"{ORIGIN}/.well-known/did.json",
        house.press().issue(make_award(), created=CREATED),
    )
    listed = proofs.unsigned(json.loads(house.documents[LIST]))
    house.documents[LIST] = issue.to_bytes(issue.Signer(key, f"{DID}#key-2").sign(listed, CREATED))
    alone = house.documents[address]
    both = [("key-2", key.public), ("key-1", house.key.public)]
    house.documents[address] = issue.to_bytes(did.web_document(DID, both))
    for _ in range(2):
        assert house.verify(signed, memory=memory).verdict == "valid"
    house.documents[address] = alone  # the list's key was withdrawn
    assert house.verify(signed, memory=memory).verdict == "unknown"
    house.documents[address] = issue.to_bytes(did.web_document(DID, both))
    house.publish_list([make_award().status[0].list_index])
    assert house.verify(signed, memory=memory).verdict == "revoked"


def test_a_newer_version_is_followed_once(house: House):
    address = f"{ORIGIN}/credentials/award000003"
    document = house.press().compose(make_award())
    document["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    document["refreshService"] = {"id": address, "type": "1EdTechCredentialRefresh"}
    old = house.sign(document)
    house.documents[address] = old
    assert house.verify(old).verdict == "valid"
    document["credentialSubject"]["identifier"][0]["identityHash"] = "José Núñez Vega"
    house.documents[address] = house.sign(document)
    found = house.verify(old)
    assert (found.verdict, found.recipient) == ("valid", "José Núñez Vega")
    house.documents[address] = b"gone"
    assert house.verify(old).recipient == "José Núñez"


def test_a_newer_version_counts_only_of_the_same_issuer_and_the_same_badge(house: House):
    address = f"{ORIGIN}/credentials/award000003/refresh"
    old = json.loads(house.press().issue(make_award(refresh_url=address), created=CREATED))
    other = keys.SigningKey(b"another key, of somebody else..!")
    bare = proofs.unsigned(json.loads(json.dumps(old)))
    bare["credentialSubject"]["term"] = "Spring 2031"
    theirs = issue.Signer(other, f"{other.public.did}#{other.public.multibase}")
    bare["issuer"] = {**bare["issuer"], "id": other.public.did}
    house.documents[address] = issue.to_bytes(theirs.sign(bare, CREATED))
    assert verify.verify(house.documents[address], resolver=house.resolver, now=NOW).check("proof")
    found = house.verify(json.dumps(old))
    assert (found.verdict, found.credential) == ("valid", old)
    assert "does not hold" in str(found.check("refresh"))
    house.documents[address] = house.press().issue(make_award(4), created=CREATED)
    house.publish_list([make_award().status[0].list_index])
    found = house.verify(json.dumps(old))
    assert (found.verdict, found.credential) == ("revoked", old)
    assert found.successor is not None
    assert found.successor.verdict == "valid"


def test_nothing_is_valid_that_nobody_signed():
    found = verify.Verification()
    found.add("readable", True, "The badge can be read.")
    assert found.conclude().verdict == "unknown"


def test_a_badge_has_a_size(house: House, badge: bytes):
    assert house.verify(badge + b" " * 5).verdict == "valid"
    for data, says in (
        (badge[:-1] + b',"x":"' + b"x" * verify.MAX_JSON + b'"}', "3 MB"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * verify.MAX_INPUT, "20 MB"),
    ):
        found = house.verify(data)
        assert found.verdict == "invalid"
        assert says in found.checks[0].detail


def test_the_resolver_asks_the_house_first():
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        raise FetchError("down")

    resolver = HouseResolver({"https://us.example/a": b"{}"}.get, fetch)
    assert resolver.get("https://us.example/a") == b"{}"
    with pytest.raises(FetchError):
        resolver.get("https://them.example/a")
    assert asked == ["https://them.example/a"]
