"""What stands around a real installation: a proxy that ends TLS, and a mail server."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate_for(host: str, folder: Path) -> Path:
    """A certificate of one day, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "tls.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


class _Proxy(socketserver.BaseRequestHandler):
    """One request a connection, handed on in plain with the headers that a proxy adds."""

    server: "_ProxyServer"

    def handle(self) -> None:
        with self.server.tls.wrap_socket(self.request, server_side=True) as client:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := client.recv(65_536)):
                    return
                head += more
            lines, _, body = head.partition(b"\r\n\r\n")
            ours = rb"(?im)^(connection|x-forwarded-[a-z]+):.*\r\n"
            kept = re.sub(ours, b"", lines + b"\r\n")
            kept += (
                b"Connection: close\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\n"
            )
            length = re.search(rb"(?im)^content-length: *(\d+)", lines)
            wanted = int(length[1]) if length else 0
            while len(body) < wanted:
                body += client.recv(65_536)
            with socket.create_connection(("127.0.0.1", self.server.behind)) as upstream:
                upstream.sendall(kept + b"\r\n" + body)
                while answer := upstream.recv(65_536):
                    client.sendall(answer)


class _ProxyServer(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    behind: int
    tls: ssl.SSLContext

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers open connections that they do not use."""


@contextmanager
def tls_proxy(host: str, behind: int, folder: Path) -> Iterator[int]:
    """A proxy that ends TLS for `host` in front of the port `behind`; gives its own port."""
    with _ProxyServer(("127.0.0.1", 0), _Proxy) as server:
        server.behind = behind
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(certificate_for(host, folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 to take a mail."""

    server: "_SmtpServer"

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().strip():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self.server.taken.append(message_from_bytes(self._text(), policy=policy.default))
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    taken: list[EmailMessage]


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    """A mail server; gives its port and the mails that it took."""
    with _SmtpServer(("127.0.0.1", 0), _Smtp) as server:
        server.taken = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1]), server.taken
        server.shutdown()
