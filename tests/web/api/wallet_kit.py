"""A wallet, as another program would be written: keys, proofs, and what it asks."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.test import Client

from bitterroot.record import clock

from .conftest import ORIGIN

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Key:
    """A wallet's key on P-256 or Ed25519."""

    secret: Any

    @classmethod
    def p256(cls) -> "Key":
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def ed25519(cls) -> "Key":
        return cls(ed25519.Ed25519PrivateKey.generate())

    @property
    def jwk(self) -> dict[str, str]:
        public = self.secret.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return {"crv": "Ed25519", "kty": "OKP", "x": b64(public.public_bytes_raw())}
        n = public.public_numbers()
        x, y = (b64(value.to_bytes(32, "big")) for value in (n.x, n.y))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    @property
    def did(self) -> str:
        return "did:jwk:" + b64(json.dumps(self.jwk).encode())

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.sign(message)
        r, s = decode_dss_signature(self.secret.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def proof(self, nonce: str | None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """An OpenID4VCI proof; `header` and `claims` change what usually stands there."""
        ec_key = isinstance(self.secret, ec.EllipticCurvePrivateKey)
        head = {"alg": "ES256" if ec_key else "EdDSA", "typ": "openid4vci-proof+jwt"}
        head |= {"kid": f"{self.did}#0"} if header is None else header
        body = {"aud": ORIGIN, "iat": int(clock.now().timestamp()), "nonce": nonce} | claims
        parts = [b64(json.dumps(part).encode()) for part in (head, body)]
        return ".".join([*parts, b64(self.sign(".".join(parts).encode()))])


class Wallet:
    """A program without cookies that asks what an offer leads to."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.started = time.monotonic()

    def get(self, address: str) -> Any:
        return self.client.get(address.removeprefix(ORIGIN))

    def post(self, address: str, body: Any, **more: Any) -> Any:
        return self.client.post(
            address.removeprefix(ORIGIN), json.dumps(body), content_type="application/json", **more
        )

    def token(self, code: str, pin: str) -> Any:
        fields = {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": pin}
        return self.client.post("/oauth/token", {k: v for k, v in fields.items() if v})

    def code(self, link: dict[str, str]) -> str:
        offer = self.get(link["credential_offer_uri"]).json()
        return str(offer["grants"][GRANT]["pre-authorized_code"])

    def nonce(self) -> str:
        return str(self.client.post("/wallet/nonce").json()["c_nonce"])

    def credential(self, token: str, body: Any) -> Any:
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        return self.post("/wallet/credential", body, **bearer)
