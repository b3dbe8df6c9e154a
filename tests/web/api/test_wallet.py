"""José takes his badge into a wallet by OpenID4VCI; nobody else can, and nobody can twice."""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from bitterroot.demo.world import START
from bitterroot.issuing.domain import award as awards
from bitterroot.issuing.domain import collecting, revocation
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import Award, BoundCopy, Collection, SigningKey
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.messages.domain.dispatch import run_once
from bitterroot.messages.models import Mail
from bitterroot.openbadges import multikey
from bitterroot.people.actor import person
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event

from .conftest import ORIGIN
from .wallet_kit import GRANT, Key, Wallet

Made = Callable[..., tuple[dict[str, str], str]]
pytestmark = pytest.mark.django_db
AS_ISSUED = {"credential_configuration_id": "OpenBadge"}
BOUND = {"credential_configuration_id": "OpenBadgeBound"}


def stored(award: Award) -> bytes:
    return bytes(Award.objects.get(pk=award.pk).document.body)


def token_for(made: Made, bind: bool) -> str:
    link, pin = made(bind=bind)
    wallet = Wallet()
    return str(wallet.token(wallet.code(link), pin).json()["access_token"])


def test_a_wallet_walks_the_road_that_the_metadata_show(award: Award, made: Made) -> None:
    link, pin = made()
    wallet = Wallet()
    offer = wallet.get(link["credential_offer_uri"])
    assert offer["Cache-Control"] == "no-store"
    assert offer["Access-Control-Allow-Origin"] == "*"
    assert offer.json()["credential_issuer"] == ORIGIN
    assert offer.json()["credential_configuration_ids"] == ["OpenBadge"]
    assert offer.json()["grants"][GRANT]["tx_code"]["length"] == len(pin) == 6
    issuer = wallet.get("/.well-known/openid-credential-issuer").json()
    server = wallet.get("/.well-known/oauth-authorization-server").json()
    assert (issuer["credential_issuer"], server["issuer"]) == (ORIGIN, ORIGIN)
    assert GRANT in server["grant_types_supported"]
    given = wallet.token(wallet.code(link), pin)
    assert given["Cache-Control"] == "no-store"
    assert given.json()["token_type"] == "Bearer"
    answer = wallet.credential(given.json()["access_token"], AS_ISSUED)
    assert answer.status_code == 200
    assert stored(award) in answer.content  # the bytes as they were issued
    assert answer.json() == {"credentials": [{"credential": orjson.loads(stored(award))}]}
    assert not wallet.client.cookies
    assert BoundCopy.objects.count() == 0


@pytest.mark.parametrize("kind", ["p256", "ed25519"])
@pytest.mark.parametrize("way", ["kid", "jwk"])
def test_a_bound_copy_names_the_wallet_and_verifies(
    award: Award, made: Made, kind: str, way: str
) -> None:
    before, key, wallet = stored(award), getattr(Key, kind)(), Wallet()
    token = token_for(made, bind=True)
    proof = key.proof(wallet.nonce(), None if way == "kid" else {"jwk": key.jwk})
    answer = wallet.credential(token, BOUND | {"proofs": {"jwt": [proof]}})
    [given] = answer.json()["credentials"]
    copy = given["credential"]
    subject = copy["credentialSubject"].pop("id")
    assert subject.startswith("did:jwk:")
    original = orjson.loads(before)
    original.pop("refreshService", None)  # it would give a badge that names no wallet
    assert {**copy, "proof": None} == {**original, "proof": None}  # the same words otherwise
    assert copy["credentialStatus"] == original["credentialStatus"]
    assert stored(award) == before
    row = BoundCopy.objects.get()
    found = verify_anything(bytes(row.body), online=False)
    assert (found.result.verdict, found.color, row.subject) == ("valid", "green", subject)
    assert found.own == award
    assert verify_record().broken == []


def test_one_revocation_is_about_both(award: Award, made: Made, house: Any) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    wallet.credential(token, BOUND | {"proofs": {"jwt": [key.proof(wallet.nonce())]}})
    asked = revocation.request_revocation(
        by=house.by("rita"), award=award, reason_code="wrong_person", reason="Wrong person."
    )
    revocation.approve_revocation(by=house.by("ruth"), revocation=asked)
    copy = bytes(BoundCopy.objects.get().body)
    assert verify_anything(copy, online=False).result.verdict == "revoked"


def test_he_is_told_that_a_wallet_took_it_and_the_record_protects_that(made: Made) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    wallet.credential(token, BOUND | {"proofs": {"jwt": [key.proof(wallet.nonce())]}})
    while run_once():
        pass
    [told] = Mail.objects.filter(template="badge_collected")
    assert ("names the wallet" in told.body, "/claim/" in told.body) == (True, True)
    assert verify_record().broken == []
    Collection.objects.update(subject="did:key:another")
    shown = f"collection:{Collection.objects.get().pk}: does not match its last event"
    assert [str(each) for each in verify_record().broken] == [shown]


def test_the_same_wallet_gets_the_same_copy_again(made: Made) -> None:
    wallet, key, answers = Wallet(), Key.ed25519(), []
    for _ in range(2):
        token = token_for(made, bind=True)
        proof = {"jwt": [key.proof(wallet.nonce())]}
        answers.append(wallet.credential(token, BOUND | {"proofs": proof}).content)
    assert answers[0] == answers[1]
    assert BoundCopy.objects.count() == 1


def test_link_code_and_token_work_once(made: Made) -> None:
    link, pin = made()
    wallet = Wallet()
    code = wallet.code(link)
    token = wallet.token(code, pin).json()["access_token"]
    again = wallet.token(code, pin)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert wallet.credential(token, AS_ISSUED).status_code == 200
    second = wallet.credential(token, AS_ISSUED)
    assert (second.status_code, second.json()["error"]) == (401, "invalid_token")
    assert second["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert wallet.get(link["credential_offer_uri"]).status_code == 404


def test_five_wrong_pins_end_the_link(made: Made) -> None:
    link, pin = made()
    wallet = Wallet()
    code = wallet.code(link)
    wrong = f"{(int(pin) + 1) % 10**6:06d}"
    said = [wallet.token(code, wrong).json()["error"] for _ in range(5)]
    assert said == ["invalid_grant"] * 5
    assert wallet.token(code, pin).json()["error"] == "invalid_grant"
    assert Collection.objects.get().redeemed_at is None


def test_time_ends_the_link_and_the_token(made: Made) -> None:
    link, pin = made()
    wallet = Wallet()
    code = wallet.code(link)
    with clock.standing_at(START + timedelta(minutes=10, seconds=1)):
        assert wallet.get(link["credential_offer_uri"]).status_code == 404
        assert wallet.token(code, pin).json()["error"] == "invalid_grant"
    token = wallet.token(code, pin).json()["access_token"]
    with clock.standing_at(START + timedelta(minutes=5, seconds=1)):
        assert wallet.credential(token, AS_ISSUED).status_code == 401


def test_another_link_ends_the_first_and_so_does_he(made: Made, jose: Client, award: Award) -> None:
    first, _ = made()
    second, _ = made()
    wallet = Wallet()
    assert wallet.get(first["credential_offer_uri"]).status_code == 404
    jose.post(f"/my/badges/{award.public_id}/wallet", {"act": "end"})
    assert wallet.get(second["credential_offer_uri"]).status_code == 404
    for _ in range(8):
        made()
    page = jose.post(f"/my/badges/{award.public_id}/wallet", {"act": "make", "way": "openid"})
    assert page.status_code == 409
    assert "You made 10 links in this hour." in page.content.decode()


def test_a_declined_or_revoked_badge_goes_nowhere(award: Award, made: Made, jose: Client) -> None:
    link, pin = made()
    wallet = Wallet()
    code = wallet.code(link)
    token = wallet.token(code, pin).json()["access_token"]
    awards.decline(by=person(award.learner), award=award)
    assert wallet.credential(token, AS_ISSUED).status_code == 401
    page = jose.get(f"/my/badges/{award.public_id}/wallet").content.decode()
    assert "Only a badge that you have taken can go into a wallet." in page
    assert "Make the link" not in page


def test_nobody_else_makes_a_link(award: Award, jose: Client) -> None:
    address = f"/my/badges/{award.public_id}/wallet"
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"act": "make"}).status_code == 404
    assert Collection.objects.count() == 0


def test_secrets_are_kept_as_digests_and_stay_out_of_record_and_log(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link, pin = made()
    wallet = Wallet()
    code = wallet.code(link)
    token = wallet.token(code, pin).json()["access_token"]
    secret = link["credential_offer_uri"].rsplit("/", 1)[1]
    row = Collection.objects.get()
    kept = " ".join(str(value) for value in Collection.objects.values().get().values())
    told = " ".join(Event.objects.values_list("data", flat=True)) + caplog.text
    for word in (secret, code, token, pin):
        assert word not in told or word == pin
        assert word not in kept
    assert row.token_digest == hashlib.sha256(token.encode()).hexdigest()


WRONG_PROOFS: dict[str, Callable[[Key, str], str]] = {
    "another audience": lambda key, n: key.proof(n, aud="https://other.example"),
    "two audiences": lambda key, n: key.proof(n, aud=[ORIGIN, "https://other.example"]),
    "an old one": lambda key, n: key.proof(n, iat=int(START.timestamp()) - 700),
    "one from tomorrow": lambda key, n: key.proof(n, iat=int(START.timestamp()) + 86_400),
    "no time": lambda key, n: key.proof(n, iat=None),
    "expired": lambda key, n: key.proof(n, exp=int(START.timestamp()) - 5),
    "another type": lambda key, n: key.proof(n, {"kid": f"{key.did}#0", "typ": "JWT"}),
    "two keys": lambda key, n: key.proof(n, {"kid": f"{key.did}#0", "jwk": key.jwk}),
    "no key": lambda key, n: key.proof(n, {}),
    "no signature": lambda key, n: key.proof(n, {"jwk": key.jwk, "alg": "none"}),
    "another's key": lambda key, n: key.proof(n, {"jwk": Key.p256().jwk}),
    "a secret key": lambda key, n: key.proof(n, {"jwk": key.jwk | {"d": "AAAA"}}),
    "a did on the web": lambda key, n: key.proof(n, {"kid": "did:web:uni.example#key-1"}),
    "cut": lambda key, n: key.proof(n)[:-4],
    "no token": lambda key, n: "nothing",
}


@pytest.mark.parametrize("case", WRONG_PROOFS)
def test_a_proof_that_does_not_hold_is_refused(made: Made, case: str) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    proof = WRONG_PROOFS[case](key, wallet.nonce())
    answer = wallet.credential(token, BOUND | {"proofs": {"jwt": [proof]}})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")
    good = BOUND | {"proofs": {"jwt": [key.proof(wallet.nonce())]}}
    assert wallet.credential(token, good).status_code == 200  # it may be sent right


def test_a_nonce_is_ours_and_fresh(made: Made) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    for nonce in ("made-up", None, ""):
        answer = wallet.credential(token, BOUND | {"proofs": {"jwt": [key.proof(nonce)]}})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_nonce")


def test_proofs_that_fail_five_times_end_the_link(made: Made) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    for _ in range(5):
        wrong = key.proof(wallet.nonce(), aud="https://other.example")
        wallet.credential(token, BOUND | {"proofs": {"jwt": [wrong]}})
    good = BOUND | {"proofs": {"jwt": [key.proof(wallet.nonce())]}}
    assert wallet.credential(token, good).status_code == 401


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "unknown_credential_configuration"),
        ({"credential_configuration_id": "Other"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": ["OpenBadge"]}, "unknown_credential_configuration"),
        ({"credential_configuration_id": "OpenBadgeBound"}, "invalid_credential_request"),
        ({"credential_identifier": "x"}, "unknown_credential_identifier"),
        ({"format": "mso_mdoc"}, "unsupported_credential_format"),
        ({**AS_ISSUED, "credential_response_encryption": {}}, "invalid_encryption_parameters"),
        ({**AS_ISSUED, "proofs": {"jwt": []}}, "invalid_proof"),
        ({**AS_ISSUED, "proofs": {"di_vp": [{}]}}, "invalid_proof"),
        ([], "invalid_request"),
    ],
)
def test_what_is_asked_wrongly_is_named_and_costs_nothing(
    made: Made, body: Any, error: str
) -> None:
    wallet = Wallet()
    token = token_for(made, bind=False)
    answer = wallet.credential(token, body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert wallet.credential(token, AS_ISSUED).status_code == 200


def test_the_token_door_names_what_is_missing() -> None:
    client = Client()

    def error(**fields: str) -> str:
        return str(client.post("/oauth/token", fields).json()["error"])

    assert error() == "invalid_request"
    assert error(grant_type="password") == "unsupported_grant_type"
    assert error(grant_type=GRANT) == "invalid_request"
    assert error(grant_type=GRANT, **{"pre-authorized_code": "x" * 64}) == "invalid_grant"


def test_guesses_from_one_network_are_bounded_and_stop_no_one_who_has_a_link(made: Made) -> None:
    link, pin = made()
    wallet = Wallet()
    said = [wallet.get(f"/wallet/offers/{'x' * 43}").status_code for _ in range(61)]
    assert said == [404] * 60 + [429]
    assert wallet.token(wallet.code(link), pin).status_code == 200


def test_wallets_of_the_drafts_before_are_answered_in_their_shape(award: Award, made: Made) -> None:
    wallet, key = Wallet(), Key.p256()
    token = token_for(made, bind=True)
    asked = {"format": "ldp_vc", "proof": {"proof_type": "jwt", "jwt": key.proof("")}}
    first = wallet.credential(token, asked)
    assert first.json()["error"] == "invalid_nonce"
    asked["proof"] = {"proof_type": "jwt", "jwt": key.proof(first.json()["c_nonce"])}
    assert wallet.credential(token, asked).json()["credential"]["id"].endswith(award.public_id)


def test_a_wallet_in_a_browser_may_ask_first() -> None:
    answer = Client().options("/wallet/credential")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Authorization" in answer["Access-Control-Allow-Headers"]


def test_the_address_shows_the_issued_bytes_whatever_was_bound(award: Award, made: Made) -> None:
    wallet, key = Wallet(), Key.p256()
    awards.set_visibility(by=person(award.learner), award=award, visibility="link")  # type: ignore[arg-type]
    token = token_for(made, bind=True)
    wallet.credential(token, BOUND | {"proofs": {"jwt": [key.proof(wallet.nonce())]}})
    assert Client().get(f"/credentials/{award.public_id}.json").content == stored(award)
    assert collecting.of_token(token) is None


def test_an_institution_on_p256_also_gives_tokens(
    award: Award, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, known = multikey.generate("P-256"), keystore.load
    now = clock.now()
    SigningKey.objects.create(
        fragment="key-p", public_multibase=secret.id, listed_at=now, active_from=now
    )
    monkeypatch.setattr(keystore, "load", lambda name: secret if name == "key-p" else known(name))
    link, pin = made(bind=True)
    wallet, key = Wallet(), Key.p256()
    offer = wallet.get(link["credential_offer_uri"]).json()
    name = "OpenBadgeBoundToken"
    assert offer["credential_configuration_ids"] == ["OpenBadgeBound", name]
    token = wallet.token(wallet.code(link), pin).json()["access_token"]
    proofs = {"jwt": [key.proof(wallet.nonce())]}
    answer = wallet.credential(token, {"credential_configuration_id": name, "proofs": proofs})
    [given] = answer.json()["credentials"]
    found = verify_anything(given["credential"], online=False)
    assert (found.result.verdict, found.own) == ("valid", award), found.result.checks
    assert found.result.credential is not None
    assert found.result.credential["credentialSubject"]["id"] == key.did
