"""José takes his badge into the Learner Credential Wallet by a VC-API exchange."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bitterroot.demo.world import START
from bitterroot.issuing.models import Award, BoundCopy, Collection
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.openbadges import contexts, proofs
from bitterroot.openbadges.keys import SigningKey
from bitterroot.record import clock

from .conftest import ORIGIN
from .wallet_kit import Wallet

Made = Callable[..., tuple[dict[str, str], str]]
pytestmark = pytest.mark.django_db


def exchange_of(link: dict[str, str]) -> str:
    """The exchange's address, as the wallet reads it out of the link."""
    asked = json.loads(link["request"])
    assert asked["credentialRequestOrigin"] == ORIGIN
    return str(asked["protocols"]["vcapi"])


def presentation(key: SigningKey, **proof: Any) -> dict[str, Any]:
    """What the wallet signs to say who it is."""
    did = key.public.did
    bare = {
        "@context": [contexts.CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": did,
    }
    method = f"{did}#{key.public.multibase}"
    return proofs.sign(
        bare, key, method, "2026-11-20T12:00:00Z", purpose=proofs.AUTHENTICATION, more=proof
    )


def answered(wallet: Wallet, address: str, key: SigningKey, **changed: Any) -> Any:
    asked = wallet.post(address, {}).json()["verifiablePresentationRequest"]
    said = {"challenge": asked["challenge"], "domain": asked["domain"]} | changed
    return wallet.post(address, {"verifiablePresentation": presentation(key, **said)})


def test_the_wallet_says_who_it_is_and_gets_a_badge_that_names_it(award: Award, made: Made) -> None:
    link, pin = made("vcapi", bind=True)
    wallet, key = Wallet(), SigningKey.generate()
    address = exchange_of(link)
    assert (address.startswith(f"{ORIGIN}/exchanges/"), pin) == (True, "")
    asked = wallet.post(address, {}).json()["verifiablePresentationRequest"]
    assert asked["query"][0]["type"] == "DIDAuthentication"
    assert asked["domain"] == "demo.bitterroot.example"
    assert asked["interact"]["service"][0]["serviceEndpoint"] == address
    answer = answered(wallet, address, key)
    assert answer.status_code == 200, answer.content
    [badge] = answer.json()["verifiablePresentation"]["verifiableCredential"]
    assert badge["credentialSubject"]["id"] == key.public.did
    found = verify_anything(json.dumps(badge), online=False)
    assert (found.result.verdict, found.own) == ("valid", award)
    again = answered_again = wallet.post(address, {})
    assert (again.status_code, answered_again["Content-Type"]) == (404, "application/problem+json")


def test_without_binding_it_gets_the_badge_as_it_was_issued(award: Award, made: Made) -> None:
    link, _ = made("vcapi")
    answer = answered(Wallet(), exchange_of(link), SigningKey.generate())
    assert bytes(award.document.body) in answer.content
    assert BoundCopy.objects.count() == 0


def test_older_wallets_send_the_presentation_as_the_whole_body(made: Made) -> None:
    link, _ = made("vcapi", bind=True)
    wallet, key = Wallet(), SigningKey.generate()
    challenge = Collection.objects.get().challenge  # it stands in the older link
    answer = wallet.post(exchange_of(link), presentation(key, challenge=challenge))
    [badge] = answer.json()["verifiableCredential"]
    assert badge["credentialSubject"]["id"] == key.public.did


def test_the_neutral_address_leads_to_the_exchange(made: Made) -> None:
    link, _ = made("vcapi")
    address = exchange_of(link)
    assert Wallet().get(f"{address}?iuv=1").json() == {"protocols": {"vcapi": address}}


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"challenge": "another"}, "INVALID_CHALLENGE_ERROR"),
        ({"domain": "other.example"}, "INVALID_DOMAIN_ERROR"),
        ({"expires": "2020-01-01T00:00:00Z"}, "PROOF_VERIFICATION_ERROR"),
    ],
)
def test_another_challenge_or_domain_is_refused(
    made: Made, changed: dict[str, str], kind: str
) -> None:
    link, _ = made("vcapi", bind=True)
    wallet, key = Wallet(), SigningKey.generate()
    answer = answered(wallet, exchange_of(link), key, **changed)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith(kind)
    assert answered(wallet, exchange_of(link), key).status_code == 200


def test_somebody_else_s_name_is_refused(made: Made) -> None:
    link, _ = made("vcapi", bind=True)
    wallet, address = Wallet(), exchange_of(link)
    challenge = Collection.objects.get().challenge
    said = {"challenge": challenge, "domain": "demo.bitterroot.example"}
    stolen = presentation(SigningKey.generate(), **said)
    for change in (
        {"holder": SigningKey.generate().public.did},
        {"holder": "did:web:uni.example"},
        {"holder": ["x"]},
        {"verifiableCredential": [{"id": "urn:x"}]},
    ):
        answer = wallet.post(address, {"verifiablePresentation": stolen | change})
        assert answer.status_code == 400, change
    assert BoundCopy.objects.count() == 0
    for body in ({"verifiablePresentation": "x"}, {"verifiablePresentation": None}):
        assert wallet.post(address, body).status_code == 400


def test_time_ends_an_exchange_and_other_ways_do_not_open_it(made: Made) -> None:
    link, _ = made("vcapi")
    address, wallet = exchange_of(link), Wallet()
    assert wallet.get(address.replace("/exchanges/", "/wallet/offers/")).status_code == 404
    with clock.standing_at(START + timedelta(minutes=10, seconds=1)):
        assert wallet.post(address, {}).status_code == 404
    other, _ = made("openid")
    secret = other["credential_offer_uri"].rsplit("/", 1)[1]
    assert wallet.post(f"/exchanges/{secret}", {}).status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a":"\\ud800"}', b"[" * 5000, b"\xff"])
def test_what_is_no_json_object_is_said_to_be_none(made: Made, body: bytes) -> None:
    link, _ = made("vcapi")
    path = exchange_of(link).removeprefix(ORIGIN)
    answer = Client().post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
