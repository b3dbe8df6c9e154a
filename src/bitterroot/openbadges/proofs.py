"""Data Integrity proofs: eddsa-rdfc-2022 made and checked, eddsa-jcs-2022 checked.

W3C "Data Integrity EdDSA Cryptosuites 1.0". The signed message is the hash of the proof's own
description followed by the hash of the document without its proof.
"""

import hashlib
import json
from typing import Any

import orjson

from bitterroot.openbadges import base58, canonical
from bitterroot.openbadges.award import Path
from bitterroot.openbadges.errors import InputError, OpenBadgeError, ProofError
from bitterroot.openbadges.keys import PublicKey, SigningKey
from bitterroot.openbadges.template import NeedsFullPath, Template
from bitterroot.openbadges.text import parse_timestamp, utf16

RDFC = "eddsa-rdfc-2022"
JCS = "eddsa-jcs-2022"
SUITES = frozenset({RDFC, JCS})


class UnsupportedProof(OpenBadgeError):
    """A kind of proof that this library cannot check: not wrong, but not known."""


def options(document: dict[str, Any], verification_method: str, created: str) -> dict[str, Any]:
    """The proof's members without ``proofValue``, for an eddsa-rdfc-2022 proof."""
    parse_timestamp(created, "proof.created")
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": RDFC,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }


_options_hashes: dict[bytes, bytes] = {}
_options_templates: dict[bytes, Template] = {}
_OPTION_SLOTS: tuple[Path, ...] = (("created",), ("verificationMethod",))


def options_hash(context: Any, proof: dict[str, Any]) -> bytes:
    """SHA-256 of the canonical proof options under the document's context.

    Badges of one batch share their options, and options that differ only in time and key share a
    template: both are kept, within bounds.
    """
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    members["@context"] = context
    try:
        whole = orjson.dumps(members)
    except TypeError:
        return canonical.canonical_hash(members)
    if whole not in _options_hashes:
        digest = _new_options_hash(members)
        if len(_options_hashes) >= 1_024:
            _options_hashes.clear()
        _options_hashes[whole] = digest
        return digest
    return _options_hashes[whole]


def _new_options_hash(members: dict[str, Any]) -> bytes:
    values = [members.get("created"), members.get("verificationMethod")]
    if not all(isinstance(value, str) for value in values):
        return canonical.canonical_hash(members)
    shape = orjson.dumps({**members, "created": "", "verificationMethod": ""})
    try:
        template = _options_templates.get(shape)
        if template is None:
            template = Template(members, _OPTION_SLOTS)
            if len(_options_templates) >= 64:
                _options_templates.clear()
            _options_templates[shape] = template
        _, escaped = template.encode([str(value) for value in values])
        return hashlib.sha256(template.canonical(escaped)).digest()
    except NeedsFullPath:
        return canonical.canonical_hash(members)


def unsigned(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its proofs."""
    return {key: value for key, value in document.items() if key != "proof"}


def sign(
    document: dict[str, Any], key: SigningKey, verification_method: str, created: str
) -> dict[str, Any]:
    """A copy of `document` with an eddsa-rdfc-2022 proof, by the full path.

    Raises UnsafeDocument or OrderAmbiguity if other verifiers would not accept the result.
    An earlier proof is replaced. `verification_method` is the key's address in the issuer's DID
    document, `created` a timestamp text.
    """
    bare = unsigned(document)
    proof = options(bare, verification_method, created)
    message = options_hash(bare["@context"], proof) + canonical.canonical_hash(
        bare, strict_order=True
    )
    proof["proofValue"] = "z" + base58.encode(key.sign(message))
    return {**bare, "proof": [proof]}


def proofs_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The proofs in a document as a list. Raises ProofError if they are not objects."""
    found = document.get("proof")
    if found is None:
        return []
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(proof, dict) for proof in listed) or len(listed) > 10:
        raise ProofError("The proof is not in a form that can be read.")
    return listed


def is_known(proof: dict[str, Any]) -> bool:
    """Whether the proof names a cryptosuite that can be checked here."""
    suite = proof.get("cryptosuite")
    return isinstance(suite, str) and suite in SUITES


def check_options(proof: dict[str, Any]) -> None:
    """Raise ProofError or UnsupportedProof unless the proof's members are sound."""
    if proof.get("type") != "DataIntegrityProof" or not is_known(proof):
        kind = proof.get("cryptosuite") or proof.get("type")
        raise UnsupportedProof(f"The kind of signature {str(kind)[:60]!r} is not known here.")
    if proof.get("previousProof") is not None:
        raise UnsupportedProof("The signature builds on another one; that is not supported.")
    if proof.get("proofPurpose") != "assertionMethod":
        raise ProofError("The signature was not made to assert something.")
    if not isinstance(proof.get("verificationMethod"), str):
        raise ProofError("The signature does not name its key.")
    for member in ("created", "expires"):
        if member in proof:
            try:
                parse_timestamp(proof[member], f"proof.{member}")
            except InputError as error:
                raise ProofError(str(error)) from None


def signature_bytes(proof: dict[str, Any]) -> bytes:
    """The 64 bytes of ``proofValue``. Raises ProofError."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > 100:
        raise ProofError("The signature is not written in base58.")
    try:
        signature = base58.decode(value[1:])
    except ValueError:
        raise ProofError("The signature is not written in base58.") from None
    if len(signature) != 64:
        raise ProofError("The signature does not have 64 bytes.")
    return signature


def message(
    document: dict[str, Any], proof: dict[str, Any], document_hash: bytes | None = None
) -> bytes:
    """What the proof signs: 64 bytes. `document_hash` saves the work where it is known."""
    bare = unsigned(document)
    if proof["cryptosuite"] == RDFC:
        context = bare.get("@context")
        if "@context" in proof and proof["@context"] != context:
            raise ProofError("The signature speaks another vocabulary than the document.")
        digest = document_hash or canonical.canonical_hash(bare)
        return options_hash(context, proof) + digest
    return _jcs_message(bare, proof)


def check(
    document: dict[str, Any],
    proof: dict[str, Any],
    key: PublicKey,
    document_hash: bytes | None = None,
) -> None:
    """Raise ProofError unless `proof` is `key`'s signature over `document`."""
    check_options(proof)
    signature = signature_bytes(proof)
    if not key.verify(message(document, proof, document_hash), signature):
        raise ProofError("The content was changed after it was signed, or another key signed it.")


def _jcs_message(bare: dict[str, Any], proof: dict[str, Any]) -> bytes:
    if "@context" in proof:
        wanted, given = (
            value if isinstance(value, list) else [value]
            for value in (proof["@context"], bare.get("@context"))
        )
        if given[: len(wanted)] != wanted:
            raise ProofError("The signature speaks another vocabulary than the document.")
        bare = {**bare, "@context": proof["@context"]}
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    return b"".join(hashlib.sha256(jcs(part)).digest() for part in (members, bare))


def jcs(value: Any) -> bytes:
    """JSON in the canonical form of RFC 8785.

    Numbers that programs write in different ways (exponents, beyond 2^53) raise ProofError.
    """
    return _jcs(value).encode()


def _jcs(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{_text(k)}:{_jcs(value[k])}" for k in sorted(value, key=utf16))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_jcs, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = repr(value)
    if abs(value) > 2**53 or "e" in written:
        raise ProofError("The document holds a number that cannot be written in one way only.")
    return written


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
