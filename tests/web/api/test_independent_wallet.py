"""A client of OpenID4VCI that we did not write takes José's badge; two other stacks verify it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bitterroot.issuing.domain.keys import did_document, issuer_did
from bitterroot.issuing.interfaces.own_resolver import own_bytes
from bitterroot.issuing.models import Award
from bitterroot.record import clock
from openbadges.independent import need_node, node_verdicts, run_node

from .bridge import served
from .conftest import ORIGIN

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.django_db]
Made = Callable[..., tuple[dict[str, str], str]]


@pytest.mark.parametrize(
    ("bind", "kid"), [(False, False), (True, True), (True, False)], ids=["as issued", "kid", "jwk"]
)
def test_it_walks_the_whole_road(
    award: Award, made: Made, tmp_path: Path, bind: bool, kid: bool
) -> None:
    link, pin = made(bind=bind)
    ask = {
        "origin": ORIGIN,
        "offer": "openid-credential-offer://?" + urlencode(link),
        "pin": pin,
        "bind": bind,
        "kid": kid,
        "now": clock.now().isoformat(),
    }
    need_node()
    told = served(
        lambda base: run_node(tmp_path, "wallet.mjs", {"ask.json": {**ask, "base": base}})
    )
    assert "error" not in told, told["error"]
    badge = told["credential"]
    subject = badge["credentialSubject"].get("id", "")
    assert subject.startswith("did:jwk:") is bind
    if bind:
        held = json.loads(base64.urlsafe_b64decode(subject.removeprefix("did:jwk:") + "=="))
        assert (held["x"], held["y"]) == (told["jwk"]["x"], told["jwk"]["y"])
    else:
        assert badge == json.loads(bytes(award.document.body))
    documents = {issuer_did(): json.dumps(did_document()).encode()}
    for listed in (entry["statusListCredential"] for entry in badge["credentialStatus"]):
        status = own_bytes(listed)
        assert status is not None
        documents[listed] = status
    verdicts = node_verdicts(tmp_path, {"taken": json.dumps(badge).encode()}, documents)
    for stack, verdict in verdicts["taken"].items():
        assert (verdict["verified"], verdict["revoked"]) == (True, False), (stack, verdict)
