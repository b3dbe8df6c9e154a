"""Credentials of which a holder shows parts, over the VC-API."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from .vc_server import REFUSED, V2, Client, credential, kind_of, presentation, presented, served

CREDENTIAL = "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"
FAILED = (400, "PROOF_GENERATION_ERROR")


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with served("--cryptosuite", "ecdsa-sd-2023") as client:
        yield client


def diploma() -> dict[str, Any]:
    """Ana's diploma; her grade is nobody's business."""
    return credential(
        **{
            "@context": [V2, {"@vocab": "https://example.org/words#"}],
            "id": CREDENTIAL,
            "validFrom": "2020-01-01T00:00:00Z",
            "credentialSubject": {
                "id": "did:example:ana",
                "name": "Ana Rivera",
                "grade": "C",
                "courses": [{"title": "Maps"}, {"title": "Statistics"}],
            },
        }
    )


def derive(server: Client, document: Any, *pointers: Any) -> tuple[int, dict[str, Any]]:
    body = {"verifiableCredential": document, "options": {"selectivePointers": list(pointers)}}
    return server.post("/credentials/derive", body)


def test_a_holder_shows_a_part_and_it_holds(server: Client):
    assert server.did.startswith("did:key:zDna")
    issued = server.issue(diploma(), mandatoryPointers=["/credentialSubject/name"])
    assert issued["proof"]["cryptosuite"] == "ecdsa-sd-2023"
    assert issued["proof"]["proofValue"].startswith("u2V0A")
    assert kind_of(server.verify(issued)) == REFUSED  # the original is for the holder alone
    code, shown = derive(server, issued, "/credentialSubject/courses/1/title")
    assert code == 201
    assert shown["proof"]["proofValue"].startswith("u2V0B")
    assert shown["credentialSubject"] == {
        "id": "did:example:ana",
        "name": "Ana Rivera",
        "courses": [{"title": "Statistics"}],
    }
    assert shown["credentialStatus"] == issued["credentialStatus"]
    assert server.verify(shown) == (200, {"verified": True, "warnings": [], "errors": []})
    assert server.verify_presentation(presented(presentation(shown)))[0] == 200


def test_what_is_shown_cannot_be_changed_or_shortened(server: Client):
    _, shown = derive(server, server.issue(diploma()), "/credentialSubject/name")
    assert server.verify(shown)[0] == 200
    for change in (
        lambda vc: vc["credentialSubject"].update(name="Pat"),
        lambda vc: vc["credentialSubject"].pop("name"),
        lambda vc: vc.pop("credentialStatus"),
        lambda vc: vc.update(validFrom="2019-01-01T00:00:00Z"),
        lambda vc: vc["proof"].update(proofValue=vc["proof"]["proofValue"][:-8]),
        lambda vc: vc["proof"].update(proofValue="u2V0B"),
        lambda vc: vc["proof"].update(proofValue="z3abc"),
        lambda vc: vc["proof"].update(created="2020-01-01T00:00:00Z"),
    ):
        spoiled = copy.deepcopy(shown)
        change(spoiled)
        assert kind_of(server.verify(spoiled)) == REFUSED


def test_a_part_is_revoked_with_the_whole(server: Client):
    name = "urn:uuid:5b0f7c0e-7a55-4d6c-9a4c-0c0b3c1f2a77"
    issued = server.issue({**diploma(), "id": name})
    _, shown = derive(server, issued, "/credentialSubject/name")
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    change = {"credentialId": name, "credentialStatus": entry}
    assert server.post("/credentials/status", change)[0] == 200
    assert server.verify(shown)[1]["title"] == "The credential is revoked."
    listed = server.ask("GET", "/status/1")[1]
    assert listed["proof"]["cryptosuite"] == "ecdsa-rdfc-2019"
    assert server.verify(listed)[0] == 200


@pytest.mark.parametrize(
    ("pointers", "kind"),
    [
        (["/credentialSubject/shoeSize"], "PROOF_GENERATION_ERROR"),
        (["credentialSubject"], "PROOF_GENERATION_ERROR"),
        (["/credentialSubject/courses/9"], "PROOF_GENERATION_ERROR"),
        ([7], "PROOF_GENERATION_ERROR"),
        (["/id"] * 101, "PROOF_GENERATION_ERROR"),
    ],
)
def test_pointers_point_at_something(server: Client, pointers: list[Any], kind: str):
    assert kind_of(derive(server, server.issue(diploma()), *pointers)) == (400, kind)
    body = {"credential": diploma(), "options": {"mandatoryPointers": pointers}}
    assert kind_of(server.post("/credentials/issue", body)) == (400, kind)


def test_parts_come_from_the_original_alone(server: Client):
    issued = server.issue(diploma())
    _, shown = derive(server, issued, "/credentialSubject/name")
    assert kind_of(derive(server, shown, "/credentialSubject/name")) == FAILED
    assert kind_of(derive(server, credential(issuer=server.did), "/id")) == FAILED
    spoiled = copy.deepcopy(issued)
    spoiled["proof"]["proofValue"] = issued["proof"]["proofValue"][:-9]
    assert derive(server, spoiled, "/credentialSubject/name")[0] == 400
    added = {**issued, "name": "Added"}
    assert kind_of(derive(server, added, "/credentialSubject/name")) == FAILED
