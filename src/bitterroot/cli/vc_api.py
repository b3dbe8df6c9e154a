"""`bitterroot vc-api`: a VC-API on loopback, for conformance suites. Works without a database."""

import ipaddress
import json
import ssl
import sys
import tempfile
import threading
import traceback
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bitterroot.openbadges.fetch import Fetcher
from bitterroot.openbadges.vcapi.api import MAX_BODY, PROBLEM, Answer, Api
from bitterroot.openbadges.vcapi.issuer import KINDS, Issuer
from bitterroot.openbadges.vcapi.problems import PLAIN, Problem

HOST = "127.0.0.1"
_PATIENCE = 20  # seconds for a client to send its request
_DIGITS = 20  # of the length of a body; Python reads no number of thousands


class _Handler(BaseHTTPRequestHandler):
    """Reads a request within bounds, asks the Api, writes JSON."""

    protocol_version = "HTTP/1.1"
    server_version = "Bitterroot"
    sys_version = ""
    timeout = _PATIENCE
    server: "Server"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        """``do_GET``, ``do_POST``…: every method goes one way, and the Api says what it takes."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        try:
            body = self._body()
        except Problem as problem:
            self.close_connection = True
            self._write(_told(problem))
            return
        with self.server.turn:  # the work is Python's own; one at a time keeps lists in step
            try:
                answer = self.server.api.answer(self.command, self.path, body)
            except Exception:  # a fault of ours: told where the operator sees it, not to clients
                traceback.print_exc(file=sys.stderr)
                answer = _told(Problem(PLAIN, "The request could not be understood."))
        self._write(answer)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no sound HTTP, as a problem too."""
        self.close_connection = True
        self.request_version = self.protocol_version  # or the answer would have no head
        status = code if code < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.BAD_REQUEST
        self._write(_told(Problem(PLAIN, message or "This is no sound request.", status)))

    def _body(self) -> bytes:
        """The body. Raises Problem for foreign hosts and for bodies without a length, or too long."""
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        if host not in (HOST, "localhost"):
            raise Problem(PLAIN, "This server answers on loopback alone.", 421)
        if self.headers.get("Transfer-Encoding"):
            raise Problem(PLAIN, "The body must have a length.", 411)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise Problem(PLAIN, "The length of the body is no number.", 400)
        if len(length) > _DIGITS or int(length) > MAX_BODY:
            raise Problem(PLAIN, f"The body is larger than {MAX_BODY // 1_000_000} MB.", 413)
        return self.rfile.read(int(length))

    def _write(self, answer: Answer) -> None:
        data = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: credentials and addresses of strangers belong in no log."""


def _self_signed() -> ssl.SSLContext:
    """TLS with a certificate for loopback that is made now and trusted by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    hosts = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(hosts, critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:  # ssl reads keys from files alone
        file.write(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + made.public_bytes(Encoding.PEM)
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _told(problem: Problem) -> Answer:
    return Answer(problem.status, problem.details(), PROBLEM)


class Server(ThreadingHTTPServer):
    """The HTTP server around one Api, bound to loopback."""

    daemon_threads = True

    def __init__(
        self,
        port: int,
        cryptosuite: str,
        *,
        status: bool,
        fetch: bool,
        tls: bool = False,
        proof_alone: bool = False,
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self._tls = _self_signed() if tls else None
        origin = f"{'https' if tls else 'http'}://{HOST}:{self.server_port}"
        self.turn = threading.Lock()
        self.issuer = Issuer(origin, cryptosuite, status=status)
        self.api = Api(self.issuer, origin, Fetcher() if fetch else None, proof_alone=proof_alone)
        self.origin = origin

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the request's own thread, so that a slow handshake holds nobody up."""
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_PATIENCE)
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, or that speak no TLS, are no news."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@click.command("vc-api")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--cryptosuite", default=next(iter(KINDS)), show_default=True, type=click.Choice(list(KINDS))
)
@click.option(
    "--status/--no-status",
    default=True,
    help="Give credentials that have an id a place on a status list (the default).",
)
@click.option("--fetch", is_flag=True, help="Obtain what stands elsewhere on the public web.")
@click.option("--tls", is_flag=True, help="Speak HTTPS, with a certificate that nobody trusts.")
@click.option(
    "--proof-alone",
    is_flag=True,
    help="Check the proof alone where a caller names no checks: not whose it is.",
)
def command(
    port: int, cryptosuite: str, status: bool, fetch: bool, tls: bool, proof_alone: bool
) -> None:
    """Serve a VC-API with a fresh did:key on 127.0.0.1, for conformance suites.

    It signs whatever it is sent: never put it where strangers reach it.
    """
    try:
        server = Server(
            port, cryptosuite, status=status, fetch=fetch, tls=tls, proof_alone=proof_alone
        )
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}") from None
    click.echo(f"{server.origin} signs as {server.issuer.did} ({cryptosuite}). Ctrl-C ends it.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
