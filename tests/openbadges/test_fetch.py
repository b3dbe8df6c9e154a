"""The guarded fetcher, against a real TLS server on loopback."""

import datetime as dt
import gzip
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bitterroot.openbadges import fetch
from bitterroot.openbadges.errors import FetchError

HOST = "badges.example"


class _Pages(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        if self.path == "/good":
            self._answer(b'{"a":1}')
        elif self.path == "/html":
            self._answer(b"<html>", "text/html")
        elif self.path == "/large":
            self._answer(b"x" * 200_000)
        elif self.path == "/cut":
            self._answer(b'{"a":1}', length=70)
        elif self.path == "/packed":
            self._answer(gzip.compress(b'{"a":1}'), encoding="gzip")
        elif self.path == "/missing":
            self.send_error(404)
        elif self.path == "/slow":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            for _ in range(40):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        else:
            self.send_response(302)
            targets = {
                "/loop": "/loop",
                "/inside": "https://10.0.0.5/",
                "/nowhere": "https://[",
                "/plain": f"http://{HOST}/good",
            }
            self.send_header("Location", targets.get(self.path, "/good"))
            self.end_headers()

    def _answer(
        self, body: bytes, kind: str = "application/json", *, length: int = 0, encoding: str = ""
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length:
            self.send_header("Content-Length", str(length))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    cert_file, key_file = _certificate(tmp_path_factory.mktemp("tls"))
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    httpd.handle_error = lambda *_: None  # type: ignore[method-assign]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert_file, key_file)
    httpd.socket = tls.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd.server_address[1], cert_file
    httpd.shutdown()
    httpd.server_close()


def fetcher(server: tuple[int, Path], **changes: object) -> fetch.Fetcher:
    """One that believes our host to be at loopback, which it would refuse otherwise."""
    options: dict[str, object] = {
        "tls": ssl.create_default_context(cafile=str(server[1])),
        "resolve": lambda host, port: ["127.0.0.1"] if host == HOST else [host],
        "allow": lambda ip: ip == "127.0.0.1",
        "timeout": 3.0,
        "max_bytes": 100_000,
    }
    return fetch.Fetcher(**{**options, **changes})  # type: ignore[arg-type]


def test_a_document_is_fetched_also_through_a_redirect(server: tuple[int, Path]):
    for path in ("/good", "/elsewhere"):
        assert fetcher(server)(f"https://{HOST}:{server[0]}{path}") == b'{"a":1}'


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/html", "something else"),
        ("/large", "too much"),
        ("/cut", "broke off"),
        ("/packed", "encoding"),
        ("/missing", "404"),
        ("/loop", "too often"),
        ("/nowhere", "no web address"),
        ("/inside", "public internet"),
        ("/plain", "not an https"),
    ],
)
def test_what_is_not_taken(server: tuple[int, Path], path: str, says: str):
    with pytest.raises(FetchError, match=says):
        fetcher(server)(f"https://{HOST}:{server[0]}{path}")


def test_a_dripping_answer_is_cut_off(server: tuple[int, Path]):
    started = time.monotonic()
    with pytest.raises(FetchError, match="too long"):
        fetcher(server, timeout=0.6)(f"https://{HOST}:{server[0]}/slow")
    assert time.monotonic() - started < 2


def test_a_budget_bounds_all_addresses_together(server: tuple[int, Path]):
    asks = fetcher(server, budget=0.8)
    started = time.monotonic()
    assert asks(f"https://{HOST}:{server[0]}/good") == b'{"a":1}'
    with pytest.raises(FetchError, match="took too long to answer"):
        asks(f"https://{HOST}:{server[0]}/slow")
    with pytest.raises(FetchError, match="Checking took too long"):
        asks(f"https://{HOST}:{server[0]}/good")
    assert time.monotonic() - started < 2


def test_a_fetcher_with_a_budget_asks_a_bounded_number_of_addresses(server: tuple[int, Path]):
    asks = fetcher(server, budget=20.0)
    for _ in range(fetch.MOST_ADDRESSES):
        asks(f"https://{HOST}:{server[0]}/good")
    with pytest.raises(FetchError, match="too many addresses"):
        asks(f"https://{HOST}:{server[0]}/good")


def test_a_slow_name_server_does_not_hold_us_up():
    def slow(host: str, port: int) -> list[str]:
        time.sleep(3)
        return ["93.184.215.14"]

    started = time.monotonic()
    with pytest.raises(FetchError, match="took too long"):
        fetch.Fetcher(timeout=0.3, resolve=slow)("https://a.example/")
    assert time.monotonic() - started < 1.5


def test_a_certificate_nobody_vouches_for_is_refused(server: tuple[int, Path]):
    with pytest.raises(FetchError, match="could not be reached"):
        fetcher(server, tls=ssl.create_default_context())(f"https://{HOST}:{server[0]}/good")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "::", "not an address",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(ip: str):
    assert not fetch.is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:4700::1111"])
def test_addresses_outside_are_allowed(ip: str):
    assert ipaddress.ip_address(ip)
    assert fetch.is_public(ip)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/",
        "ftp://a.example/",
        "https://user@a.example/",
        "https://a.example:22/",
        "https:///x",
        "https://a.example/\r\nX: y",
    ],
)
def test_unsound_addresses_are_refused_without_a_connection(address: str):
    with pytest.raises(FetchError):
        fetch.Fetcher(resolve=lambda host, port: pytest.fail("resolved"))(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(FetchError, match="public internet"):
        fetch.Fetcher(resolve=lambda host, port: ["93.184.215.14", "127.0.0.1"])(
            "https://a.example/"
        )
