"""The MUSTs of the W3C data model as a table of cases, each sent to a real server."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from bitterroot.openbadges import contexts

from .vc_server import EXAMPLES, V1, V2, Client, credential, served

SUBJECT = "did:example:subject"
THING = {"Thing": "https://example.org/Thing"}
ENTRY = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://lists.example/1",
}
DIGEST = hashlib.sha384(contexts.raw(V2)).digest()
SHORT = hashlib.sha256(contexts.raw(V2)).digest()


def sri(digest: bytes) -> str:
    return "sha384-" + base64.b64encode(digest).decode()


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def resource(**members: Any) -> dict[str, Any]:
    return {"id": V2, "digestSRI": sri(DIGEST), **members}


GOOD: dict[str, dict[str, Any]] = {
    "the smallest": {},
    "contexts by address": {"@context": [V2, EXAMPLES]},
    "a context as an object": {
        "@context": [V2, THING],
        "type": ["VerifiableCredential", "Thing"],
    },
    "an id": {"id": "urn:uuid:2c3ed04f-5e79-4d0d-8a3a-3b0e8a3f6c11"},
    "a web address as id": {"id": "https://university.example/credentials/3732"},
    "types by address": {"type": ["https://example.org/Thing", "VerifiableCredential"]},
    "types in another order": {
        "@context": [V2, THING],
        "type": ["Thing", "VerifiableCredential"],
    },
    "one type as text": {"type": "VerifiableCredential"},
    "issuer as address": {"issuer": "https://university.example/issuers/14"},
    "issuer as object": {"issuer": {"id": "did:example:issuer", "name": "Example University"}},
    "issuer with texts in two languages": {
        "issuer": {
            "id": "did:example:issuer",
            "name": [
                {"@value": "Example University", "@language": "en"},
                {"@value": "جامعة المثال", "@language": "ar", "@direction": "rtl"},
            ],
            "description": {"@value": "A school", "@language": "en"},
        }
    },
    "two subjects": {
        "credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b", "name": "Bea"}]
    },
    "a subject without id": {"credentialSubject": {"name": "Ana Rivera"}},
    "dates with fractions": {"validFrom": "2020-02-26T01:02:58.447Z"},
    "dates with a zone": {
        "validFrom": "2020-02-26T01:02:58-08:00",
        "validUntil": "2120-02-26T01:02:58+14:00",
    },
    "valid in the future": {"validFrom": "2120-02-26T01:02:58Z"},
    "the same date twice": {
        "validFrom": "2020-02-26T01:02:58Z",
        "validUntil": "2020-02-26T01:02:58Z",
    },
    "a foreign status": {
        "credentialStatus": {"id": "did:example:s", "type": "https://example.org/Status"}
    },
    "a status without id": {"credentialStatus": {"type": "https://example.org/Status"}},
    "a list's entry": {"credentialStatus": ENTRY},
    "an entry of two bits": {
        "credentialStatus": {
            **ENTRY,
            "statusPurpose": "message",
            "statusSize": 2,
            "statusMessage": [
                {"status": f"0x{n}", "message": text} for n, text in enumerate("abcd")
            ],
        }
    },
    "schemas": {
        "credentialSchema": [
            {"id": "https://example.org/s1.json", "type": "https://example.org/Schema"},
            {"id": "did:example:s2", "type": "https://example.org/Schema"},
        ]
    },
    "terms of use": {"termsOfUse": [{"type": "https://example.org/Terms", "id": "urn:terms:1"}]},
    "evidence": {"evidence": {"type": ["https://example.org/Evidence"], "name": "Map"}},
    "a way to refresh": {
        "refreshService": {"id": "did:example:refresh/1", "type": "https://example.org/Refresh"}
    },
    "name and description": {"name": "Map maker", "description": "Makes maps"},
    "texts with language": {
        "name": {"@value": "Map maker", "@language": "en-US", "@direction": "ltr"},
        "description": [
            {"@value": "Makes maps", "@language": "en"},
            {"@value": "Hace mapas", "@language": "es"},
        ],
    },
    "a related resource": {
        "relatedResource": [resource(mediaType="application/ld+json")],
    },
    "digests in each spelling": {
        "relatedResource": {
            "id": V2,
            "digestSRI": sri(DIGEST),
            "digestMultibase": [multibase(SHORT), multibase(b"\x12\x20" + SHORT)],
        }
    },
    "a resource that is elsewhere": {
        "relatedResource": [{"id": "https://elsewhere.example/map.png", "digestSRI": sri(DIGEST)}]
    },
}

BAD: dict[str, tuple[str, dict[str, Any]]] = {
    # @context (4.3)
    "no context": ("MALFORMED_VALUE", {"@context": None}),
    "a context as text": ("MALFORMED_VALUE", {"@context": V2}),
    "no base context": ("MALFORMED_VALUE", {"@context": [EXAMPLES]}),
    "the base context second": ("MALFORMED_VALUE", {"@context": [EXAMPLES, V2]}),
    "a context that is no address": ("MALFORMED_VALUE", {"@context": [V2, "https ://no/v1"]}),
    "a context that is a number": ("MALFORMED_VALUE", {"@context": [V2, 123]}),
    "a context that is nothing": ("MALFORMED_VALUE", {"@context": [V2, None]}),
    "an unknown context": ("PARSING", {"@context": [V2, "https://example.com/none"]}),
    "a redefined word": (
        "DATA_LOSS_DETECTION",
        {"@context": [V2, {"VerifiableCredential": "https://example.org/Other"}]},
    ),
    "a word protected and redefined": (
        "DATA_LOSS_DETECTION",
        {"@context": [V2, {"@protected": True, **THING}, {"Thing": "https://example.org/T2"}]},
    ),
    # identifiers (4.4)
    "an id that is no address": ("MALFORMED_VALUE", {"id": "not-an-address"}),
    "an id with a space": ("MALFORMED_VALUE", {"id": "https://example.org/a b"}),
    "two ids": ("MALFORMED_VALUE", {"id": ["urn:a:1", "urn:a:2"]}),
    "an id that is a number": ("MALFORMED_VALUE", {"id": 7}),
    "two ids of a subject": (
        "MALFORMED_VALUE",
        {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}},
    ),
    "an id of a subject that is no address": (
        "MALFORMED_VALUE",
        {"credentialSubject": {"id": "somebody"}},
    ),
    # types (4.5)
    "no type": ("MALFORMED_VALUE", {"type": None}),
    "no types": ("MALFORMED_VALUE", {"type": []}),
    "another type": ("MALFORMED_VALUE", {"@context": [V2, THING], "type": ["Thing"]}),
    "a type without meaning": (
        "DATA_LOSS_DETECTION",
        {"type": ["VerifiableCredential", "Unmapped"]},
    ),
    "a type that means no address": (
        "DATA_LOSS_DETECTION",
        {
            "@context": [V2, {"Thing": "https ://not-a-url#Thing"}],
            "type": ["VerifiableCredential", "Thing"],
        },
    ),
    "a type that is a number": ("MALFORMED_VALUE", {"type": ["VerifiableCredential", 2]}),
    # names (4.6, 11.1)
    "a name with more in it": (
        "MALFORMED_VALUE",
        {"name": {"@value": "X", "@language": "en", "url": "did:example:c"}},
    ),
    "a name that is a number": ("MALFORMED_VALUE", {"name": 5}),
    "a name without a value": ("MALFORMED_VALUE", {"name": {"@language": "en"}}),
    "a language that is none": (
        "MALFORMED_VALUE",
        {"description": {"@value": "X", "@language": "no such tag"}},
    ),
    "a direction that is none": (
        "MALFORMED_VALUE",
        {"description": {"@value": "X", "@language": "en", "@direction": "up"}},
    ),
    "a name of the issuer with more in it": (
        "MALFORMED_VALUE",
        {"issuer": {"id": "did:example:i", "name": {"@value": "X", "url": "did:example:c"}}},
    ),
    # issuer (4.7)
    "an issuer that is no address": ("MALFORMED_VALUE", {"issuer": "somebody"}),
    "an issuer that is a number": ("MALFORMED_VALUE", {"issuer": 5}),
    "an issuer object whose id is nothing": ("MALFORMED_VALUE", {"issuer": {"id": None}}),
    "an issuer object whose id is no address": ("MALFORMED_VALUE", {"issuer": {"id": "x"}}),
    # subject (4.8)
    "no subject": ("MALFORMED_VALUE", {"credentialSubject": None}),
    "an empty subject": ("MALFORMED_VALUE", {"credentialSubject": {}}),
    "no subjects": ("MALFORMED_VALUE", {"credentialSubject": []}),
    "an empty subject among others": (
        "MALFORMED_VALUE",
        {"credentialSubject": [{"id": SUBJECT}, {}]},
    ),
    "a subject as text": ("MALFORMED_VALUE", {"credentialSubject": SUBJECT}),
    # dates (4.9)
    "a date without time": ("MALFORMED_VALUE", {"validFrom": "2020-02-26"}),
    "a time without zone": ("MALFORMED_VALUE", {"validUntil": "2020-02-26T01:02:58"}),
    "a day that never was": ("MALFORMED_VALUE", {"validFrom": "2021-02-29T01:02:58Z"}),
    "a date as a number": ("MALFORMED_VALUE", {"validFrom": 1700000000}),
    "an end before the beginning": (
        "MALFORMED_VALUE",
        {"validFrom": "2021-01-01T00:00:00Z", "validUntil": "2020-01-01T00:00:00Z"},
    ),
    "a date of the older model": ("DATA_LOSS_DETECTION", {"issuanceDate": "2020-01-01T00:00:00Z"}),
    # status (4.10) and the status list (section 2.1)
    "a status without type": ("MALFORMED_VALUE", {"credentialStatus": {"id": "did:example:s"}}),
    "a status whose type is a number": ("MALFORMED_VALUE", {"credentialStatus": {"type": 2}}),
    "a status without meaning": (
        "DATA_LOSS_DETECTION",
        {"credentialStatus": {"type": "Unmapped"}},
    ),
    "a status with two ids": (
        "MALFORMED_VALUE",
        {"credentialStatus": {"type": "https://example.org/S", "id": ["urn:a:1", "urn:a:2"]}},
    ),
    "a status as text": ("MALFORMED_VALUE", {"credentialStatus": "revoked"}),
    "an index that is a number": (
        "MALFORMED_VALUE",
        {"credentialStatus": {**ENTRY, "statusListIndex": 7}},
    ),
    "an index below zero": (
        "MALFORMED_VALUE",
        {"credentialStatus": {**ENTRY, "statusListIndex": "-1"}},
    ),
    "an index without a list": (
        "MALFORMED_VALUE",
        {"credentialStatus": {k: v for k, v in ENTRY.items() if k != "statusListCredential"}},
    ),
    "an entry without purpose": (
        "MALFORMED_VALUE",
        {"credentialStatus": {k: v for k, v in ENTRY.items() if k != "statusPurpose"}},
    ),
    "an entry named as its list": (
        "MALFORMED_VALUE",
        {"credentialStatus": {**ENTRY, "id": ENTRY["statusListCredential"]}},
    ),
    "two bits without messages": (
        "MALFORMED_VALUE",
        {"credentialStatus": {**ENTRY, "statusSize": 2}},
    ),
    "too few messages": (
        "MALFORMED_VALUE",
        {
            "credentialStatus": {
                **ENTRY,
                "statusSize": 2,
                "statusMessage": [{"status": "0x0", "message": "a"}],
            }
        },
    ),
    # schemas (4.11) and what section 5 adds
    "a schema without type": ("MALFORMED_VALUE", {"credentialSchema": {"id": "urn:s:1"}}),
    "a schema without id": (
        "MALFORMED_VALUE",
        {"credentialSchema": {"type": "https://example.org/Schema"}},
    ),
    "a schema whose id is a number": (
        "MALFORMED_VALUE",
        {"credentialSchema": {"type": "https://example.org/Schema", "id": 1}},
    ),
    "terms without type": ("MALFORMED_VALUE", {"termsOfUse": [{"id": "urn:terms:1"}]}),
    "evidence without type": ("MALFORMED_VALUE", {"evidence": {"name": "Map"}}),
    "a refresh without type": ("MALFORMED_VALUE", {"refreshService": {"id": "urn:r:1"}}),
    "resources as texts": ("MALFORMED_VALUE", {"relatedResource": [V2]}),
    "a resource without id": ("MALFORMED_VALUE", {"relatedResource": {"digestSRI": sri(DIGEST)}}),
    "a resource without digest": ("MALFORMED_VALUE", {"relatedResource": {"id": V2}}),
    "a resource twice": ("MALFORMED_VALUE", {"relatedResource": [resource(), resource()]}),
    "a digest of something else": (
        "MALFORMED_VALUE",
        {"relatedResource": resource(digestSRI=sri(hashlib.sha384(b"other").digest()))},
    ),
    "a multibase digest of something else": (
        "MALFORMED_VALUE",
        {"relatedResource": {"id": V2, "digestMultibase": multibase(bytes(32))}},
    ),
    "a digest cut short": (
        "MALFORMED_VALUE",
        {"relatedResource": resource(digestSRI=sri(DIGEST[:40]))},
    ),
    # what a signature would not cover (Data Integrity 2.5)
    "a word without meaning": ("DATA_LOSS_DETECTION", {"invented": "x"}),
    "an empty member": ("DATA_LOSS_DETECTION", {"credentialSubject": {"name": None}}),
    "half a character": ("DATA_LOSS_DETECTION", {"name": "\ud83d"}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with served() as client:
        yield client


@pytest.mark.parametrize("case", GOOD)
def test_what_keeps_the_rules_is_issued_as_it_is(server: Client, case: str):
    sent = credential(**GOOD[case])
    issued = server.issue(sent)
    assert issued["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    issuer = issued["issuer"]["id"] if isinstance(issued["issuer"], dict) else issued["issuer"]
    assert issuer == server.did
    added = {"issuer", "proof"} | ({"credentialStatus"} if "id" in sent else set())
    for member in sent.keys() - {"issuer"}:
        assert issued[member] == sent[member]
    assert issued.keys() - sent.keys() <= added
    # A status kept elsewhere is not to be had here, and some are not valid yet, or no longer.
    if not {"validFrom", "credentialStatus"} & sent.keys():
        assert server.verify(issued) == (
            200,
            {
                "verified": True,
                "errors": [],
                "warnings": [
                    f"What stands at {item['id']} was not compared."
                    for item in sent.get("relatedResource", [])
                    if isinstance(item, dict) and item["id"] != V2
                ],
            },
        )


@pytest.mark.parametrize("case", BAD)
def test_what_breaks_a_rule_is_refused_with_its_kind(server: Client, case: str):
    kind, changes = BAD[case]
    status, found = server.post("/credentials/issue", {"credential": credential(**changes)})
    assert (status, found["type"].rpartition("#")[2]) == (400, f"{kind}_ERROR"), found


def test_nothing_stands_for_an_issuer_that_is_null(server: Client):
    body = {"credential": {**credential(), "issuer": None}}
    assert server.post("/credentials/issue", body)[0] == 400


def older(**changes: Any) -> dict[str, Any]:
    return credential(**{"@context": [V1], "issuanceDate": "2020-01-01T00:00:00Z", **changes})


def test_the_older_model_gets_the_context_that_its_proof_needs(server: Client):
    issued = server.issue(older(id="urn:uuid:6f1ed04f-5e79-4d0d-8a3a-3b0e8a3f6c11"))
    assert issued["@context"] == [V1, contexts.DATA_INTEGRITY_V2]
    assert "credentialStatus" not in issued
    assert server.verify(issued)[0] == 200
    over = server.issue(older(expirationDate="2020-01-02T00:00:00Z"))
    status, found = server.verify(over)
    assert (status, found["detail"]) == (400, "It expired on 2020-01-02T00:00:00Z.")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuanceDate": None},
        {"issuanceDate": "yesterday"},
        {"expirationDate": "2019-01-01T00:00:00Z"},
        {"credentialSubject": {}},
        {"invented": "x"},
    ],
)
def test_the_older_model_has_rules_too(server: Client, changes: dict[str, Any]):
    assert server.post("/credentials/issue", {"credential": older(**changes)})[0] == 400
