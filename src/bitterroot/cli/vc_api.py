"""`bitterroot vc-api`: a VC-API on loopback, for conformance suites. Works without a database."""

import json
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import click

from bitterroot.openbadges.fetch import Fetcher
from bitterroot.openbadges.vcapi.api import MAX_BODY, Answer, Api
from bitterroot.openbadges.vcapi.issuer import KINDS, Issuer
from bitterroot.openbadges.vcapi.problems import PLAIN, Problem

HOST = "127.0.0.1"
_PATIENCE = 20  # seconds for a client to send its request


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

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _serve(self) -> None:
        try:
            body = self._body()
        except Problem as problem:
            self.close_connection = True
            self._write(Answer(problem.status, problem.details(), "application/problem+json"))
            return
        path = urlsplit(self.path).path
        with self.server.turn:  # the work is Python's own; one at a time keeps lists in step
            try:
                answer = self.server.api.answer(self.command, path, body)
            except Exception:  # a fault of ours: told where the operator sees it, not to clients
                traceback.print_exc(file=sys.stderr)
                problem = Problem(PLAIN, "The request could not be understood.", 400)
                answer = Answer(400, problem.details(), "application/problem+json")
        self._write(answer)

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
        if int(length) > MAX_BODY:
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


class Server(ThreadingHTTPServer):
    """The HTTP server around one Api, bound to loopback."""

    daemon_threads = True

    def __init__(self, port: int, cryptosuite: str, *, status: bool, fetch: bool) -> None:
        super().__init__((HOST, port), _Handler)
        origin = f"http://{HOST}:{self.server_port}"
        self.turn = threading.Lock()
        self.issuer = Issuer(origin, cryptosuite, status=status)
        self.api = Api(self.issuer, origin, Fetcher() if fetch else None)
        self.origin = origin


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
def command(port: int, cryptosuite: str, status: bool, fetch: bool) -> None:
    """Serve a VC-API with a fresh did:key on 127.0.0.1, for conformance suites.

    It signs whatever it is sent: never put it where strangers reach it.
    """
    try:
        server = Server(port, cryptosuite, status=status, fetch=fetch)
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}") from None
    click.echo(f"{server.origin} signs as {server.issuer.did} ({cryptosuite}). Ctrl-C ends it.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
