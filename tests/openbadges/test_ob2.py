"""Badges of the older standard, from a college that Bitterroot never met."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bitterroot.openbadges import award, bake, jwt, multikey, ob2, rsa, verify
from bitterroot.openbadges.contexts import OB2
from bitterroot.openbadges.errors import FetchError, GoneError
from bitterroot.openbadges.resolver import HouseResolver

SITE = "https://badges.oldcollege.example"
NOW = datetime(2026, 11, 19, tzinfo=UTC)
KEY = rsa.RsaSigningKey.generate(2048)


class College:
    """What stands on the college's site, and one assertion of Zoë Whitebear."""

    def __init__(self, kind: str = "HostedBadge") -> None:
        self.gone: set[str] = set()
        verification = {"type": kind}
        if kind == "SignedBadge":
            verification["creator"] = f"{SITE}/key"
        self.issuer: dict[str, Any] = {
            "@context": OB2, "type": "Issuer", "id": f"{SITE}/issuer", "name": "Old College",
            "url": SITE, "email": "badges@oldcollege.example",
        }  # fmt: skip
        self.badge: dict[str, Any] = {
            "@context": OB2, "type": "BadgeClass", "id": f"{SITE}/welding", "name": "Welding",
            "description": "Joins steel.", "criteria": {"narrative": "Weld."},
            "image": f"{SITE}/welding.png", "issuer": f"{SITE}/issuer",
        }  # fmt: skip
        self.assertion: dict[str, Any] = {
            "@context": OB2, "type": "Assertion", "id": f"{SITE}/assertions/7",
            "recipient": {
                "type": "email", "hashed": True, "salt": "deadsea",
                "identity": award.identity_hash("zoe@example.edu", "deadsea"),
            },
            "badge": f"{SITE}/welding", "verification": verification,
            "issuedOn": "2020-05-01T12:00:00+00:00",
        }  # fmt: skip
        self.others: dict[str, Any] = {}
        if kind == "SignedBadge":
            pem = KEY._key.public_key().public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
            )
            self.issuer |= {"publicKey": f"{SITE}/key", "revocationList": f"{SITE}/revoked"}
            self.others = {
                f"{SITE}/key": {
                    "@context": OB2, "type": "CryptographicKey", "id": f"{SITE}/key",
                    "owner": f"{SITE}/issuer", "publicKeyPem": pem.decode(),
                },
                f"{SITE}/revoked": {
                    "@context": OB2, "type": "RevocationList", "id": f"{SITE}/revoked",
                    "issuer": f"{SITE}/issuer", "revokedAssertions": [],
                },
            }  # fmt: skip

    def fetch(self, address: str) -> bytes:
        if address in self.gone:
            raise GoneError(f"{address} is gone.")
        stand = {d["id"]: d for d in (self.issuer, self.badge, self.assertion)} | self.others
        if address not in stand:
            raise FetchError(f"{address} answered with 404.")
        return json.dumps(stand[address]).encode()

    def pretend(self, address: str, document: dict[str, Any]) -> None:
        """Something else than what its id says stands at an address."""
        self.others[address] = document

    def token(self, key: rsa.RsaSigningKey = KEY, **header: Any) -> str:
        parts = [{"alg": "RS256", **header}, self.assertion]
        text = ".".join(multikey.to_base64url(json.dumps(part).encode()) for part in parts)
        return f"{text}.{multikey.to_base64url(key.sign(text.encode()))}"

    def verify(self, data: Any = None) -> verify.Verification:
        given = json.dumps(self.assertion) if data is None else data
        return verify.verify(given, resolver=HouseResolver(fetch=self.fetch), now=NOW)


def test_a_hosted_badge_is_followed_to_its_issuer(png: bytes):
    college = College()
    for data in (None, bake.bake_png(png, json.dumps(college.assertion).encode())):
        found = college.verify(data)
        assert found.verdict == "valid", found.checks
        assert (found.name, found.issuer_name) == ("Welding", "Old College")
        assert found.issuer_id == f"{SITE}/issuer"
    assert [check.name for check in found.checks] == [
        "readable", "structure", "hosted", "dates", "status",
    ]  # fmt: skip
    assert ob2.is_recipient(college.assertion, " Zoe@Example.edu")
    assert not ob2.is_recipient(college.assertion, "ana@example.edu")
    offline = verify.verify(json.dumps(college.assertion), resolver=HouseResolver(), now=NOW)
    assert offline.verdict == "unknown"


@pytest.mark.parametrize(
    ("spoil", "verdict"),
    [
        (lambda c: c.issuer.update(id=f"{SITE}/other"), "unknown"),
        (lambda c: c.badge.update(issuer="https://famous.example/issuer"), "unknown"),
        (
            lambda c: c.pretend(f"{SITE}/issuer", {**c.issuer, "id": "https://famous.example"}),
            "invalid",
        ),
        (lambda c: c.pretend(f"{SITE}/welding", {**c.badge, "id": f"{SITE}/other"}), "invalid"),
        (lambda c: c.badge.update(type="Assertion"), "invalid"),
        (lambda c: c.badge.update(name=""), "invalid"),
        (lambda c: c.assertion.update(recipient="zoe@example.edu"), "invalid"),
        (lambda c: c.assertion.update(badge=f"{SITE}/nothing"), "unknown"),
        (lambda c: c.assertion.update(badge={**c.badge, "name": "Doctor"}), "invalid"),
        (lambda c: c.assertion.update(expires="2021-05-01T12:00:00Z"), "expired"),
        (lambda c: c.assertion.update(issuedOn="yesterday"), "invalid"),
        (lambda c: c.assertion.update(verification={"type": "SignedBadge"}), "invalid"),
        (lambda c: c.gone.add(f"{SITE}/assertions/7"), "revoked"),
    ],
)
def test_hosted_badges_that_do_not_hold(spoil: Any, verdict: str):
    college = College()
    spoil(college)
    found = college.verify()
    assert found.verdict == verdict, found.checks


def test_only_what_the_issuers_site_shows_counts():
    college = College()
    forged = json.dumps({**college.assertion, "issuedOn": "2019-05-01T12:00:00+00:00"})
    assert college.verify(forged).verdict == "invalid"
    given = json.dumps(college.assertion)
    college.assertion = {
        "@context": OB2, "type": "Assertion", "id": f"{SITE}/assertions/7",
        "revoked": True, "revocationReason": "Granted by mistake",
    }  # fmt: skip
    found = college.verify(given)
    assert found.verdict == "revoked"
    assert "Granted by mistake" in str(found.check("status"))


@pytest.mark.parametrize(
    ("rule", "address", "verdict"),
    [
        ({}, "https://thief.example/a", "invalid"),
        ({"startsWith": f"{SITE}/"}, f"{SITE}/assertions/8", "valid"),
        ({"startsWith": "https://badges.oldcollege.ex"}, f"{SITE}/assertions/8", "invalid"),
        ({"startsWith": [f"{SITE}/people/"]}, f"{SITE}/people/../a", "invalid"),
        ({"allowedOrigins": ["badges.oldcollege.example", "x.example"]}, "https://x.example/a", "valid"),
        ({"allowedOrigins": "x.example"}, "https://x.example.thief.example/a", "invalid"),
    ],
)  # fmt: skip
def test_badges_stand_only_where_the_issuer_keeps_them(
    rule: dict[str, Any], address: str, verdict: str
):
    college = College()
    college.issuer["verification"] = {"type": "VerificationObject", **rule}
    college.assertion["id"] = address
    assert college.verify().verdict == verdict


def test_a_signed_badge_needs_the_issuers_listed_key(svg: bytes):
    college = College("SignedBadge")
    found = college.verify(college.token())
    assert found.verdict == "valid", found.checks
    assert college.verify(bake.bake_svg(svg, college.token().encode())).verdict == "valid"
    assert college.verify(college.token(rsa.RsaSigningKey.generate(2048))).verdict == "invalid"
    head, _, tail = college.token().split(".")
    other = json.dumps({**college.assertion, "evidence": "https://thief.example/"}).encode()
    assert college.verify(f"{head}.{multikey.to_base64url(other)}.{tail}").verdict == "invalid"
    assert college.verify(college.token(alg="none")).verdict == "invalid"
    assert college.verify(college.token(alg="HS256")).verdict == "unknown"
    assert college.verify(college.token(crit=["b64"])).verdict == "unknown"
    college.others[f"{SITE}/key"]["owner"] = "https://thief.example/"
    assert college.verify(college.token()).verdict == "invalid"
    college.issuer["publicKey"] = f"{SITE}/newer"
    assert college.verify(college.token()).verdict == "invalid"
    assert jwt.read(college.token()).algorithm == "RS256"


def test_a_signed_badge_is_revoked_by_the_issuers_own_list():
    for entry in (f"{SITE}/assertions/7", {"id": f"{SITE}/assertions/7", "revocationReason": "No"}):
        college = College("SignedBadge")
        listed = college.others[f"{SITE}/revoked"]
        listed["revokedAssertions"] = [{"uid": "else"}, entry]
        assert college.verify(college.token()).verdict == "revoked"
        listed["issuer"] = "https://thief.example/"
        assert college.verify(college.token()).verdict == "unknown"
        del college.others[f"{SITE}/revoked"]
        assert college.verify(college.token()).verdict == "unknown"


def test_recipients_in_every_spelling():
    plain = {"recipient": {"type": "email", "hashed": False, "identity": "Zoe@example.edu"}}
    assert ob2.is_recipient(plain, "zoe@example.edu")
    for junk in ({}, {"recipient": []}, {"recipient": {"hashed": True, "identity": "crc32$00"}}):
        assert not ob2.is_recipient(junk, "zoe@example.edu")
    empty = {"recipient": {"hashed": True, "identity": "sha256$é"}}
    assert not ob2.is_recipient(empty, "zoe@example.edu")
