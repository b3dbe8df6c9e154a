"""The JSON-LD contexts that credentials use, from package data: a closed set, never fetched."""

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

from bitterroot.openbadges.errors import UnknownContext

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB3_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
OB2 = "https://w3id.org/openbadges/v2"
DID_V1 = "https://www.w3.org/ns/did/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"

# address: (file in data/contexts, SHA-256 of its bytes). data/README.md tells the sources.
SHIPPED: dict[str, tuple[str, str]] = {
    CREDENTIALS_V2: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OB3: (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    OB3_EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3",
    ),
    CLR2: (
        "clr-v2p0-context-2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    DATA_INTEGRITY_V2: (
        "data-integrity-v2.json",
        "be223c58c54657e930970f0d11f03caf7287bddc7be7e6f010855190c6b39c21",
    ),
    OB2: (
        "ob-v2p0.json",
        "393a890d7d95eb3a86f5f12309648a64c2d0676e5270e2967b5341a2dcea13d2",
    ),
    CREDENTIALS_V1: (
        "credentials-v1.json",
        "3d0b277522ed24385c850b9882b9688687189b8f37a9bd9f1577e348b1019c44",
    ),
    DID_V1: (
        "did-v1.json",
        "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da",
    ),
    ED25519_2020: (
        "ed25519-2020-v1.json",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
}


_admitted: dict[str, dict[str, Any]] = {}


def raw(address: str) -> bytes:
    """The bytes of the shipped context at `address`. Raises UnknownContext for any other."""
    if address not in SHIPPED:
        raise UnknownContext(address)
    name, digest = SHIPPED[address]
    data = resources.files("bitterroot.openbadges").joinpath("data", "contexts", name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise RuntimeError(f"The shipped context {name} was changed; reinstall the package.")
    return data


def admit(address: str, document: dict[str, Any]) -> None:
    """Know one more context for as long as this process runs; a shipped one stays as it is.

    For programs that work on documents which are no badges, such as conformance suites.
    """
    if address not in SHIPPED:
        _admitted[address] = document


@cache
def load(address: str) -> dict[str, Any]:
    """The parsed context at `address`. Raises UnknownContext if it is not known here."""
    if address in _admitted:
        return _admitted[address]
    document: dict[str, Any] = json.loads(raw(address))
    return document
