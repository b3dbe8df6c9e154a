"""What strangers may send to the VC-API: any body, any address, any pace."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator

import pytest

from .vc_server import CREATED, NOTARY, REFUSED, Client, credential, kind_of, served


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with served() as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"{",
        b"\xff\xfe{}",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'{"credential": NaN}',
        b'{"credential": {}, "credential": {}}',
        b'{"credential": []}',
        b'{"credential": {}, "options": []}',
        b'{"verifiableCredential": "eyJhbGciOi"}',
        b'{"verifiableCredential": {"@context": {}}}',
        b'{"verifiablePresentation": {"@context": [[]]}}',
        json.dumps({"credential": credential(evidence=[[[[{}]]]])}).encode(),
    ],
)
def test_no_body_upsets_it(server: Client, body: bytes):
    for path in (
        "/credentials/issue",
        "/credentials/verify",
        "/credentials/derive",
        "/credentials/status",
        "/presentations/verify",
    ):
        code, found, kind = server.ask("POST", path, body)
        assert (code, kind) == (400, "application/problem+json"), found
        assert found["title"] != "The request cannot be served.", found


def test_addresses_and_methods_that_it_does_not_know(server: Client):
    for method, path, code in (
        ("GET", "/credentials/issue", 405),
        ("DELETE", "/credentials/status", 405),
        ("POST", "/status/1", 405),
        ("BREW", "/credentials/issue", 405),
        ("GET", "/nothing", 404),
        ("GET", "/status/0", 404),
        ("GET", "/status/99999999999999999999", 404),
        ("GET", "/status/../status/x", 404),
    ):
        found = server.ask(method, path, b"{}" if method == "POST" else None)
        assert (found[0], found[2]) == (code, "application/problem+json")


_POST = b"POST /credentials/issue HTTP/1.1\r\nHost: %s\r\n"


def test_it_answers_on_loopback_and_within_bounds(server: Client):
    code, found, _ = server.ask("GET", "/", headers={"Host": "rebound.example"})
    assert (code, found["detail"]) == (421, "This server answers on loopback alone.")
    host, port = server.origin.removeprefix("http://").split(":")
    for request, expected in (
        (b"POST /credentials/issue HTTP/1.1\r\nHost: %s\r\nContent-Length: 9000000\r\n\r\n", 413),
        (b"POST /credentials/issue HTTP/1.1\r\nHost: %s\r\nContent-Length: many\r\n\r\n", 400),
        (_POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
        (b"GET /[ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", 404),
        (b"GET http://[ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", 404),
        (b"POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"GET /a b HTTP/1.1 more\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
    ):
        with socket.create_connection((host, int(port)), 20) as raw:
            raw.sendall(request.replace(b"%s", host.encode()))
            answer = raw.makefile("rb").read()
        assert f" {expected} ".encode() in answer.partition(b"\r\n")[0] + b" "
        assert b"application/problem+json" in answer
    started = time.monotonic()
    with socket.create_connection((host, int(port)), 20) as idle:
        idle.sendall(b"POST /credentials/issue HTTP/1.1\r\n")
        assert server.ask("GET", "/")[0] == 200  # one who waits holds nobody up
    assert time.monotonic() - started < 10


def test_lists_are_served_over_https_where_a_suite_wants_it():
    with served("--tls") as client:
        issued = client.issue(credential(id="urn:uuid:86294362-4254-4f36-854f-3952fe42555d"))
        assert issued["credentialStatus"]["statusListCredential"].startswith("https://127.0.0.1:")
        assert client.verify(issued)[0] == 200
        with socket.create_connection(("127.0.0.1", int(client.origin.rpartition(":")[2]))) as raw:
            raw.sendall(b"no TLS at all\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                raw.makefile("rb").read()
        assert client.ask("GET", "/status/1")[0] == 200


def test_a_suite_that_names_no_checks_may_be_answered_about_the_proof_alone():
    """The published vectors name an issuer whose keys are not to be had."""
    names = {"issuer": "https://vc.example/issuers/5678"}
    vector = NOTARY.sign(credential(**names), CREATED)
    with served("--proof-alone", "--no-status") as client:
        assert client.verify(vector)[0] == 200
        assert kind_of(client.verify(vector, checks=["credentialStatus"])) == REFUSED
        assert client.verify(client.issue(credential())) == (
            200,
            {"verified": True, "warnings": [], "errors": []},
        )
