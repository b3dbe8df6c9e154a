"""The VC-API over loopback: proofs in sets and chains, and a status that is changed."""

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bitterroot.openbadges import status
from bitterroot.openbadges.contexts import DATA_INTEGRITY_V2

from .independent import MULTIKEY, NODE, need_node, shipped_contexts
from .vc_server import (
    CREATED,
    HOLDER,
    NOTARY,
    REFUSED,
    V1,
    V2,
    Client,
    credential,
    did_of,
    kind_of,
    served,
)

CREDENTIAL = "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with served() as client:
        yield client


def test_the_front_page_names_the_issuer_and_what_it_can_do(server: Client):
    status_code, found, kind = server.ask("GET", "/")
    assert (status_code, kind) == (200, "application/json")
    assert found["issuer"].startswith("did:key:z6Mk")
    assert found["verificationMethod"].startswith(f"{found['issuer']}#")
    assert found["cryptosuite"] == "eddsa-rdfc-2022"
    assert "POST /credentials/issue" in found["endpoints"]


# What becomes of a good credential, and why it is refused then.
SPOILED: dict[str, Any] = {
    "no proof": lambda vc: vc.pop("proof"),
    "a proof of nothing": lambda vc: vc.update(proof=None),
    "a proof as text": lambda vc: vc.update(proof="z3abc"),
    "no type": lambda vc: vc["proof"].pop("type"),
    "another type": lambda vc: vc["proof"].update(type="UnknownProofType"),
    "no suite": lambda vc: vc["proof"].pop("cryptosuite"),
    "another suite": lambda vc: vc["proof"].update(cryptosuite="UnknownCryptosuite"),
    "the sister suite": lambda vc: vc["proof"].update(cryptosuite="eddsa-jcs-2022"),
    "no method": lambda vc: vc["proof"].pop("verificationMethod"),
    "a method that is none": lambda vc: vc["proof"].update(verificationMethod="did:key:invalidVm"),
    "another's method": lambda vc: vc["proof"].update(
        verificationMethod=HOLDER.verification_method
    ),
    "no purpose": lambda vc: vc["proof"].pop("proofPurpose"),
    "another purpose": lambda vc: vc["proof"].update(proofPurpose="authentication"),
    "a purpose that is none": lambda vc: vc["proof"].update(proofPurpose={"a": 1}),
    "no value": lambda vc: vc["proof"].pop("proofValue"),
    "a value that is nothing": lambda vc: vc["proof"].update(proofValue=None),
    "a value without its letter": lambda vc: vc["proof"].update(
        proofValue=vc["proof"]["proofValue"][1:]
    ),
    "a value of 96 bytes": lambda vc: vc["proof"].update(proofValue="z" + "3" * 131),
    "a changed date": lambda vc: vc["proof"].update(created="2020-01-01T00:00:00Z"),
    "a date that is none": lambda vc: vc["proof"].update(created="invalidDate"),
    "a date without zone": lambda vc: vc["proof"].update(created="2020-01-01T00:00:00"),
    "an end that is none": lambda vc: vc["proof"].update(expires="invalidDate"),
    "a changed subject": lambda vc: vc["credentialSubject"].update(name="Somebody else"),
    "a changed issuer": lambda vc: vc.update(issuer=did_of(HOLDER)),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_proof_is_refused(server: Client, case: str):
    issued = server.issue(credential(credentialSubject={"name": "Ana Rivera"}))
    assert server.verify(issued)[0] == 200
    SPOILED[case](issued)
    assert kind_of(server.verify(issued)) == REFUSED


def test_what_is_added_after_signing_is_found(server: Client):
    issued = server.issue(credential())
    for change in (
        {"invented": "x"},
        {"type": ["VerifiableCredential", "Invented"]},
        {"credentialSubject": {"id": "did:example:subject", "invented": "x"}},
    ):
        assert kind_of(server.verify({**issued, **change})) == (400, "DATA_LOSS_DETECTION_ERROR")
    spoiled = copy.deepcopy(issued)
    spoiled["proof"]["invented"] = "x"
    assert kind_of(server.verify(spoiled)) == (400, "MALFORMED_VALUE_ERROR")


def test_an_end_cannot_be_hidden_under_another_word(server: Client):
    """Pat's credential is over; she spells its end so that no reader finds it."""
    over = server.issue(credential(validUntil="2021-01-01T00:00:00Z"))
    assert kind_of(server.verify(over)) == (400, "RANGE_ERROR")
    end = over.pop("validUntil")
    address = "https://www.w3.org/2018/credentials#validUntil"
    timed = "http://www.w3.org/2001/XMLSchema#dateTime"
    for hidden in (
        {address: {"@value": end, "@type": timed}},
        {"@context": [V2, {"end": {"@id": address, "@type": timed}}], "end": end},
    ):
        assert kind_of(server.verify({**over, **hidden})) == (400, "DATA_LOSS_DETECTION_ERROR")


def test_options_say_what_the_proof_must_be_for(server: Client):
    issued = server.issue(
        credential(), domain="university.example", challenge="c-1", created=CREATED
    )
    assert issued["proof"]["domain"] == "university.example"
    assert issued["proof"]["created"] == CREATED
    assert server.verify(issued)[0] == 200
    assert server.verify(issued, domain="university.example", challenge="c-1")[0] == 200
    assert kind_of(server.verify(issued, domain="bank.example")) == (400, "INVALID_DOMAIN_ERROR")
    assert kind_of(server.verify(issued, challenge="c-2")) == (400, "INVALID_CHALLENGE_ERROR")
    assert kind_of(server.verify(issued, expectedProofPurpose="authentication")) == REFUSED
    assert server.verify(issued, expectedProofPurpose="assertionMethod")[0] == 200
    assert server.verify(server.issue(credential(), expires="2120-01-01T00:00:00Z"))[0] == 200
    old = server.issue(credential(), expires="2020-01-01T00:00:00Z")
    assert kind_of(server.verify(old)) == REFUSED


@pytest.mark.parametrize(
    "options",
    [
        {"created": "invalidDate"},
        {"created": "2020-01-01T00:00:00"},
        {"expires": 5},
        {"proofPurpose": "authentication"},
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"type": "UnknownProofType"},
        {"verificationMethod": "did:key:z6MkOther#z6MkOther"},
        {"challenge": 7},
        {"domain": [1]},
        {"previousProof": "urn:uuid:not-there"},
        {"previousProof": 456321},
        {"previousProof": []},
    ],
)
def test_a_proof_that_is_asked_for_wrongly_is_not_made(server: Client, options: dict[str, Any]):
    body = {"credential": credential(), "options": options}
    assert kind_of(server.post("/credentials/issue", body)) == (400, "PROOF_GENERATION_ERROR")


def test_proofs_stand_side_by_side(server: Client):
    """A notary signs beside the issuer; each proof is checked for itself."""
    first = server.issue(credential())
    second = NOTARY.sign(first, CREATED, beside=True)
    assert len(second["proof"]) == 2
    assert server.verify(second)[0] == 200
    third = server.issue(second)
    assert len(third["proof"]) == 3
    assert server.verify(third)[0] == 200
    for n in range(3):
        spoiled = copy.deepcopy(third)
        spoiled["proof"][n]["created"] = "2020-01-01T00:00:00Z"
        assert kind_of(server.verify(spoiled)) == REFUSED
    alone = {**second, "proof": second["proof"][1:]}
    assert server.verify(alone)[1]["detail"] == "The issuer did not sign it; somebody else did."


@pytest.mark.parametrize("as_list", [False, True])
def test_a_proof_builds_on_an_earlier_one(server: Client, as_list: bool):
    first = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"
    named: Any = [first] if as_list else first
    one = server.issue(credential(), id=first)
    chained = server.issue(one, previousProof=named)
    assert chained["proof"][1]["previousProof"] == named
    assert server.verify(chained)[0] == 200
    for change in (
        lambda vc: vc["proof"].pop(0),
        lambda vc: vc["proof"][1].update(previousProof="urn:uuid:missing"),
        lambda vc: vc["proof"][1].update(previousProof=["urn:uuid:missing"]),
        lambda vc: vc["proof"][1].update(previousProof=456321),
        lambda vc: vc["proof"][1].pop("previousProof"),
        lambda vc: vc["proof"][0].update(proofValue="zInvalid"),
    ):
        spoiled = copy.deepcopy(chained)
        change(spoiled)
        assert kind_of(server.verify(spoiled)) == REFUSED
    broken = copy.deepcopy(chained)
    broken["proof"][1]["previousProof"] = "urn:uuid:missing"
    body = {"credential": broken, "options": {}}
    assert kind_of(server.post("/credentials/issue", body)) == (400, "PROOF_GENERATION_ERROR")


def test_a_credential_is_revoked_and_given_back(server: Client):
    issued = server.issue(credential(id=CREDENTIAL))
    entry = issued["credentialStatus"]
    address = entry["statusListCredential"].removeprefix(server.origin)
    change = {
        "credentialId": CREDENTIAL,
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    }
    assert server.verify(issued)[0] == 200
    assert server.post("/credentials/status", change)[0] == 200
    for options in ({}, {"checks": ["proof"]}, {"checks": ["proof", "credentialStatus"]}):
        code, found = server.verify(issued, **options)
        assert (code, found["title"]) == (400, "The credential is revoked.")
    code, listed, _ = server.ask("GET", address)
    assert code == 200
    assert server.verify(listed)[0] == 200
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    bits = status.Bits.decode(listed["credentialSubject"]["encodedList"])
    assert len(bits) == 131_072
    assert [n for n in range(len(bits)) if bits[n]] == [int(entry["statusListIndex"])]
    assert server.post("/credentials/status", {**change, "status": False})[0] == 200
    assert server.verify(issued)[0] == 200


def test_a_credential_asks_for_the_status_that_it_wants(server: Client):
    wanted = [
        {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
        {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"},
    ]
    name = "urn:uuid:0b6e3a51-2c3e-4a53-8a3b-5a1f6f3f9a10"
    issued = server.issue(credential(id=name, credentialStatus=wanted))
    lists = [entry["statusListCredential"] for entry in issued["credentialStatus"]]
    assert len(set(lists)) == 2
    change = {"credentialId": name, "credentialStatus": wanted[1]}
    assert server.post("/credentials/status", change)[0] == 200
    assert server.verify(issued)[1]["title"] == "The credential is suspended."
    other = {"type": "BitstringStatusListEntry", "statusPurpose": "message"}
    body = {"credential": credential(id=name, credentialStatus=other)}
    assert server.post("/credentials/issue", body)[0] == 422


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ({"credentialId": CREDENTIAL}, 400),
        ({"credentialId": CREDENTIAL, "credentialStatus": {"type": "Other"}}, 400),
        ({"credentialId": 5, "credentialStatus": {"type": "BitstringStatusListEntry"}}, 400),
        (
            {
                "credentialId": CREDENTIAL,
                "credentialStatus": {"type": "BitstringStatusListEntry"},
                "status": "perhaps",
            },
            400,
        ),
        (
            {
                "credentialId": "urn:uuid:never-issued",
                "credentialStatus": {"type": "BitstringStatusListEntry"},
            },
            404,
        ),
    ],
)
def test_a_status_is_not_changed_by_a_guess(server: Client, body: dict[str, Any], code: int):
    assert server.post("/credentials/status", body)[0] == code


def test_a_status_that_cannot_be_had_is_never_taken_for_good(server: Client):
    away = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://lists.example/1",
    }
    issued = server.issue(credential(credentialStatus=away))
    assert kind_of(server.verify(issued)) == (400, "STATUS_RETRIEVAL_ERROR")
    code, found = server.verify(issued, checks=["proof"])
    assert (code, found["warnings"]) == (200, ["Its status was not asked for."])
    unknown = server.issue(credential(credentialStatus={"type": "https://example.org/Other"}))
    assert kind_of(server.verify(unknown)) == (400, "STATUS_VERIFICATION_ERROR")


def test_the_other_suites_sign_too():
    with served("--cryptosuite", "ecdsa-rdfc-2019", "--no-status") as client:
        assert client.did.startswith("did:key:zDna")
        issued = client.issue(credential(id=CREDENTIAL))
        assert issued["proof"]["cryptosuite"] == "ecdsa-rdfc-2019"
        assert "credentialStatus" not in issued
        assert client.verify(issued)[0] == 200
        issued["credentialSubject"]["id"] = "did:example:other"
        assert kind_of(client.verify(issued)) == REFUSED
        body = {"verifiableCredential": issued}
        assert kind_of(client.post("/credentials/derive", body)) == (400, "PROOF_GENERATION_ERROR")


@pytest.mark.node
def test_a_stack_that_we_did_not_write_agrees(tmp_path: Path):
    """It verifies what we issue, and we verify what its holder presents and its issuer signs."""
    need_node()
    arabic = {"@value": "جامعة المثال", "@language": "AR", "@direction": "rtl"}
    sent = {
        "plain": credential(name="Map maker"),
        "language": credential(name=[arabic, {"@value": "University", "@language": "en-US"}]),
        "own words": credential(
            **{
                "@context": [V2, {"badge": "https://example.org/badge"}],
                "credentialSubject": [{"badge": "GIS"}, {"badge": 3.5}, {"badge": True}],
            }
        ),
        "dates": credential(
            validFrom="2020-01-01T00:00:00.5-07:00", evidence=[{"type": "urn:e:1"}]
        ),
        "older": credential(
            **{"@context": [V1, DATA_INTEGRITY_V2], "issuanceDate": "2020-01-01T00:00:00Z"}
        ),
    }
    files = tmp_path / "contexts.json"
    multikey_file = tmp_path / "multikey.json"
    multikey_file.write_text(json.dumps(MULTIKEY))
    known = {**shipped_contexts(), "https://w3id.org/security/multikey/v1": str(multikey_file)}
    files.write_text(json.dumps(known))
    with served("--no-status") as client:
        done = subprocess.run(
            ["node", str(NODE / "vc_api.mjs"), client.origin, str(files)],
            input=json.dumps(sent), capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    good = {"verified": True, "error": None, "presented": [200, None], "signed": [200, None]}
    assert json.loads(done.stdout) == dict.fromkeys(sent, good)
