"""Presentations and envelopes before the VC-API."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from bitterroot.openbadges import multikey
from bitterroot.openbadges.issue import Signer

from .vc_server import (
    EXAMPLES,
    HOLDER,
    NOTARY,
    REFUSED,
    V2,
    Client,
    credential,
    did_of,
    kind_of,
    presentation,
    presented,
    served,
)

CREDENTIAL = "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with served() as client:
        yield client


def test_a_presentation_holds_with_all_that_is_in_it(server: Client):
    one, two = server.issue(credential()), server.issue(credential(id=CREDENTIAL))
    whole = presented(
        presentation(one, two, id="urn:uuid:3c2ed04f-5e79-4d0d-8a3a-3b0e8a3f6c11"),
        domain="office.example",
        challenge="u-1",
    )
    assert server.verify_presentation(whole)[0] == 200
    asked = {"domain": "office.example", "challenge": "u-1", "checks": ["proof"]}
    assert server.verify_presentation(whole, **asked)[0] == 200
    refused = server.verify_presentation(whole, domain="office.example", challenge="u-2")
    assert kind_of(refused) == (400, "INVALID_CHALLENGE_ERROR")
    spoiled = copy.deepcopy(whole)
    spoiled["verifiableCredential"][1]["credentialSubject"]["id"] = "did:example:other"
    assert server.verify_presentation(spoiled)[0] == 400
    spoiled = copy.deepcopy(whole)
    spoiled["proof"][0]["proofValue"] = "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"
    assert kind_of(server.verify_presentation(spoiled)) == REFUSED
    empty = presented(presentation(holder=None, verifiableCredential=None))
    assert server.verify_presentation(empty)[0] == 200


BAD_PRESENTATIONS: dict[str, dict[str, Any]] = {
    "no context": {"@context": None},
    "the base context second": {"@context": [EXAMPLES, V2]},
    "a context that is a number": {"@context": [V2, 123]},
    "a context that is no address": {"@context": [V2, "https ://no/v1"]},
    "no type": {"type": None},
    "another type": {"@context": [V2, EXAMPLES], "type": ["Other"]},
    "an id that is no address": {"id": "mine"},
    "two ids": {"id": ["urn:a:1", "urn:a:2"]},
    "a holder without id": {"holder": {"name": "Pat"}},
    "a holder that is no address": {"holder": "Pat"},
    "a holder that is nothing": {"holder": []},
    "a credential as address": {"verifiableCredential": ["https://example.org/credential"]},
    "a credential as number": {"verifiableCredential": 7},
    "a credential without type": {"verifiableCredential": [credential(type=None)]},
    "terms without type": {"termsOfUse": {"id": "urn:terms:1"}},
}


@pytest.mark.parametrize("case", BAD_PRESENTATIONS)
def test_a_presentation_has_rules_too(server: Client, case: str):
    whole = presented(presentation())
    for member, value in BAD_PRESENTATIONS[case].items():
        whole.pop(member, None) if value is None else whole.update({member: value})
    assert server.verify_presentation(whole)[0] == 400


def test_a_presentation_is_signed_by_its_holder(server: Client):
    assert kind_of(server.verify_presentation(presentation())) == REFUSED
    other = presented(presentation(holder=did_of(NOTARY)))
    assert kind_of(server.verify_presentation(other)) == REFUSED
    named = presented(presentation(holder={"id": did_of(HOLDER), "name": "Pat"}))
    assert server.verify_presentation(named)[0] == 200


def test_what_a_holder_says_of_herself_needs_no_other_signature(server: Client):
    own = credential(issuer=did_of(HOLDER))
    assert server.verify_presentation(presented(presentation(own)))[0] == 200
    for holder, issuer in (
        (None, did_of(HOLDER)),
        (did_of(HOLDER), "did:example:acme"),
        (did_of(NOTARY), did_of(HOLDER)),
    ):
        whole = presented(presentation(credential(issuer=issuer), holder=holder))
        assert kind_of(server.verify_presentation(whole)) == REFUSED


def token(payload: dict[str, Any], signer: Signer, kid: str | None = None) -> str:
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": kid or signer.verification_method}
    head, body = (multikey.to_base64url(json.dumps(part).encode()) for part in (header, payload))
    signature = signer.key.sign(f"{head}.{body}".encode())
    return f"{head}.{body}.{multikey.to_base64url(signature)}"


def test_envelopes_are_opened(server: Client):
    inner = credential(issuer=did_of(NOTARY))
    sealed = {
        "@context": [V2],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{token(inner, NOTARY)}",
    }
    assert server.verify(sealed)[0] == 200
    assert server.verify_presentation(presented(presentation(sealed)))[0] == 200
    forged = token({**inner, "issuer": did_of(HOLDER)}, NOTARY)
    for change in (
        {"@context": []},
        {"@context": EXAMPLES},
        {"id": sealed["id"].rpartition(",")[2]},
        {"id": "https://example.org/credential"},
        {"id": sealed["id"][:-8]},
        {"id": f"data:application/vc+jwt,{forged}"},
        {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
        {"type": "VerifiableCredential"},
        {"type": None},
    ):
        assert server.verify({**sealed, **change})[0] == 400
    whole = {**presentation(sealed), "holder": did_of(HOLDER)}
    letter = {
        "@context": [V2],
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{token({**whole, 'nonce': 'n-1'}, HOLDER)}",
    }
    assert server.verify_presentation(letter, challenge="n-1")[0] == 200
    refused = server.verify_presentation(letter, challenge="n-2")
    assert kind_of(refused) == (400, "INVALID_CHALLENGE_ERROR")
    stolen = {**letter, "id": f"data:application/vp+jwt,{token(whole, NOTARY)}"}
    assert server.verify_presentation(stolen)[0] == 400
