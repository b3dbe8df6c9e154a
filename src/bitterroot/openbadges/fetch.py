"""Fetching what a badge points at, without being led astray by it.

A badge is written by a stranger, so its addresses are hostile until shown otherwise: https only,
the host is resolved once and the connection goes to the very address that was checked (no
private, loopback or link-local one), redirects are few and checked again, and size, time and
type are bounded.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from bitterroot.openbadges.errors import FetchError, GoneError

MAX_BYTES = 2_500_000
MAX_REDIRECTS = 3
TIMEOUT = 8.0  # seconds for one address with all its redirects
MOST_ADDRESSES = 24  # that one fetcher asks
ACCEPT = (
    "application/did+ld+json, application/did+json, application/vc, application/ld+json, "
    "application/json;q=0.9, text/plain;q=0.5, image/png;q=0.4, image/svg+xml;q=0.4"
)
_TYPES = frozenset(
    [
        "application/json",
        "application/ld+json",
        "application/did+json",
        "application/did+ld+json",
        "application/vc",
        "application/vc+ld+json",
        "application/jwk+json",
        "application/jwk-set+json",
        "application/jwt",
        "application/vc+jwt",
        "application/octet-stream",
        "text/plain",
        "image/png",
        "image/svg+xml",
    ]
)
_REFUSED_NETWORKS = [
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]  # wrap IPv4 addresses, and so could hide a private one

Resolve = Callable[[str, int], list[str]]


def resolve_host(host: str, port: int) -> list[str]:
    """The IP addresses of a host name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(f"The host {host} was not found.") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in network for network in _REFUSED_NETWORKS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Connection(http.client.HTTPSConnection):
    """Connects to the address that was checked; certificate and SNI name the host."""

    def __init__(self, host: str, port: int, ip: str, timeout: float, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=tls)
        self._ip = ip
        self.wire: ssl.SSLSocket | None = None  # http.client forgets its socket before the body
        self._tls = tls

    def connect(self) -> None:
        raw = socket.create_connection((self._ip, self.port), self.timeout)
        try:
            self.sock = self.wire = self._tls.wrap_socket(
                raw, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.wire.do_handshake()  # a slow handshake can be hung up too
        except BaseException:
            (self.wire or raw).close()
            raise


class Fetcher:
    """GETs public https addresses. `tls` and `resolve` are for tests and odd networks.

    `budget` bounds, in seconds from the first, all addresses that this fetcher is asked for; a
    fetcher with a budget serves one verification.
    """

    def __init__(
        self,
        *,
        timeout: float = TIMEOUT,
        budget: float | None = None,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_host,
        allow: Callable[[str], bool] = is_public,
    ) -> None:
        self._timeout = timeout
        self._budget = budget
        self._ends: float | None = None
        self._asked = 0
        self._max_bytes = max_bytes
        self._tls = tls or ssl.create_default_context()
        self._resolve = resolve
        self._allow = allow

    def __call__(self, address: str) -> bytes:
        """The bytes at `address`. Raises FetchError with a reason for people."""
        deadline = self._deadline(address)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._once(address, deadline)
            if isinstance(answer, bytes):
                return answer
            try:
                address = urljoin(address, answer)
            except ValueError:
                raise FetchError(f"{address[:200]} redirects to no web address.") from None
        raise FetchError(f"{address[:200]} redirects too often.")

    def _deadline(self, address: str) -> float:
        """Until when this address may take. Raises FetchError when the budget is used up."""
        now = time.monotonic()
        if self._budget is None:
            return now + self._timeout
        if self._ends is None:
            self._ends = now + self._budget
        self._asked += 1
        if now >= self._ends:
            raise FetchError(f"Checking took too long, so {address[:200]} was not asked.")
        if self._asked > MOST_ADDRESSES:
            raise FetchError(f"It points at too many addresses; {address[:200]} was not asked.")
        return min(now + self._timeout, self._ends)

    def _addresses(self, host: str, port: int, deadline: float) -> list[str]:
        """The host's IP addresses. The system's resolver knows no deadline, so it gets a thread."""
        found: list[list[str] | BaseException] = []

        def ask() -> None:
            try:
                found.append(self._resolve(host, port))
            except BaseException as error:
                found.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.0, deadline - time.monotonic()))
        if not found:
            raise FetchError(f"{host} took too long to answer.")
        if isinstance(found[0], BaseException):
            raise found[0]
        return found[0]

    def _target(self, address: str) -> tuple[str, int, str]:
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port or 443
        except ValueError:
            raise FetchError(f"{address[:200]} is no web address.") from None
        if parts.scheme != "https" or not host or parts.username is not None:
            raise FetchError(f"{address[:200]} is not an https address.")
        if port != 443 and port < 1024:
            raise FetchError(f"{address[:200]} asks for a port that is not allowed.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not path.isascii() or any(c <= " " or c == "\x7f" for c in path):
            raise FetchError(f"{address[:200]} is not written as a web address.")
        return host, port, path

    def _once(self, address: str, deadline: float) -> bytes | str:
        """The body, or the address of a redirect."""
        host, port, path = self._target(address)
        addresses = self._addresses(host, port, deadline)
        if not addresses or not all(self._allow(ip) for ip in addresses):
            raise FetchError(f"{host} is not on the public internet, so it was not asked.")
        left = deadline - time.monotonic()
        if left <= 0:
            raise FetchError(f"{host} took too long to answer.")
        connection = _Connection(host, port, addresses[0], left, self._tls)
        watch = threading.Timer(left, _hang_up, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.request(
                "GET",
                path,
                headers={"Accept": ACCEPT, "User-Agent": "Bitterroot", "Connection": "close"},
            )
            answer = self._read(connection.getresponse(), host)
            if time.monotonic() >= deadline:  # what was hung up looks like a whole answer
                raise FetchError(f"{host} took too long to answer.")
            return answer
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            if time.monotonic() >= deadline:
                raise FetchError(f"{host} took too long to answer.") from None
            if isinstance(error, FetchError):
                raise
            raise FetchError(f"{host} could not be reached ({type(error).__name__}).") from None
        finally:
            watch.cancel()
            connection.close()

    def _read(self, response: http.client.HTTPResponse, host: str) -> bytes | str:
        if response.status in (301, 302, 303, 307, 308):
            location = response.getheader("Location")
            if not location:
                raise FetchError(f"{host} redirects to nowhere.")
            return location
        if response.status == 410:
            raise GoneError(f"{host} says that it is gone.")
        if response.status != 200:
            raise FetchError(f"{host} answered with {response.status}.")
        kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise FetchError(f"{host} answered with something else than a badge document.")
        if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise FetchError(f"{host} answered in an encoding that was not asked for.")
        body = response.read(self._max_bytes + 1)
        if len(body) > self._max_bytes:
            raise FetchError(f"{host} answered with too much.")
        if response.length:
            raise FetchError(f"{host} broke off its answer.")
        return body


def _hang_up(connection: _Connection) -> None:
    """End a connection whose time is over, whatever it is waiting for."""
    if connection.wire is not None:
        with contextlib.suppress(OSError):
            connection.wire.shutdown(socket.SHUT_RDWR)
