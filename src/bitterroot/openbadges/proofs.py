"""Data Integrity proofs: made and checked by one registry of suites.

W3C "Data Integrity EdDSA Cryptosuites 1.0" and "Data Integrity ECDSA Cryptosuites 1.0". The
signed message is the hash of the proof's own description followed by the hash of the document
without its proof. Both hashes are SHA-256, but SHA-384 for keys on P-384.

A document may carry a set of proofs, each for itself, and chains: a proof that names an earlier
one in ``previousProof`` signs that one along with the document.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from bitterroot.openbadges import base58, canonical, selective
from bitterroot.openbadges.award import Path
from bitterroot.openbadges.ecdsa import EcPublicKey
from bitterroot.openbadges.errors import InputError, OpenBadgeError, ProofError
from bitterroot.openbadges.jcs import jcs
from bitterroot.openbadges.multikey import AnyPublicKey, Key
from bitterroot.openbadges.template import NeedsFullPath, Template
from bitterroot.openbadges.text import parse_timestamp

RDFC = "eddsa-rdfc-2022"
JCS = "eddsa-jcs-2022"
ECDSA_RDFC = "ecdsa-rdfc-2019"
ECDSA_JCS = "ecdsa-jcs-2019"
SELECTIVE = "ecdsa-sd-2023"
ASSERTION = "assertionMethod"
AUTHENTICATION = "authentication"
MAX_PROOFS = 10


@dataclass(frozen=True)
class Suite:
    """One way of signing: its name, the kinds of key that it takes, the form that is hashed."""

    name: str
    kinds: frozenset[str]
    form: Literal["rdfc", "jcs", "sd"]


_EC = frozenset({"P-256", "P-384"})
SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(RDFC, frozenset({"Ed25519"}), "rdfc"),
        Suite(JCS, frozenset({"Ed25519"}), "jcs"),
        Suite(ECDSA_RDFC, _EC, "rdfc"),
        Suite(ECDSA_JCS, _EC, "jcs"),
        Suite(SELECTIVE, frozenset({"P-256"}), "sd"),
    )
}


# Checked, but not made any more: the suite before Data Integrity, named by the proof's type.
ED25519_2020 = Suite("Ed25519Signature2020", frozenset({"Ed25519"}), "rdfc")


class UnsupportedProof(OpenBadgeError):
    """A kind of proof that this library cannot check: not wrong, but not known."""


def suite_for(key: Key | AnyPublicKey) -> str:
    """The suite in which a key signs unless told otherwise."""
    return RDFC if key.kind == "Ed25519" else ECDSA_RDFC


def options(
    verification_method: str,
    created: str,
    *,
    suite: str = RDFC,
    purpose: str = ASSERTION,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The proof's members without ``proofValue``; `more` adds ``id``, ``domain``, ``challenge``…"""
    parse_timestamp(created, "proof.created")
    if suite not in SUITES:
        raise UnsupportedProof(f"The kind of signature {suite[:60]!r} is not known here.")
    return {
        **(more or {}),
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }


_options_hashes: dict[bytes, bytes] = {}
_options_templates: dict[bytes, Template] = {}
_OPTION_SLOTS: tuple[Path, ...] = (("created",), ("verificationMethod",))
_USUAL = frozenset(
    ("type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context", "id")
)


def options_hash(context: Any, proof: Mapping[str, Any], hash_name: str = "sha256") -> bytes:
    """The hash of the canonical proof options under the document's context.

    Badges of one batch share their options, and options that differ only in time and key share a
    template: both are kept, within bounds.
    """
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    members["@context"] = context
    if hash_name != "sha256" or not members.keys() <= _USUAL:
        return canonical.canonical_hash(members, hash_name=hash_name)
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
        return template.digest(escaped)
    except NeedsFullPath:
        return canonical.canonical_hash(members)


def unsigned(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its proofs."""
    return {key: value for key, value in document.items() if key != "proof"}


def sign(
    document: dict[str, Any],
    key: Key,
    verification_method: str,
    created: str,
    *,
    suite: str | None = None,
    purpose: str = ASSERTION,
    more: Mapping[str, Any] | None = None,
    beside: bool = False,
    previous: str | Sequence[str] | None = None,
    mandatory: Sequence[str] = (),
) -> dict[str, Any]:
    """A copy of `document` with a proof in `suite` (see `suite_for`), by the full path.

    `verification_method` is the key's address in the issuer's identity document, `created` a
    timestamp text, `more` further members of the proof. Earlier proofs are replaced; `beside`
    keeps them, as a set; `previous` keeps them and signs those of these ids too, as a chain.
    In ecdsa-sd-2023 the result is the holder's original, to derive from (`selective.derive`):
    `mandatory` are JSON pointers to what must always be shown, beside what decides over its life.
    Raises UnsafeDocument or OrderAmbiguity if other verifiers would not accept the result,
    InputError for a key that the suite does not take, UnsupportedProof for an unknown suite.
    """
    suite = suite or suite_for(key)
    proof = options(verification_method, created, suite=suite, purpose=purpose, more=more)
    if key.kind not in SUITES[suite].kinds:
        raise InputError("suite", f"{suite} does not sign with a key of the kind {key.kind}")
    if previous is not None:
        proof["previousProof"] = previous if isinstance(previous, str) else list(previous)
    earlier = proofs_of(document) if beside or previous is not None else []
    covered = covered_by(document, proof)
    if SUITES[suite].form != "jcs":
        canonical.check_read_alike(covered)
    elif "@context" in document:
        proof["@context"] = document["@context"]
    if SUITES[suite].form == "sd":
        wanted = list(dict.fromkeys([*selective.life_pointers(covered), *mandatory]))
        digest = options_hash(covered["@context"], proof)
        proof["proofValue"] = selective.base_value(covered, digest, key, wanted)
    else:
        signed = _message(covered, proof, key.public, strict_order=True)
        proof["proofValue"] = "z" + base58.encode(key.sign(signed))
    return {**unsigned(document), "proof": [*earlier, proof]}


def proofs_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The proofs in a document as a list. Raises ProofError if they are not objects."""
    found = document.get("proof")
    if found is None:
        return []
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(proof, dict) for proof in listed) or len(listed) > MAX_PROOFS:
        raise ProofError("The proof is not in a form that can be read.")
    return listed


def covered_by(document: dict[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """What `proof` signs: the document without proofs, but with those that it builds on.

    Raises ProofError if an earlier proof that it names is not there, or is there twice.
    """
    bare = unsigned(document)
    named = proof.get("previousProof")
    if named is None:
        return bare
    names = named if isinstance(named, list) else [named]
    matching = []
    for name in names:
        found = [p for p in proofs_of(document) if isinstance(name, str) and p.get("id") == name]
        if len(found) != 1:
            raise ProofError("The signature builds on another one that is not there.")
        matching += found
    if not matching:
        raise ProofError("The signature builds on another one that is not there.")
    return {**bare, "proof": matching}


def suite_of(proof: Mapping[str, Any]) -> Suite | None:
    """The suite of a proof, if it is one that can be checked here."""
    if proof.get("type") == ED25519_2020.name:
        return ED25519_2020
    name = proof.get("cryptosuite")
    if proof.get("type") != "DataIntegrityProof" or not isinstance(name, str):
        return None
    return SUITES.get(name)


def is_known(proof: Mapping[str, Any]) -> bool:
    """Whether the proof is of a kind that can be checked here."""
    return suite_of(proof) is not None


def _suite(proof: Mapping[str, Any]) -> Suite:
    suite = suite_of(proof)
    if suite is None:
        kind = proof.get("type")
        if kind == "DataIntegrityProof":
            kind = proof.get("cryptosuite")
        if not isinstance(kind, str):
            raise UnsupportedProof("The signature does not say of what kind it is.")
        raise UnsupportedProof(f"The kind of signature {kind[:60]!r} is not known here.")
    return suite


def check_options(proof: Mapping[str, Any], purpose: str = ASSERTION) -> None:
    """Raise ProofError or UnsupportedProof unless the proof's members are sound."""
    _suite(proof)
    if proof.get("proofPurpose") != purpose:
        raise ProofError(
            "The signature was not made to assert something."
            if purpose == ASSERTION
            else "The signature was made for another purpose."
        )
    if not isinstance(proof.get("verificationMethod"), str):
        raise ProofError("The signature does not name its key.")
    for member in ("created", "expires"):
        if member in proof:
            try:
                parse_timestamp(proof[member], f"proof.{member}")
            except InputError as error:
                raise ProofError(str(error)) from None


def signature_bytes(proof: Mapping[str, Any]) -> bytes:
    """The bytes of ``proofValue``: 64, or 96 of a P-384 key. Raises ProofError."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or not 1 < len(value) <= 140:
        raise ProofError("The signature is not written in base58.")
    try:
        signature = base58.decode(value[1:])
    except ValueError:
        raise ProofError("The signature is not written in base58.") from None
    if len(signature) not in (64, 96):
        raise ProofError("The signature does not have 64 bytes.")
    return signature


def message(
    document: dict[str, Any],
    proof: Mapping[str, Any],
    key: AnyPublicKey,
    document_hash: bytes | None = None,
) -> bytes:
    """What the proof signs: two hashes.

    `document_hash`, of the unsigned document by the key's own hash, saves work where it is known.
    """
    if "previousProof" in proof:
        document_hash = None
    elif document_hash is not None and "@context" not in proof and _suite(proof).form == "rdfc":
        return options_hash(document.get("@context"), proof, key.hash_name) + document_hash
    return _message(covered_by(document, proof), proof, key, document_hash=document_hash)


def _message(
    covered: dict[str, Any],
    proof: Mapping[str, Any],
    key: AnyPublicKey,
    *,
    strict_order: bool = False,
    document_hash: bytes | None = None,
) -> bytes:
    if _suite(proof).form == "jcs":
        return _jcs_message(covered, proof, key.hash_name)
    context = covered.get("@context")
    if "@context" in proof and proof["@context"] != context:
        raise ProofError("The signature speaks another vocabulary than the document.")
    digest = document_hash or canonical.canonical_hash(
        covered, strict_order=strict_order, hash_name=key.hash_name
    )
    return options_hash(context, proof, key.hash_name) + digest


def _jcs_message(covered: dict[str, Any], proof: Mapping[str, Any], hash_name: str) -> bytes:
    if "@context" in proof:
        wanted, given = (
            value if isinstance(value, list) else [value]
            for value in (proof["@context"], covered.get("@context"))
        )
        if given[: len(wanted)] != wanted:
            raise ProofError("The signature speaks another vocabulary than the document.")
        covered = {**covered, "@context": proof["@context"]}
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    return b"".join(hashlib.new(hash_name, jcs(part)).digest() for part in (members, covered))


def check(
    document: dict[str, Any],
    proof: Mapping[str, Any],
    key: AnyPublicKey,
    document_hash: bytes | None = None,
    *,
    purpose: str = ASSERTION,
    sound: bool = False,
) -> None:
    """Raise ProofError unless `proof` is `key`'s signature over `document`.

    A proof that builds on others proves itself alone: check those too. `sound`: the caller has seen
    to it with `check_options`.
    """
    if not sound:
        check_options(proof, purpose)
    suite = _suite(proof)
    if key.kind not in suite.kinds:
        raise ProofError("The issuer's key is of another kind than the signature.")
    if suite.form == "sd" and isinstance(key, EcPublicKey):
        _check_selective(document, proof, key)
        return
    signature = signature_bytes(proof)
    if not key.verify(message(document, proof, key, document_hash), signature):
        raise ProofError("The content was changed after it was signed, or another key signed it.")


def _check_selective(document: dict[str, Any], proof: Mapping[str, Any], key: EcPublicKey) -> None:
    covered = covered_by(document, proof)
    context = covered.get("@context")
    if selective.is_base(proof):
        raise UnsupportedProof(
            "This is the holder's original. Derive from it what is to be shown, and check that."
        )
    if "@context" in proof and proof["@context"] != context:
        raise ProofError("The signature speaks another vocabulary than the document.")
    selective.check(covered, proof, options_hash(context, proof), key)
