"""What "Data Integrity 1.0" and its EdDSA and ECDSA suites ask of issuers and verifiers.

One row a statement, named by the section that it stands in. The same rows hold for each suite, for
each kind of key and for both versions of the data model. How the W3C's own suites run against the
same code: docs/conformance.md.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bitterroot.openbadges import base58
from bitterroot.openbadges.vcapi.api import Api

from .conformance import GOOD, ISSUED, ORIGIN, Desk, Forger, Json, Told, model, with_words

SUITES = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
]
VERSIONS = ["2.0", "1.1"]
REFUSED: Told = (400, "PROOF_VERIFICATION_ERROR")
LOST: Told = (400, "DATA_LOSS_DETECTION_ERROR")
MALFORMED: Told = (400, "MALFORMED_VALUE_ERROR")
FIRST = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"


class Bench:
    """A credential of Mia's, whom the university's notary Noor signs beside."""

    def __init__(self, suite: str, kind: str, version: str) -> None:
        self.mia, self.noor = Forger(kind, suite), Forger(kind, suite)
        self.plain = model(version, self.mia.did)

    def signed(self, **how: Any) -> Json:
        return self.mia.sign(self.plain, **how)

    def set(self) -> Json:
        return self.mia.sign(self.noor.sign(self.plain))

    def chain(self, previous: Any = FIRST, *, covers: bool = True, **members: Any) -> Json:
        """Mia's proof, built on Noor's."""
        one = self.noor.sign(self.plain, id=FIRST)
        covered = {**self.plain, "proof": one["proof"]} if covers else None
        return self.mia.sign(one, covered=covered, previousProof=previous, **members)


def after(make: Callable[[Bench], Json], change: Callable[[Json], Any]) -> Callable[[Bench], Json]:
    """What `make` signs, changed afterwards."""

    def changed(bench: Bench) -> Json:
        document = copy.deepcopy(make(bench))
        change(document)
        return document

    return changed


def proof(change: Callable[[Json], Any], number: int = 0) -> Callable[[Json], Any]:
    return lambda document: change(document["proof"][number])


def signed(**how: Any) -> Callable[[Bench], Json]:
    return lambda bench: bench.signed(**how)


def subject(**members: Any) -> Callable[[Json], Any]:
    return lambda document: document["credentialSubject"].update(members)


def longer(value: str) -> str:
    return "z" + base58.encode(base58.decode(value[1:]) + bytes(32))


def _jcs(document: Json) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _based(bench: Bench, *, kept: bool) -> Json:
    """A type that means something only beside an address which the document may not have."""
    words = with_words(bench.plain, {"@base": "https://invalid.example/"})
    made = bench.mia.sign({**words, "type": [*bench.plain["type"], "Undefined"]})
    return made if kept else {**made, "@context": bench.plain["@context"]}


# What is verified, and what is said of it.
VERIFIED: dict[str, tuple[Told, Callable[[Bench], Any]]] = {
    # Proofs
    "Proofs: a proof that keeps all rules": (GOOD, signed()),
    "Proofs: there is one": (REFUSED, lambda b: b.plain),
    "Proofs: it is an object": (REFUSED, after(signed(), lambda d: d.update(proof="z3abc"))),
    "Proofs: it is not nothing": (REFUSED, after(signed(), lambda d: d.update(proof=None))),
    "Proofs: the set is not empty": (REFUSED, after(signed(), lambda d: d.update(proof=[]))),
    "Proofs: type is there": (REFUSED, after(signed(), proof(lambda p: p.pop("type")))),
    "Proofs: type is DataIntegrityProof": (REFUSED, signed(type="UnknownProofType")),
    "Proofs: cryptosuite is there": (REFUSED, signed(without="cryptosuite")),
    "Proofs: cryptosuite is known": (REFUSED, signed(cryptosuite="UnknownCryptosuite")),
    "Proofs: cryptosuite is a text": (
        REFUSED,
        after(signed(), proof(lambda p: p.update(cryptosuite=[p["cryptosuite"]]))),
    ),
    "Proofs: created may be left out": (GOOD, signed(without="created")),
    "Proofs: created may be long ago": (GOOD, signed(created="2021-01-01T00:00:00+05:30")),
    "Proofs: created is a timestamp": (REFUSED, signed(created="invalidDate")),
    "Proofs: created has its offset": (REFUSED, signed(created="2025-01-01T00:00:00")),
    "Proofs: expires is still to come": (GOOD, signed(expires="2199-01-01T00:00:00-02:00")),
    "Proofs: expires is over": (REFUSED, signed(expires="2020-01-01T00:00:00Z")),
    "Proofs: expires is a timestamp": (REFUSED, signed(expires="invalidDate")),
    "Proofs: proofPurpose is there": (REFUSED, signed(without="proofPurpose")),
    "Proofs: proofPurpose is known": (REFUSED, signed(proofPurpose="invalidPurpose")),
    "Proofs: proofPurpose is to assert": (REFUSED, signed(proofPurpose="authentication")),
    "Proofs: verificationMethod is there": (REFUSED, signed(without="verificationMethod")),
    "Proofs: verificationMethod leads to a key": (
        REFUSED,
        signed(verificationMethod="did:key:invalidVm"),
    ),
    "Proofs: proofValue is there": (REFUSED, after(signed(), proof(lambda p: p.pop("proofValue")))),
    "Proofs: proofValue is a text": (
        REFUSED,
        after(signed(), proof(lambda p: p.update(proofValue=None))),
    ),
    "Proofs: proofValue has its Multibase letter": (
        REFUSED,
        after(signed(), proof(lambda p: p.update(proofValue=p["proofValue"][1:]))),
    ),
    "Proofs: domain, challenge and nonce are signed too": (
        GOOD,
        signed(domain=["b.example", "a.example"], challenge="c", nonce="n"),
    ),
    "Proofs: nothing else is in a proof": (
        MALFORMED,
        after(signed(), proof(lambda p: p.update(invented="x"))),
    ),
    # Proof sets, proof chains, and how they are verified
    "Proof sets: each proof holds": (GOOD, lambda b: b.set()),
    "Proof sets: no proof may fail": (
        REFUSED,
        after(lambda b: b.set(), proof(lambda p: p.update(created="2020-01-01T00:00:00Z"))),
    ),
    "Proof chains: one earlier proof": (GOOD, lambda b: b.chain()),
    "Proof chains: a list of earlier proofs": (GOOD, lambda b: b.chain([FIRST])),
    "Proof chains: the earlier proof is signed too": (REFUSED, lambda b: b.chain(covers=False)),
    "Proof chains: the earlier proof is there": (
        REFUSED,
        lambda b: b.chain("urn:uuid:missing", covers=False),
    ),
    "Proof chains: each of the list is there": (
        REFUSED,
        lambda b: b.chain([FIRST, "urn:uuid:missing"]),
    ),
    "Proof chains: the list is not empty": (REFUSED, lambda b: b.chain([], covers=False)),
    "Proof chains: names are texts": (
        REFUSED,
        after(lambda b: b.chain(), proof(lambda p: p.update(previousProof=456321), 1)),
    ),
    "Proof chains: the earlier proof holds": (
        REFUSED,
        after(lambda b: b.chain(), proof(lambda p: p.update(proofValue="zInvalid"))),
    ),
    "Proof chains: the earlier proof stays": (
        REFUSED,
        after(lambda b: b.chain(), lambda d: d["proof"].pop(0)),
    ),
    "Proof chains: the later proof keeps its name": (
        REFUSED,
        after(lambda b: b.chain(id="urn:p:2"), proof(lambda p: p.update(id="urn:p:3"), 1)),
    ),
    # Securing data losslessly
    "Securing data losslessly: a term without meaning was signed": (
        LOST,
        lambda b: b.mia.sign({**b.plain, "credentialSubject": {"name": "A", "undefined": "x"}}),
    ),
    "Securing data losslessly: a term without meaning came later": (
        LOST,
        after(signed(), subject(undefined="x")),
    ),
    "Securing data losslessly: a type without meaning came later": (
        LOST,
        after(signed(), lambda d: d["type"].append("Undefined")),
    ),
    "Securing data losslessly: a member that is empty": (LOST, after(signed(), subject(name=None))),
    "Securing data losslessly: a number that others round": (
        LOST,
        after(signed(), subject(**{"https://example.org/x": 2**53 + 1})),
    ),
    "Context injection: an address that a document must not have": (
        LOST,
        lambda b: _based(b, kept=False),
    ),
    "Context injection: an address that a document must not lean on": (
        LOST,
        lambda b: _based(b, kept=True),
    ),
    # The suites: Verify Proof, Transformation, Hashing
    "Verify Proof: the content is as it was": (REFUSED, after(signed(), subject(name="Bob"))),
    "Verify Proof: the time of signing is as it was": (
        REFUSED,
        after(signed(), proof(lambda p: p.update(created="2020-01-01T00:00:00Z"))),
    ),
    "Verify Proof: the signature has its length": (
        REFUSED,
        after(signed(), proof(lambda p: p.update(proofValue=longer(p["proofValue"])))),
    ),
    "Verify Proof: the key is the one that is named": (
        REFUSED,
        lambda b: b.noor.sign(b.plain, verificationMethod=b.mia.method),
    ),
    "Transformation: RDF Dataset Canonicalization alone": (REFUSED, signed(form=_jcs)),
    "Hashing: the hash of the suite alone": (REFUSED, signed(hash_name="sha512")),
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("statement", VERIFIED)
def test_a_proof_is_verified_as_the_standards_say(desk: Desk, statement: str):
    expected, make = VERIFIED[statement]
    for suite, kind in SUITES:
        for version in VERSIONS:
            told = desk.verify(make(Bench(suite, kind, version)))
            assert told == expected, (suite, kind, version)


# Options of verifying, and what is said of a proof for `domain.example` that answers `c-1`.
ASKED: dict[str, tuple[Told, Json]] = {
    "Verify Proof: nothing is asked": (GOOD, {}),
    "Verify Proof: domain and challenge as asked": (
        GOOD,
        {"domain": "domain.example", "challenge": "c-1"},
    ),
    "Verify Proof: another domain": ((400, "INVALID_DOMAIN_ERROR"), {"domain": "bank.example"}),
    "Verify Proof: another challenge": (
        (400, "INVALID_CHALLENGE_ERROR"),
        {"domain": "domain.example", "challenge": "c-2"},
    ),
    "Verify Proof: another purpose": (REFUSED, {"expectedProofPurpose": "authentication"}),
}


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"type": "UnknownProofType"}, "'UnknownProofType' is not known"),
        ({"cryptosuite": "unknown-2017"}, "'unknown-2017' is not known"),
        ({"type": None}, "does not say of what kind"),
        ({"cryptosuite": 7}, "does not say of what kind"),
    ],
)
def test_a_proof_of_another_kind_is_named_by_what_is_unknown(desk: Desk, members: Json, kind: str):
    bench = Bench(*SUITES[0], "2.0")
    made = bench.signed()
    made["proof"][0].update(members)
    code, found = desk.post("/credentials/verify", verifiableCredential=made)
    assert code == 400
    assert kind in found["detail"]


@pytest.mark.parametrize("statement", ASKED)
def test_a_proof_is_for_what_the_caller_asks(desk: Desk, statement: str):
    expected, options = ASKED[statement]
    bench = Bench(*SUITES[0], "2.0")
    made = bench.signed(domain="domain.example", challenge="c-1")
    assert desk.verify(made, **options) == expected


NOT_MADE: Told = (400, "PROOF_GENERATION_ERROR")
# Options of issuing, and what is said.
WANTED: dict[str, tuple[Told, Json]] = {
    "Add Proof: nothing is asked": (ISSUED, {}),
    "Add Proof: domain, challenge and an end": (
        ISSUED,
        {"domain": "d.example", "challenge": "c", "expires": "2199-01-01T00:00:00Z"},
    ),
    "Proof Configuration: another type": (NOT_MADE, {"type": "UnknownProofType"}),
    "Proof Configuration: another suite": (NOT_MADE, {"cryptosuite": "unknown-2017"}),
    "Proof Configuration: created is no timestamp": (NOT_MADE, {"created": "invalidDate"}),
    "Add Proof: another purpose": (NOT_MADE, {"proofPurpose": "authentication"}),
    "Add Proof: another's key": (NOT_MADE, {"verificationMethod": "did:key:z6Mk#z6Mk"}),
    "Add Proof Set/Chain: an earlier proof that is not there": (
        NOT_MADE,
        {"previousProof": ["urn:uuid:missing"]},
    ),
}


@pytest.mark.parametrize("statement", WANTED)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_proof_is_made_as_the_standards_say(statement: str, version: str):
    expected, options = WANTED[statement]
    for suite in ("eddsa-rdfc-2022", "ecdsa-rdfc-2019"):
        desk = Desk(suite)
        plain = model(version, desk.issuer.did)
        assert desk.issue(plain, **options) == expected
        if expected == ISSUED:
            made = desk.issued(plain, **options)
            assert {k: made["proof"][k] for k in options} == options
            assert made["proof"]["type"] == "DataIntegrityProof"
            assert made["proof"]["cryptosuite"] == suite
            assert made["proof"]["proofPurpose"] == "assertionMethod"
            assert len(base58.decode(made["proof"]["proofValue"][1:])) == 64
            assert desk.verify(made) == GOOD


def test_proofs_are_added_to_a_set_or_a_chain(desk: Desk):
    one = desk.issued(model("2.0", desk.issuer.did), id=FIRST)
    for options in ({}, {"previousProof": FIRST}, {"previousProof": [FIRST]}):
        two = desk.issued(one, **options)
        assert len(two["proof"]) == 2
        assert two["proof"][1].get("previousProof") == options.get("previousProof")
        assert desk.verify(two) == GOOD


def test_what_would_be_lost_is_not_signed(desk: Desk):
    """Securing data losslessly: the error comes at issuing already."""
    for change in (
        {"undefined": "x"},
        {"type": ["VerifiableCredential", "Undefined"]},
        {"credentialSubject": {"name": None}},
        {"credentialSubject": {"https://example.org/x": 2**53 + 1}},
        {"credentialSubject": {"https://example.org/x": 10**400}},
    ):
        plain = {**model("2.0", desk.issuer.did), **change}
        assert desk.issue(plain) == LOST, change


UNIVERSITY = "https://vc.example/issuers/5678"
OPEN = [f"Nothing shows that {UNIVERSITY} signed it: that was not asked."]


def whose(desk: Desk, issuer: str, **options: Any) -> Told | list[str]:
    """What is said where Noor signed what names `issuer`: an error, or warnings."""
    bench = Bench(*SUITES[0], "2.0")
    made = bench.noor.sign({**bench.plain, "issuer": issuer or bench.mia.did})
    status, found = desk.post("/credentials/verify", verifiableCredential=made, options=options)
    return found["warnings"] if status == 200 else (status, found["type"].rpartition("#")[2])


def test_whose_proof_it_is_stays_open_only_where_nobody_asks(desk: Desk):
    """Relationship to Verifiable Credentials: additional checks might be appropriate.

    The proof holds, but it is Noor's. An issuer who is known to have other keys did not sign; one
    whose keys are not to be had might have, and the caller may ask about the proof alone.
    """
    for options in ({}, {"checks": ["proof"]}, {"checks": ["proof", "credentialStatus"]}):
        assert whose(desk, "", **options) == REFUSED  # Mia's DID says which key is hers
        assert whose(desk, "did:example:university", **options) == REFUSED
    assert whose(desk, UNIVERSITY, checks=["proof"]) == OPEN
    for options in ({}, {"checks": []}, {"checks": ["proof", "credentialStatus"]}):
        assert whose(desk, UNIVERSITY, **options) == REFUSED
    alone = Desk()
    alone.api = Api(alone.issuer, ORIGIN, proof_alone=True)
    assert whose(alone, UNIVERSITY) == OPEN
    assert whose(alone, UNIVERSITY, checks=["proof", "credentialStatus"]) == REFUSED
    assert whose(alone, "") == REFUSED
    reached = Desk()
    identity = json.dumps({"id": UNIVERSITY, "assertionMethod": []}).encode()
    reached.api = Api(reached.issuer, ORIGIN, {UNIVERSITY: identity}.__getitem__)
    assert whose(reached, UNIVERSITY, checks=["proof"]) == REFUSED
