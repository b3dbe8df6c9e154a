"""Where a verifier gets what a badge points at: its own house, the web, or nowhere."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from bitterroot.openbadges import did
from bitterroot.openbadges.errors import FetchError, KeyUnavailable, OpenBadgeError

Get = Callable[[str], bytes]


class Resolver(Protocol):
    """Gives the bytes at an https address, or raises FetchError."""

    def get(self, address: str) -> bytes:
        """The bytes at `address`."""


class HouseResolver:
    """Asks the house first, then the web.

    `own(address)` gives the bytes of an address of our own origin from our own rows, or None if
    it is not ours. `fetch` is a `fetch.Fetcher`; without one nothing is fetched (offline).
    `recorded(document, moment)` tells whether our own record shows that we signed exactly this
    document before that moment. `refuses(key, suite, document)` gives why a key of ours (Multikey text)
    did not sign that document in that suite (None: a token), or nothing.
    """

    def __init__(
        self,
        own: Callable[[str], bytes | None] | None = None,
        fetch: Get | None = None,
        recorded: Callable[[dict[str, Any], datetime], bool] | None = None,
        refuses: Callable[[str, str | None, dict[str, Any]], str] | None = None,
    ) -> None:
        self._own = own
        self._fetch = fetch
        self._recorded = recorded
        self._refuses = refuses

    def refuses(self, key: str, suite: str | None, document: dict[str, Any]) -> str:
        """Why the house does not believe that this key of its own signed that; empty if it does."""
        return self._refuses(key, suite, document) if self._refuses is not None else ""

    def recorded(self, document: dict[str, Any], moment: datetime) -> bool:
        """Whether the house knows that it signed `document` before `moment`."""
        return self._recorded is not None and self._recorded(document, moment)

    def get(self, address: str) -> bytes:
        """See `Resolver`."""
        if self._own is not None:
            data = self._own(address)
            if data is not None:
                return data
        if self._fetch is None:
            raise FetchError(f"{address[:200]} was not fetched: checking was done offline.")
        return self._fetch(address)


def get_json(resolver: Resolver, address: str) -> dict[str, Any]:
    """A JSON object at an address, to be read and not changed. Raises FetchError."""
    return parse_object(resolver.get(address), address)


def parse_object(data: bytes, address: str) -> dict[str, Any]:
    """The JSON object in what stands at an address. Raises FetchError."""
    try:
        value = _parse_small(data) if len(data) < 20_000 else json.loads(data)
    except (ValueError, RecursionError):
        raise FetchError(f"What stands at {address[:200]} is not JSON.") from None
    if not isinstance(value, dict):
        raise FetchError(f"What stands at {address[:200]} is not a JSON object.")
    return value


@lru_cache(maxsize=128)
def _parse_small(data: bytes) -> Any:
    return json.loads(data)


def identity_document(resolver: Resolver, identity: str) -> dict[str, Any]:
    """The document that lists the keys of a DID or of an https issuer.

    Raises KeyUnavailable if it cannot be obtained.
    """
    try:
        own = did.self_describing(identity)
        if own is not None:
            return own
        if identity.startswith("did:web:"):
            return get_json(resolver, did.web_address(identity))
        if identity.startswith("https://"):
            return get_json(resolver, identity)
    except FetchError as error:
        raise KeyUnavailable(f"The issuer's key could not be obtained. {error}") from None
    except OpenBadgeError as error:
        raise KeyUnavailable(str(error)) from None
    raise KeyUnavailable(f"The issuer's kind of identity ({identity[:60]}) is not known here.")
