"""A wallet proves that it holds a key; others try to prove that it is theirs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bitterroot.openbadges import holder, multikey, proofs
from bitterroot.openbadges.contexts import CREDENTIALS_V2
from bitterroot.openbadges.ecdsa import EcSigningKey
from bitterroot.openbadges.errors import OpenBadgeError

from .conftest import CREATED, NOW

KEY = EcSigningKey("P-256", b"bitterroot test key, not secret.")
THIEF = EcSigningKey("P-256", b"the key of a thief, not secret..")
US = "https://us.example"
MOMENT = int(NOW.timestamp())
METHOD = f"{KEY.public.did}#{KEY.public.multibase}"


def token(key: EcSigningKey = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    head = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "kid": METHOD, **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    body = {"aud": US, "iat": MOMENT, "nonce": "fresh", **claims}
    parts = [multikey.to_base64url(json.dumps(part).encode()) for part in (head, body)]
    return ".".join([*parts, multikey.to_base64url(key.sign(".".join(parts).encode()))])


def of(compact: str) -> str:
    return holder.of_jwt(compact, audience=US, now=NOW, is_ours=lambda nonce: nonce == "fresh")


def test_a_wallet_names_its_key_in_one_of_three_ways() -> None:
    jwk = multikey.to_jwk(KEY.public)
    assert of(token()) == KEY.public.did
    assert of(token(header={"kid": KEY.public.did})) == KEY.public.did
    name = of(token(header={"kid": None, "jwk": jwk}))
    assert name == holder.did_of_jwk(dict(jwk))
    assert of(token(header={"kid": f"{name}#0"})) == name


@pytest.mark.parametrize(
    "compact",
    [
        lambda: token(THIEF),
        lambda: token(header={"kid": f"{KEY.public.did}#{THIEF.public.multibase}"}),
        lambda: token(THIEF, {"kid": f"{KEY.public.did}#{THIEF.public.multibase}"}),
        lambda: token(header={"jwk": multikey.to_jwk(KEY.public)}),
        lambda: token(header={"kid": None}),
        lambda: token(header={"kid": "did:web:us.example#key-1"}),
        lambda: token(header={"kid": None, "jwk": {**multikey.to_jwk(KEY.public), "d": "AAAA"}}),
        lambda: token(header={"typ": "JWT"}),
        lambda: token(header={"typ": None}),
        lambda: token(header={"alg": "none"}),
        lambda: token(aud="https://them.example"),
        lambda: token(aud=[US, "https://them.example"]),
        lambda: token(iat=MOMENT - 601),
        lambda: token(iat=MOMENT + 61),
        lambda: token(iat="now"),
        lambda: token(iat=True),
        lambda: token(exp=MOMENT - 1),
        lambda: token(nonce="old"),
        lambda: token(nonce=None),
        lambda: token(more="x" * 10_000),
        lambda: "no token",
    ],
)
def test_what_proves_nothing(compact: Callable[[], str]) -> None:
    with pytest.raises(OpenBadgeError):
        of(compact())


def test_a_nonce_that_is_not_ours_is_told_apart() -> None:
    with pytest.raises(holder.StaleNonce):
        of(token(nonce="old"))


def presentation(key: EcSigningKey = KEY, **members: Any) -> dict[str, Any]:
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": KEY.public.did,
        **members,
    }
    method = f"{key.public.did}#{key.public.multibase}"
    said = {"challenge": "fresh", "domain": "us.example"}
    return proofs.sign(document, key, method, CREATED, purpose=proofs.AUTHENTICATION, more=said)


def shown(document: dict[str, Any], challenge: str = "fresh", domain: str = "us.example") -> str:
    return holder.of_presentation(document, challenge=challenge, domain=domain, now=NOW)


def test_a_presentation_answers_our_challenge_for_our_domain() -> None:
    assert shown(presentation()) == KEY.public.did
    for spoiled in (
        lambda: shown(presentation(THIEF)),
        lambda: shown(presentation(), challenge="another"),
        lambda: shown(presentation(), domain="them.example"),
        lambda: shown({**presentation(), "holder": THIEF.public.did}),
        lambda: shown({**presentation(), "proof": []}),
        lambda: shown(presentation(holder="did:web:us.example")),
        lambda: shown(presentation(verifiableCredential=[{"type": "VerifiableCredential"}])),
    ):
        with pytest.raises(OpenBadgeError):
            spoiled()
    asserted = proofs.sign(proofs.unsigned(presentation()), KEY, METHOD, CREATED)
    with pytest.raises(OpenBadgeError, match="another purpose"):
        shown(asserted)
