"""Badges as signed tokens."""

import base64
import json
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwk, jws

from bitterroot.openbadges import verify
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
