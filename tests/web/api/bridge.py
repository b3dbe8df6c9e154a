"""Lets a program in another process ask this test's own database, which nobody else can open."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.test import Client


class _Handler(BaseHTTPRequestHandler):
    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        shown = {"HTTP_" + n.upper().replace("-", "_"): v for n, v in self.headers.items()}
        answer = Client(enforce_csrf_checks=True).generic(
            self.command,
            self.path,
            self.rfile.read(length),
            self.headers.get("Content-Type", "application/octet-stream"),
            **shown,  # type: ignore[arg-type]
        )
        self.send_response(answer.status_code)
        for name, value in answer.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


def served(act: Callable[[str], Any]) -> Any:
    """What `act` gives, in a thread that may ask at the address that it is given."""
    found: list[Any] = []
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.timeout = 0.1
        address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=lambda: found.append(act(address)))
        thread.start()
        while thread.is_alive():
            server.handle_request()
    assert found, "it failed; see above"
    return found[0]
