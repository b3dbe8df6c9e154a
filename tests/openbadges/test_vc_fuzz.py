"""Junk in every place of what the VC-API is sent: it always answers, and never takes a change."""

import copy
import json
import random
from typing import Any

import pytest

from bitterroot.openbadges import keys, proofs
from bitterroot.openbadges.issue import Signer
from bitterroot.openbadges.vcapi.api import Api
from bitterroot.openbadges.vcapi.issuer import Issuer

from .test_fuzz import JUNK, places, put
from .vc_server import V1, V2, credential

ORIGIN = "http://127.0.0.1:8080"
CREATED = "2026-01-02T03:04:05Z"
RICH = {
    "@context": [V2, {"badge": "https://example.org/badge"}],
    "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
    "name": [{"@value": "Map maker", "@language": "en", "@direction": "ltr"}],
    "issuer": {"id": "did:example:issuer", "name": "University"},
    "validFrom": "2020-01-01T00:00:00Z",
    "credentialSubject": [{"id": "did:example:subject", "badge": ["GIS", 7]}],
    "evidence": [{"type": ["https://example.org/Evidence"]}],
    "termsOfUse": {"type": "https://example.org/Terms"},
    "relatedResource": {
        "id": "https://elsewhere.example/a",
        "digestMultibase": "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA",
    },
}


def make_api() -> Api:
    return Api(Issuer(ORIGIN, key=keys.SigningKey(b"a test issuer's key, no secret..")), ORIGIN)


def answer(api: Api, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    """As the server would be answered; an error that is not foreseen is raised here."""
    found = api.answer("POST", path, json.dumps(body).encode())
    json.dumps(found.body)
    assert 200 <= found.status < 500
    return found.status, found.body


def bodies() -> dict[str, tuple[str, dict[str, Any]]]:
    """A good body for each address."""
    api = make_api()
    key = keys.SigningKey(b"a test holder's key, no secret..")
    holder = Signer(key, f"{key.public.did}#{key.public.multibase}")
    _, issued = answer(api, "/credentials/issue", {"credential": credential(**RICH)})
    older = credential(**{"@context": [V1], "issuanceDate": "2020-01-01T00:00:00Z"})
    chained = {"credential": issued, "options": {"id": "urn:p:2", "domain": ["a.example"]}}
    presentation = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": {"id": key.public.did},
        "verifiableCredential": [issued, credential(issuer=key.public.did)],
    }
    presented = holder.sign(presentation, CREATED, purpose=proofs.AUTHENTICATION)
    chooser = Api(Issuer(ORIGIN, proofs.SELECTIVE, status=False), ORIGIN)
    _, original = answer(chooser, "/credentials/issue", {"credential": credential(**RICH)})
    chosen = {"selectivePointers": ["/credentialSubject/0/badge/1", "/name"]}
    derive = {"verifiableCredential": original, "options": chosen}
    _, part = answer(chooser, "/credentials/derive", derive)
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "status": "1"}
    return {
        "issue": ("/credentials/issue", chained),
        "issue older": ("/credentials/issue", {"credential": older, "options": {}}),
        "verify": ("/credentials/verify", {"verifiableCredential": issued, "options": {}}),
        "present": ("/presentations/verify", {"verifiablePresentation": presented, "options": {}}),
        "derive": ("/credentials/derive", derive),
        "verify part": ("/credentials/verify", {"verifiableCredential": part, "options": {}}),
        "status": (
            "/credentials/status",
            {"credentialId": RICH["id"], "credentialStatus": [entry]},
        ),
    }


BODIES = bodies()


@pytest.mark.parametrize("what", BODIES)
def test_junk_is_answered_and_no_change_is_taken(what: str):
    path, good = BODIES[what]
    chance = random.Random(what)
    every = places(good)
    api = make_api()
    checked = {"verify", "verify part", "present"}
    if what in {*checked, "status", "derive"}:  # this server gave the credential its status
        answer(api, "/credentials/issue", {"credential": credential(**RICH)})
        assert answer(api, path, good)[0] == (201 if what == "derive" else 200)
    member = "verifiablePresentation" if what == "present" else "verifiableCredential"
    for _ in range(300):
        changed = put(copy.deepcopy(good), chance.choice(every), chance.choice(JUNK))
        status, _ = answer(api, path, changed)
        if what in checked and isinstance(changed, dict):
            same = json.dumps(changed.get(member)) == json.dumps(good[member])
            assert status == 400 or same, changed
