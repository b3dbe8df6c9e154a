"""A portfolio site that asks to read badges, as another program would be written."""

import base64
import hashlib
import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
BACK = "https://portfolio.example/back"
VERIFIER = "a-verifier-of-forty-three-letters-or-more-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
REGISTRATION = {
    "client_name": "Portfolio",
    "client_uri": "https://portfolio.example/",
    "logo_uri": "https://portfolio.example/logo.png",
    "tos_uri": "https://portfolio.example/terms",
    "policy_uri": "https://portfolio.example/privacy",
    "software_id": "portfolio-7",
    "software_version": "1",
    "redirect_uris": [BACK],
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": f"{SCOPE}credential.readonly {SCOPE}profile.readonly",
}


class Portfolio:
    """Registers, sends a learner to be asked, and reads with the tokens that it gets."""

    def __init__(self, **changed: Any) -> None:
        self.client = Client(enforce_csrf_checks=True)
        answer = self.register(**changed)
        assert answer.status_code == 201, answer.content
        self.registered = answer.json()

    def register(self, **changed: Any) -> Any:
        body = json.dumps(REGISTRATION | changed)
        return self.client.post("/oauth/register", body, content_type="application/json")

    @property
    def basic(self) -> str:
        pair = f"{self.registered['client_id']}:{self.registered['client_secret']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def asks(self, **changed: str) -> str:
        """The address to which it sends a learner."""
        fields = {
            "response_type": "code",
            "client_id": self.registered["client_id"],
            "redirect_uri": BACK,
            "scope": self.registered["scope"],
            "state": "a state",
            "code_challenge": CHALLENGE.decode(),
            "code_challenge_method": "S256",
        } | changed
        return "/oauth/authorize?" + urlencode({k: v for k, v in fields.items() if v})

    def token(self, basic: str | None = None, **fields: str) -> Any:
        shown = {"HTTP_AUTHORIZATION": self.basic if basic is None else basic}
        return self.client.post("/oauth/token", fields, **shown)  # type: ignore[arg-type]

    def tokens(self, code: str, **changed: str) -> Any:
        fields = {"redirect_uri": BACK, "code_verifier": VERIFIER} | changed
        return self.token(grant_type="authorization_code", code=code, **fields)

    def read(self, token: str, what: str = "credentials", **query: Any) -> Any:
        return self.client.get(f"/ims/ob/v3p0/{what}", query, HTTP_AUTHORIZATION=f"Bearer {token}")


def answer_of(page: str) -> dict[str, str]:
    """What the page that leads back tells the portfolio."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert found is not None, page
    address = urlsplit(unescape(found[1]))
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def let(learner: Client, portfolio: Portfolio, which: str = "shown", **changed: str) -> str:
    """The learner says yes; the code that the portfolio gets."""
    page = learner.post(portfolio.asks(**changed), {"answer": "yes", "which": which})
    return answer_of(page.content.decode())["code"]
