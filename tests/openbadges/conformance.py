"""For the tables of conformance: the VC-API in this process, and a signer that keeps no rule.

What is signed here goes through PyLD alone, not through the library, and may be as wrong as a table
wants it to be.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pyld import jsonld

from bitterroot.openbadges import base58, contexts, did, multikey, proofs
from bitterroot.openbadges.vcapi.api import EXAMPLES, Api
from bitterroot.openbadges.vcapi.issuer import Issuer

from .vc_server import V1, credential

ORIGIN = "http://127.0.0.1:8080"
CREATED = "2026-01-02T03:04:05Z"
Json = dict[str, Any]
Told = tuple[int, str]
GOOD: Told = (200, "")
ISSUED: Told = (201, "")


def kind_of(status: int, body: Mapping[str, Any]) -> Told:
    """An answer in short: its status, and the name of the error that its type ends with."""
    kind = body.get("type", "")
    return status, kind.rpartition("#")[2] if status >= 400 else ""


class Desk:
    """An issuer and a verifier in one suite."""

    def __init__(self, suite: str = proofs.RDFC) -> None:
        self.issuer = Issuer(ORIGIN, suite)
        self.api = Api(self.issuer, ORIGIN)

    def post(self, path: str, **body: Any) -> tuple[int, Json]:
        """Status and body, which went through JSON and are problem details where it failed."""
        found = self.api.answer("POST", path, json.dumps(body).encode())
        told = json.loads(json.dumps(found.body, allow_nan=False))
        if found.status >= 400:
            assert found.kind == "application/problem+json"
            assert {"type", "title", "status", "detail"} <= told.keys()
            assert told["status"] == found.status < 500
        return found.status, told

    def issue(self, document: Json, **options: Any) -> Told:
        return kind_of(*self.post("/credentials/issue", credential=document, options=options))

    def issued(self, document: Json, **options: Any) -> Json:
        status, found = self.post("/credentials/issue", credential=document, options=options)
        assert status == 201, found
        return found

    def verify(self, document: Any, **options: Any) -> Told:
        body = {"verifiableCredential": document, "options": {"checks": ["proof"], **options}}
        return kind_of(*self.post("/credentials/verify", **body))

    def present(self, document: Any, **options: Any) -> Told:
        body = {"verifiablePresentation": document, "options": options}
        return kind_of(*self.post("/presentations/verify", **body))


def model(version: str, issuer: str) -> Json:
    """A credential about Alice, in the data model 2.0 or 1.1."""
    alice = {"id": "urn:uuid:1a0e4ef5-091f-4060-842e-18e519ab9440", "name": "Alice"}
    name = "urn:uuid:36245ee9-9074-4b05-a777-febff2e69757"
    if version == "2.0":
        return credential(id=name, issuer=issuer, credentialSubject=alice)
    words = [V1, contexts.DATA_INTEGRITY_V2, {"name": "https://schema.org/name"}]
    return credential(
        **{"@context": words, "id": name, "issuer": issuer, "credentialSubject": alice},
        issuanceDate="2020-01-01T00:00:00Z",
    )


def _load(address: str, options: Any) -> Json:
    found = contexts.load(address) if address != EXAMPLES else {"@context": {"@vocab": "urn:e:"}}
    return {
        "contextUrl": None,
        "documentUrl": address,
        "contentType": "application/ld+json",
        "document": found,
    }


def nquads(document: Json) -> str:
    """The canonical statements of a document; what has no meaning is lost in silence."""
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
        "rdfDirection": "i18n-datatype",
    }
    text: str = jsonld.normalize(document, options)
    return text


class Forger:
    """Signs anything, rightly unless told otherwise."""

    def __init__(self, kind: str, suite: str) -> None:
        self.key = multikey.generate(kind)
        self.did = self.key.public.did
        self.method = did.verification_method(self.did, self.key.public.multibase)
        self._suite = suite

    def sign(
        self,
        document: Json,
        *,
        without: str = "",
        covered: Json | None = None,
        form: Callable[[Json], str] = nquads,
        hash_name: str | None = None,
        **members: Any,
    ) -> Json:
        """`document` with one proof more. `members` of the proof differ from the usual ones,
        `without` is left out; `covered` is signed in place of the document without its proofs."""
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": self._suite,
            "created": CREATED,
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
            **members,
        }
        proof.pop(without, None)
        bare = {key: value for key, value in document.items() if key != "proof"}
        name = hash_name or self.key.public.hash_name
        parts = ({"@context": document["@context"], **proof}, bare if covered is None else covered)
        message = b"".join(hashlib.new(name, form(part).encode()).digest() for part in parts)
        proof["proofValue"] = "z" + base58.encode(self.key.sign(message))
        return {**bare, "proof": [*document.get("proof", []), proof]}


def with_words(document: Json, *more: Any) -> Json:
    """The document with further vocabularies."""
    return {**document, "@context": [*document["@context"], *more]}


def related_digests(data: bytes) -> tuple[str, str]:
    """The digests of a related resource, as ``digestSRI`` and as ``digestMultibase``."""
    sri = base64.b64encode(hashlib.sha384(data).digest()).decode()
    return f"sha384-{sri}", "u" + multikey.to_base64url(hashlib.sha256(data).digest())
