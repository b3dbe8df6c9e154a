"""What "Verifiable Credentials Data Model v2.0" asks, section by section, as its suite asks it.

One row a statement: what keeps it is issued, verifies and comes back unchanged; what breaks it is
refused with an error. More cases of each rule, and the kinds of the errors: test_vc_model. How the
W3C's own suite runs against the same code: docs/conformance.md.
"""

from typing import Any, NamedTuple

import pytest

from bitterroot.openbadges import contexts

from .conformance import GOOD, ISSUED, Desk, Json, related_digests
from .vc_server import EXAMPLES, HOLDER, NOTARY, V2, credential, did_of, presentation, presented

EN = {"@value": "An example", "@language": "en"}
LTR = {**EN, "@direction": "ltr"}
RTL = {"@value": "شهادة", "@language": "ar", "@direction": "rtl"}
MANY = [EN, {"@value": "Un ejemplo", "@language": "es"}, RTL]
MORE = {**EN, "url": "did:example:issuer"}
SPACED = "https ://not-a-url/contexts/example/v1"
SRI, MULTIBASE = related_digests(contexts.raw(V2))
OTHER_SRI, OTHER_MULTIBASE = related_digests(b"something else")


ERRORS = {(400, f"{kind}_ERROR") for kind in ("MALFORMED_VALUE", "DATA_LOSS_DETECTION")}


class Statement(NamedTuple):
    """Changes of the smallest credential (None leaves a member out) that keep and break it."""

    keep: list[Json]
    broken: list[Json]


def word(name: str) -> list[Any]:
    return [V2, {name: f"https://example.org/examples#{name}"}]


def typed(member: str, **more: Any) -> Statement:
    """4.5: objects that must have a type."""
    one = {"type": "Example", **more}
    base = {"@context": word("Example")}
    return Statement(
        [{**base, member: one}, {**base, member: [one, {**one, **_renamed(more)}]}],
        [{**base, member: value} for value in (more or {"id": "urn:x:1"}, {**one, "type": 2})],
    )


def _renamed(more: Json) -> Json:
    return {"id": f"{more['id']}/2"} if more else {}


CREDENTIALS: dict[str, Statement] = {
    "4.3 a list of contexts that begins with the base context": Statement(
        [{}],
        [
            {"@context": None},
            {"@context": V2},
            {"@context": [EXAMPLES]},
            {"@context": [EXAMPLES, V2]},
        ],
    ),
    "4.3 further contexts are addresses or objects": Statement(
        [
            {"@context": [V2, EXAMPLES]},
            {"@context": word("Example"), "type": ["VerifiableCredential", "Example"]},
        ],
        [{"@context": [V2, SPACED]}, {"@context": [V2, 123192875]}, {"@context": [V2, None]}],
    ),
    "4.4 an id is one address": Statement(
        [{"id": "did:example:credential"}, {"credentialSubject": {"id": "did:example:subject"}}],
        [
            {"id": ["did:example:a", "did:example:b"]},
            {"id": "not-a-url"},
            {"id": 7},
            {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}},
            {"credentialSubject": {"id": "somebody"}},
        ],
    ),
    "4.5 types are known terms or addresses, in any order": Statement(
        [
            {"type": ["VerifiableCredential", "https://example.org/#Example"]},
            {"type": ["https://example.org/#A", "https://example.org/#B", "VerifiableCredential"]},
            {"type": ["https://example.org/#B", "VerifiableCredential", "https://example.org/#A"]},
        ],
        [
            {"type": None},
            {"type": ["VerifiableCredential", "Unmapped"]},
            {"@context": [V2, {"T": "https ://no#T"}], "type": ["VerifiableCredential", "T"]},
        ],
    ),
    "4.5 one type is VerifiableCredential": Statement(
        [{"@context": [V2, EXAMPLES], "type": ["VerifiableCredential", "Relationship"]}],
        [{"@context": [V2, EXAMPLES], "type": ["Relationship"]}],
    ),
    "4.5, 4.10 credentialStatus has a type": typed("credentialStatus", id="did:example:status"),
    "4.5, 5.5 termsOfUse has a type": typed("termsOfUse"),
    "4.5, 5.6 evidence has a type": typed("evidence"),
    "4.5, 5.4 refreshService has a type": typed("refreshService", id="did:example:refresh"),
    "4.5, 4.11 credentialSchema has a type": typed("credentialSchema", id="did:example:schema"),
    "4.6, 11.1 a name is a text, or texts with language and direction": Statement(
        [{"name": name} for name in ("A", EN, LTR, RTL, MANY)],
        [{"name": MORE}, {"name": 5}, {"name": {"@language": "en"}}],
    ),
    "4.6, 11.1 a description is a text, or texts with language and direction": Statement(
        [{"description": text} for text in ("A", EN, LTR, RTL, MANY)],
        [
            {"description": text}
            for text in (MORE, {**EN, "@language": "no such"}, {**EN, "@direction": "up"})
        ],
    ),
    "4.6 the issuer's name and description as well": Statement(
        [
            {"issuer": {"id": "did:example:i", member: text}}
            for member in ("name", "description")
            for text in ("A", EN, LTR, MANY)
        ],
        [{"issuer": {"id": "did:example:i", name: MORE}} for name in ("name", "description")],
    ),
    "4.7 an issuer is an address, or an object with one": Statement(
        [{"issuer": "did:example:other-issuer"}, {"issuer": {"id": "did:example:issuer"}}],
        [{"issuer": "fake"}, {"issuer": 5}, {"issuer": {"id": None}}, {"issuer": {"id": "fake"}}],
    ),
    "4.8 a subject is there, and something is said of each": Statement(
        [
            {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]},
            {"credentialSubject": [{"id": "did:a:1", "name": "A"}, {"id": "did:a:1", "name": "B"}]},
        ],
        [
            {"credentialSubject": None},
            {"credentialSubject": {}},
            {"credentialSubject": [{"id": "did:example:a"}, {}]},
        ],
    ),
    "4.9 validFrom is a timestamp": Statement(
        [
            {"validFrom": "2023-02-26T01:02:58.447Z"},
            {"validFrom": "2023-02-26T01:02:58-06:00"},
            {"validFrom": "2023-02-26T01:02:58+14:00"},
        ],
        [{"validFrom": "Sat 25 Feb 2023 07:16:31 PM CST"}, {"validFrom": "2023-02-26T01:02:58"}],
    ),
    "4.9 validUntil is a timestamp": Statement(
        [{"validUntil": "2123-02-26T01:02:58.447Z"}, {"validUntil": "2123-02-26T01:02:58-06:00"}],
        [{"validUntil": "Sat 25 Feb 2023 07:16:31 PM CST"}, {"validUntil": "2123-02-30T00:00:00Z"}],
    ),
    "4.9 validFrom is not after validUntil": Statement(
        [{"validFrom": "2025-01-01T00:00:00Z", "validUntil": "2127-01-01T00:00:00Z"}],
        [
            {"validFrom": "2127-01-01T00:00:00Z", "validUntil": "2025-01-01T00:00:00Z"},
            {"validFrom": "2025-01-01T00:00:00Z", "validUntil": "2025-01-01T00:00:00+00:01"},
        ],
    ),
    "4.10 the id of a status is one address": Statement(
        [{"@context": word("S"), "credentialStatus": {"type": "S"}}],
        [
            {"@context": word("S"), "credentialStatus": {"type": "S", "id": name}}
            for name in (SPACED, ["did:example:a", "did:example:b"])
        ],
    ),
    "4.11 a schema has an address": Statement(
        [{"credentialSchema": {"type": "https://example.org/#S", "id": "did:example:s"}}],
        [
            {"credentialSchema": {"type": "https://example.org/#S"}},
            {"credentialSchema": {"type": "https://example.org/#S", "id": 1}},
        ],
    ),
    "5.2 no vocabulary gives a word another meaning": Statement(
        [{"@context": [V2, {"E": "https://example.org/E"}, {"E": "https://example.org/F"}]}],
        [
            {"@context": [V2, {"VerifiableCredential": "https://example.org/x"}]},
            {"@context": [V2, {"@protected": True, "E": "urn:e:1"}, {"E": "urn:e:2"}]},
        ],
    ),
    "5.3 related resources: objects with an id and a digest": Statement(
        [
            {"relatedResource": {"id": V2, "digestSRI": SRI}},
            {"relatedResource": {"id": V2, "digestMultibase": MULTIBASE}},
            {"relatedResource": [{"id": V2, "digestSRI": SRI, "mediaType": "application/ld+json"}]},
        ],
        [
            {"relatedResource": [V2]},
            {"relatedResource": [{"digestSRI": SRI}]},
            {"relatedResource": [{"id": V2}]},
        ],
    ),
    "5.3 related resources: each but once": Statement(
        [],
        [
            {
                "relatedResource": [
                    {"id": V2, "digestSRI": SRI},
                    {"id": V2, "digestMultibase": MULTIBASE},
                ]
            }
        ],
    ),
    "5.3 related resources: what is there is what the digest says": Statement(
        [],
        [
            {"relatedResource": {"id": V2, "digestSRI": OTHER_SRI}},
            {"relatedResource": {"id": V2, "digestMultibase": OTHER_MULTIBASE}},
            {"relatedResource": {"id": V2, "digestSRI": SRI, "digestMultibase": OTHER_MULTIBASE}},
        ],
    ),
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("statement", CREDENTIALS)
def test_credentials_keep_the_data_model(desk: Desk, statement: str):
    keep, broken = CREDENTIALS[statement]
    good = desk.issued(credential())
    for change in keep:
        sent = credential(**change)
        issued = desk.issued(sent)
        assert all(issued[member] == sent[member] for member in sent.keys() - {"issuer"}), change
        if "credentialStatus" not in change:  # which is kept elsewhere, and not to be had
            assert desk.verify(issued) == GOOD, change
    for change in broken:
        assert desk.issue(credential(**change)) in ERRORS, change
        spoiled = {**good, **change}
        assert desk.verify({k: v for k, v in spoiled.items() if v is not None})[0] == 400, change


def own(**changes: Any) -> Json:
    """What the presenter says of himself."""
    return credential(issuer=did_of(HOLDER), **changes)


# Presentations, signed by their holder: members that differ, and whether they are accepted.
PRESENTATIONS: dict[str, tuple[bool, Json]] = {
    "4.3 the base context first": (True, {"@context": [V2, EXAMPLES]}),
    "4.3 a vocabulary as an object": (True, {"@context": word("Example")}),
    "4.3 a context that is a number": (False, {"@context": [V2, 123192875]}),
    "4.3 a context that is unknown": (False, {"@context": [V2, "https://example.com"]}),
    "4.13 an id is an address": (True, {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}),
    "4.13 an id is no other text": (False, {"id": "mine"}),
    "4.13 one type is VerifiablePresentation": (
        False,
        {"@context": [V2, EXAMPLES], "type": ["ExamplePresentation"]},
    ),
    "4.13 further types": (
        True,
        {"@context": word("Example"), "type": ["VerifiablePresentation", "Example"]},
    ),
    "4.13 no credentials": (True, {"verifiableCredential": []}),
    "4.13 credentials are no addresses": (
        False,
        {"verifiableCredential": ["https://example.org/c"]},
    ),
    "4.13 credentials are no numbers": (False, {"verifiableCredential": [7]}),
    "4.13 the holder as an object": (True, {"holder": {"id": did_of(HOLDER)}}),
    "4.13 the holder may be left out": (True, {"holder": None}),
    "4.13 the holder has an id": (False, {"holder": {"name": "Pat"}}),
    "4.13 the holder is who signed": (False, {"holder": did_of(NOTARY)}),
    "4.13.4 what the holder says of himself": (True, {"verifiableCredential": [own()]}),
    "4.13.4 what nobody says of himself": (
        False,
        {"verifiableCredential": [own()], "holder": None},
    ),
    "4.13.4 what somebody else would have said": (
        False,
        {"verifiableCredential": [{**own(), "issuer": "did:example:acme"}]},
    ),
}


@pytest.mark.parametrize("statement", PRESENTATIONS)
def test_presentations_keep_the_data_model(desk: Desk, statement: str):
    accepted, changes = PRESENTATIONS[statement]
    whole = presented(presentation(), domain="verifier.example", challenge="c-1")
    try:
        whole = presented(presentation(**changes), domain="verifier.example", challenge="c-1")
    except ValueError:  # what cannot even be signed is put in afterwards
        whole = {**whole, **changes}
    status, _ = desk.present(whole, domain="verifier.example", challenge="c-1")
    assert status == (200 if accepted else 400)


def test_two_credentials_of_others_are_presented(desk: Desk):
    """4.13; 7.1 verification: the presentation, and each credential in it."""
    two = [desk.issued(credential(validFrom=f"2023-02-27T05:15:{n}Z")) for n in (42, 57)]
    whole = presented(presentation(*two))
    assert desk.present(whole) == GOOD
    whole["proof"][0]["proofValue"] = "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"
    assert desk.present(whole) == (400, "PROOF_VERIFICATION_ERROR")
    spoiled = presented(presentation(two[0], {**two[1], "validFrom": "2023-01-01T00:00:00Z"}))
    assert desk.present(spoiled) == (400, "PROOF_VERIFICATION_ERROR")


def test_what_is_no_document_of_the_model_is_an_error(desk: Desk):
    """1.3 Conformance."""
    issued = desk.issued(credential())
    assert {"@context", "type", "issuer", "credentialSubject", "proof"} <= issued.keys()
    for odd in ({"type": ["NonconformingDocument"]}, {}, credential(issuer=did_of(HOLDER))):
        assert desk.verify(odd)[0] == desk.present(odd)[0] == 400
    assert desk.issue(credential()) == ISSUED


def test_what_decides_over_its_life_stands_where_readers_look(desk: Desk):
    """Neither issued nor verified: an end that only the statements show, not the JSON."""
    address = "https://www.w3.org/2018/credentials#validUntil"
    timed = {"@value": "2021-01-01T00:00:00Z", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    hidden = {address: timed}
    assert desk.issue(credential(**hidden)) == (400, "DATA_LOSS_DETECTION_ERROR")
    assert desk.verify({**desk.issued(credential()), **hidden})[0] == 400
