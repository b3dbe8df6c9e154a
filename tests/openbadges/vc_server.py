"""A real `bitterroot vc-api` process on loopback, and a client of it."""

import json
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bitterroot.openbadges import keys, proofs
from bitterroot.openbadges.issue import Signer

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


_UNTRUSTED = ssl._create_unverified_context()  # the server makes its certificate itself


@dataclass
class Client:
    """Asks one server; `did` is its issuer."""

    origin: str
    did: str = ""

    def ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any], str]:
        """Status, parsed body and content type."""
        request = urllib.request.Request(
            self.origin + path,
            data,
            headers={"Content-Type": "application/json", **(headers or {})},
            method=method,
        )
        try:
            answer = urllib.request.urlopen(request, timeout=60, context=_UNTRUSTED)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, json.load(answer), answer.headers["Content-Type"]

    def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        status, found, kind = self.ask("POST", path, json.dumps(body).encode())
        if status >= 400:
            assert kind == "application/problem+json", found
            assert {"type", "title", "status", "detail"} <= found.keys()
            assert status == found["status"] < 500
        return status, found

    def issue(self, credential: Any, **options: Any) -> dict[str, Any]:
        """The issued credential."""
        status, found = self.post(
            "/credentials/issue", {"credential": credential, "options": options}
        )
        assert status == 201, found
        return found

    def verify(self, credential: Any, **options: Any) -> tuple[int, dict[str, Any]]:
        return self.post(
            "/credentials/verify", {"verifiableCredential": credential, "options": options}
        )

    def verify_presentation(self, presentation: Any, **options: Any) -> tuple[int, dict[str, Any]]:
        body = {"verifiablePresentation": presentation, "options": options}
        return self.post("/presentations/verify", body)


@contextmanager
def served(*options: str) -> Iterator[Client]:
    """A server on a free port for as long as the block runs."""
    command = [sys.executable, "-m", "bitterroot.cli", "vc-api", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            origin = process.stdout.readline().partition(" ")[0]
            assert origin.startswith(("http://127.0.0.1:", "https://127.0.0.1:")), origin
            client = Client(origin)
            client.did = client.ask("GET", "/")[1]["issuer"]
            yield client
        finally:
            process.terminate()
            process.wait(10)


def credential(**changes: Any) -> dict[str, Any]:
    """The smallest credential of the data model 2.0; a change to None takes a member away."""
    whole = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


REFUSED = (400, "PROOF_VERIFICATION_ERROR")
CREATED = "2026-01-02T03:04:05Z"


def kind_of(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return answer[0], answer[1].get("type", "").rpartition("#")[2]


def signer_of(seed: bytes) -> Signer:
    key = keys.SigningKey(seed)
    return Signer(key, f"{key.public.did}#{key.public.multibase}")


HOLDER = signer_of(b"a test holder's key, no secret..")
NOTARY = signer_of(b"a test notary's key, no secret..")


def did_of(signer: Signer) -> str:
    return signer.verification_method.partition("#")[0]


def presentation(*credentials: Any, **changes: Any) -> dict[str, Any]:
    whole = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": did_of(HOLDER),
        "verifiableCredential": list(credentials),
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def presented(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A presentation signed by its holder, to prove who presents it."""
    return HOLDER.sign(document, CREATED, purpose=proofs.AUTHENTICATION, more=more)
