"""Badges as signed tokens."""

import base64
import json
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwk, jws

from bitterroot.openbadges import jwt, multikey, proofs, rsa, verify
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import DocumentError, InputError, OpenBadgeError
from bitterroot.openbadges.keys import SigningKey
from bitterroot.openbadges.resolver import HouseResolver

from .conftest import DID, NOW, ORIGIN, House, make_award


def token_key(kind: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind == "RS256":
            return jwk.RSAKey.generate_key(2048)
        return (
            jwk.ECKey.generate_key("P-256")
            if kind == "ES256"
            else jwk.OKPKey.generate_key("Ed25519")
        )


def claims(house: House, **changes: Any) -> dict[str, Any]:
    document = house.press().compose(make_award(subject_id="urn:uuid:9b2d"))
    moment = int(datetime(2026, 11, 18, 16, tzinfo=UTC).timestamp())
    registered = {"iss": DID, "jti": document["id"], "sub": "urn:uuid:9b2d", "nbf": moment}
    return {**document, **registered, **changes}


def signed(key: Any, payload: dict[str, Any], algorithm: str, **header: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        return jws.serialize_compact(
            {"alg": algorithm, "typ": "JWT", **header},
            json.dumps(payload).encode(),
            key,
            [algorithm],
            registry,
        )


def list_key(house: House, key: Any, name: str = "jwt-1") -> str:
    address = f"{ORIGIN}/.well-known/did.json"
    document = json.loads(house.documents[address])
    method = f"{DID}#{name}"
    document["verificationMethod"].append(
        {
            "id": method,
            "type": "JsonWebKey",
            "controller": DID,
            "publicKeyJwk": key.as_dict(private=False),
        }
    )
    document["assertionMethod"].append(method)
    house.documents[address] = json.dumps(document).encode()
    return method


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_tokens_under_the_issuers_listed_key_are_valid(house: House, algorithm: str):
    key = token_key(algorithm)
    method = list_key(house, key)
    found = house.verify(signed(key, claims(house), algorithm, kid=method))
    assert found.verdict == "valid"
    proof = found.check("proof")
    assert proof is not None
    assert ("EdDSA" in proof.detail) is (algorithm == "EdDSA")
    assert found.recipient == "José Núñez"


def test_the_claims_dates_count(house: House):
    key = token_key("ES256")
    method = list_key(house, key)
    payload = claims(house, exp=int(NOW.timestamp()) - 60)
    assert house.verify(signed(key, payload, "ES256", kid=method)).verdict == "expired"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "did:web:other.example"},
        {"jti": f"{ORIGIN}/credentials/other"},
        {"sub": "urn:uuid:0"},
        {"exp": "soon"},
    ],
)
def test_claims_that_contradict_the_badge_are_invalid(house: House, change: dict[str, Any]):
    key = token_key("ES256")
    method = list_key(house, key)
    assert (
        house.verify(signed(key, claims(house, **change), "ES256", kid=method)).verdict == "invalid"
    )


def test_a_key_that_the_token_brings_along_proves_nothing(house: House):
    key = token_key("ES256")
    found = house.verify(signed(key, claims(house), "ES256", jwk=key.as_dict(private=False)))
    assert found.verdict == "unknown"


def test_another_key_no_algorithm_and_confused_algorithms_are_invalid(house: House):
    key = token_key("ES256")
    method = list_key(house, key)
    good = signed(key, claims(house), "ES256", kid=method)
    assert (
        house.verify(signed(token_key("ES256"), claims(house), "ES256", kid=method)).verdict
        == "invalid"
    )
    assert (
        house.verify(signed(token_key("RS256"), claims(house), "RS256", kid=method)).verdict
        == "invalid"
    )
    head, body, _ = good.split(".")
    none = (
        base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": method}).encode())
        .rstrip(b"=")
        .decode()
    )
    assert house.verify(f"{none}.{body}.{'A' * 8}").verdict == "invalid"
    changed = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed["name"] = "Doctor of Everything"
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    assert house.verify(f"{head}.{forged}.{good.split('.')[2]}").verdict == "invalid"


@pytest.mark.parametrize("fragment", [True, False])
def test_a_thief_signs_in_the_issuers_name_under_an_identity_of_his_own(
    house: House, fragment: bool
):
    key = EcSigningKey.generate()
    kid = f"{key.public.did}#{key.public.multibase}" if fragment else key.public.did
    own = house.press().compose(make_award(subject_id="urn:uuid:9b2d"))
    own = {**own, "issuer": {**own["issuer"], "id": key.public.did}}
    own.pop("credentialStatus")  # the house's lists are not his
    assert house.verify(jwt.sign(own, key, kid)).verdict == "valid"  # in his own name he may
    found = house.verify(
        jwt.sign(house.press().compose(make_award(subject_id="urn:a:b")), key, kid)
    )
    assert (found.issuer_id, found.verdict) == (DID, "invalid")
    assert "another identity" in str(found.check("proof"))


@pytest.mark.parametrize("limit", [{"use": "enc"}, {"alg": "ES384"}])
def test_a_key_that_is_listed_for_something_else_signs_no_token(
    house: House, limit: dict[str, str]
):
    key = token_key("ES256")
    method = list_key(house, key)
    address = f"{ORIGIN}/.well-known/did.json"
    document = json.loads(house.documents[address])
    token = signed(key, claims(house), "ES256", kid=method)
    assert house.verify(token).verdict == "valid"
    document["verificationMethod"][-1]["publicKeyJwk"] |= limit
    house.documents[address] = json.dumps(document).encode()
    assert house.verify(token).verdict == "invalid"


def test_a_key_set_on_the_issuers_host_counts_and_elsewhere_does_not(house: House):
    key = token_key("RS256")
    public = key.as_dict(private=False, kid="k1")
    for host, verdict in ((ORIGIN, "valid"), ("https://thief.example", "unknown")):
        address = f"{host}/jwks.json"
        house.documents[address] = json.dumps({"keys": [public]}).encode()
        token = signed(key, claims(house), "RS256", kid=f"{address}#k1")
        assert house.verify(token).verdict == verdict
    offline = verify.verify(token, resolver=HouseResolver(), now=NOW)
    assert offline.verdict == "unknown"


def own_key(algorithm: str) -> Any:
    return EcSigningKey.generate() if algorithm == "ES256" else rsa.RsaSigningKey.generate(2048)


def listed(house: House, key: Any) -> str:
    public = key.jwk() if key.kind == "RSA" else multikey.to_jwk(key.public)
    return list_key(house, jwk.import_key(dict(public)))


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_tokens_that_we_sign_verify_here_and_in_another_library(house: House, algorithm: str):
    key = own_key(algorithm)
    method = listed(house, key)
    badge = house.press().compose(
        make_award(subject_id="urn:uuid:9b2d", valid_until="2027-01-01T00:00:00Z")
    )
    token = jwt.sign(badge, key, method)
    assert house.verify(token).verdict == "valid"
    public = key.jwk() if key.kind == "RSA" else multikey.to_jwk(key.public)
    read = jws.deserialize_compact(token, jwk.import_key(dict(public)), [algorithm])
    assert read.headers() == {"alg": algorithm, "typ": "JWT", "kid": method}
    payload = json.loads(read.payload)
    assert (payload["iss"], payload["jti"], payload["sub"]) == (DID, badge["id"], "urn:uuid:9b2d")
    assert payload["nbf"] == int(datetime(2026, 11, 18, 16, tzinfo=UTC).timestamp())
    assert payload["exp"] == int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    assert house.verify(token).credential == badge


def test_what_no_token_can_say_is_refused_at_signing(house: House):
    key = EcSigningKey.generate()
    nameless = house.press().compose(make_award())
    with pytest.raises(InputError, match="subject id"):
        jwt.sign(nameless, key, f"{DID}#k")
    named = house.press().compose(make_award(subject_id="urn:uuid:9b2d"))
    for other in (EcSigningKey.generate("P-384"), SigningKey.generate()):
        with pytest.raises(InputError, match="kind"):
            jwt.sign(named, other, f"{DID}#k")  # type: ignore[arg-type]
    with pytest.raises(OpenBadgeError):
        rsa.RsaSigningKey.generate(1024)


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ({"crit": ["exp"]}, "unknown"),
        ({"b64": False}, "unknown"),
        ({"typ": "dpop+jwt"}, "invalid"),
        ({"typ": "vc+jwt"}, "valid"),
        ({"alg": "HS256"}, "unknown"),
    ],
)
def test_headers_that_ask_for_something_else(house: House, header: dict[str, Any], verdict: str):
    key = own_key("ES256")
    method = listed(house, key)
    parts = [{"alg": "ES256", "kid": method, **header}, claims(house)]
    text = ".".join(multikey.to_base64url(json.dumps(part).encode()) for part in parts)
    token = f"{text}.{multikey.to_base64url(key.sign(text.encode()))}"
    assert house.verify(token).verdict == verdict


@pytest.mark.parametrize("change", [{"nbf": 1}, {"exp": 4_000_000_000}, {"nbf": True}])
def test_dates_said_twice_must_agree(house: House, change: dict[str, Any]):
    key = own_key("ES256")
    method = listed(house, key)
    payload = {**claims(house), "validUntil": "2027-01-01T00:00:00Z", **change}
    text = ".".join(
        multikey.to_base64url(json.dumps(part).encode())
        for part in ({"alg": "ES256", "kid": method}, payload)
    )
    token = f"{text}.{multikey.to_base64url(key.sign(text.encode()))}"
    assert house.verify(token).verdict == "invalid"


def test_issuers_that_carry_their_key_in_their_name(house: House):
    key = EcSigningKey.generate()
    public = multikey.to_jwk(key.public)
    names = {
        key.public.did: f"{key.public.did}#{key.public.multibase}",
        f"did:jwk:{multikey.to_base64url(json.dumps(public).encode())}": "#0",
    }
    for issuer, kid in names.items():
        badge = house.press(issuer={**house.issuer, "id": issuer}).compose(
            make_award(subject_id="urn:uuid:9b2d", status=[])
        )
        for name in (kid, issuer):
            token = jwt.sign(badge, key, name)
            assert verify.verify(token, resolver=HouseResolver(), now=NOW).verdict == "valid"
        thief = jwt.sign(badge, EcSigningKey.generate(), kid)
        assert verify.verify(thief, resolver=HouseResolver(), now=NOW).verdict == "invalid"


def test_a_key_brought_along_counts_only_if_the_issuer_lists_it(house: House):
    key, thief = token_key("ES256"), token_key("ES256")
    list_key(house, key)
    for signer, verdict in ((key, "valid"), (thief, "unknown")):
        token = signed(signer, claims(house), "ES256", jwk=signer.as_dict(private=False))
        assert house.verify(token).verdict == verdict


def test_a_student_of_the_host_cannot_speak_for_it(house: House):
    key = token_key("RS256")
    for path, verdict in (
        ("/~student/jwks.json", "unknown"),
        ("/~student", "unknown"),
        ("/sign-in?next=https://thief.example/jwks.json", "unknown"),
        ("/files/../jwks.json", "unknown"),
        ("/.well-known/jwks.json", "valid"),
    ):
        address = f"{ORIGIN}{path}"
        public = key.as_dict(private=False, kid="k1")
        house.documents[address] = json.dumps({"keys": [public]}).encode()
        token = signed(key, claims(house), "RS256", kid=f"{address}#k1")
        assert (path, house.verify(token).verdict) == (path, verdict)


def test_a_token_is_written_in_one_way_only(house: House):
    key = own_key("ES256")
    token = jwt.sign(
        house.press().compose(make_award(subject_id="urn:uuid:9b2d")), key, listed(house, key)
    )
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[letters.index(token[-1]) ^ 1]  # bits that a lenient reader drops
    assert house.verify(token[:-1] + other).verdict == "invalid"
    assert house.verify(token + "=").verdict == "invalid"
    head, body, tail = token.split(".")
    twice = multikey.from_base64url(head).replace(b"{", b'{"alg":"none",', 1)
    with pytest.raises(DocumentError, match="twice"):
        jwt.read(f"{multikey.to_base64url(twice)}.{body}.{tail}")


@pytest.mark.parametrize("number", [1, proofs.MAX_PROOFS + 1])
def test_what_a_token_says_of_proofs_within_neither_counts_nor_breaks_anything(
    house: House, number: int
):
    key = token_key("ES256")
    within = {
        "type": "DataIntegrityProof",
        "cryptosuite": proofs.SELECTIVE,
        "created": "2026-11-18T16:00:00Z",
        "verificationMethod": "did:web:other.example#key-1",
        "proofPurpose": "assertionMethod",
        "proofValue": "u2V0B",
    }
    payload = claims(house, proof=[within] * number)
    del payload["credentialStatus"]
    found = house.verify(signed(key, payload, "ES256", kid=list_key(house, key)))
    assert found.verdict == "valid"  # the token proves the whole, not a part
