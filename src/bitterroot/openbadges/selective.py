"""ecdsa-sd-2023: a badge of which its holder may show parts, each still proven.

W3C "Data Integrity ECDSA Cryptosuites 1.0", section 3.4. The issuer signs what must always be
shown (the mandatory part) and, with a key used once, every other statement by itself: the base
proof, for the holder alone. The holder derives a proof of the chosen statements. Unnamed parts get
labels from a secret, so that their numbers do not tell what is not shown.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bitterroot.openbadges import base58, canonical, cbor, multikey, pointers, rdfc
from bitterroot.openbadges.contexts import CREDENTIALS_V1
from bitterroot.openbadges.ecdsa import EcPublicKey, EcSigningKey
from bitterroot.openbadges.errors import InputError, OpenBadgeError, ProofError

_BASE, _DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
_DATES = ("validFrom", "validUntil", "issuanceDate", "expirationDate")  # of 2.0, and of 1.1
_LIFE = ("issuer", *_DATES, "credentialStatus", "credentialSchema")
_NODE = "urn:bnid:"
_REST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
MAX_VALUE = 3_000_000
CHANGED = "The content was changed after it was signed, or another key signed it."

Json = dict[str, Any]


class Base(NamedTuple):
    """The parts of a base proof's value."""

    signature: bytes
    public: bytes
    secret: bytes
    signatures: list[bytes]
    mandatory: list[str]


class Derived(NamedTuple):
    """The parts of a derived proof's value; `labels` maps the n of ``c14n…`` to 32 bytes."""

    signature: bytes
    public: bytes
    signatures: list[bytes]
    labels: dict[int, bytes]
    mandatory: list[int]


def life_pointers(document: Json) -> list[str]:
    """What no holder may hide: whose it is, from when, until when, and where its status stands."""
    return [f"/{name}" for name in _LIFE if name in document]


class _Statements:
    """The statements of a document with labels from a secret, and which of them pointers choose."""

    def __init__(self, document: Json, secret: bytes) -> None:
        self._marker = f"{_NODE}_{secrets.token_hex(8)}_"
        self._count = 0
        self._named: Json = self._name_nodes(document)
        quads = self._quads(self._named)
        labels = rdfc.canonical_labels(quads)
        self.labels = {
            node: "_:" + _label(hmac.digest(secret, label[2:].encode(), "sha256"))
            for node, label in labels.items()
        }
        self.lines = sorted(self._written(quads))

    def _name_nodes(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._name_nodes(item) for item in value]
        if not isinstance(value, dict):
            return value
        named = {
            key: item if key == "@context" else self._name_nodes(item)
            for key, item in value.items()
        }
        if not {"id", "@id", "@value", "@list", "@set"} & named.keys():
            named["id"] = f"{self._marker}{self._count}"
            self._count += 1
        return named

    def _quads(self, document: Json) -> list[rdfc.Quad]:
        start = f"<{self._marker}"
        quads = [
            tuple(
                "_:b" + term[len(start) : -1] if term.startswith(start) else term for term in quad
            )
            for quad in _name_lists(canonical.to_quads(document), start)
        ]
        return list(dict.fromkeys(quads))  # type: ignore[arg-type]

    def _written(self, quads: Sequence[rdfc.Quad]) -> list[str]:
        return _lines(quads, self.labels)

    def chosen(self, selected: Sequence[str]) -> tuple[list[rdfc.Quad], set[str]]:
        """The statements that pointers choose: as quads, and as lines."""
        part = pointers.select(self._named, selected)
        quads = self._quads(part) if part is not None else []
        lines = set(self._written(quads))
        if not lines <= set(self.lines):
            raise InputError("pointer", "an ordered list can only be chosen as a whole")
        return quads, lines


def _name_lists(quads: list[rdfc.Quad], start: str) -> list[rdfc.Quad]:
    """The statements with the cells of ordered lists named after where the list stands.

    Every other part has a name already. Raises InputError for what is left without one.
    """
    rest = {subject: obj for subject, predicate, obj, _ in quads if predicate == _REST}
    names: dict[str, str] = {}
    for subject, predicate, obj, _ in quads:
        if not rdfc.is_blank(obj) or rdfc.is_blank(subject):
            continue
        place = hashlib.sha256(f"{subject} {predicate}".encode()).hexdigest()
        cell, number = obj, 0
        while rdfc.is_blank(cell) and cell not in names:
            names[cell] = f"{start}{place}_{number}>"
            cell, number = rest.get(cell, ""), number + 1
    named = [tuple(names.get(term, term) for term in quad) for quad in quads]
    if len(set(names.values())) != len(names) or any(
        rdfc.is_blank(term) for quad in named for term in quad
    ):
        raise InputError("document", "has parts that cannot be shown one by one")
    return named  # type: ignore[return-value]


def _label(data: bytes) -> str:
    return "u" + multikey.to_base64url(data)


def _lines(quads: Sequence[rdfc.Quad], labels: Mapping[str, str]) -> list[str]:
    found = {
        rdfc.format_line(tuple(labels.get(t, t) for t in quad))  # type: ignore[arg-type]
        for quad in quads
    }
    return list(found)


def _hash_lines(lines: Sequence[str]) -> bytes:
    return hashlib.sha256("".join(lines).encode()).digest()


def base_value(
    bare: Json,
    options_hash: bytes,
    key: multikey.Key,
    mandatory: Sequence[str],
    *,
    secret: bytes | None = None,
    once: EcSigningKey | None = None,
) -> str:
    """The value of the base proof over an unsigned document.

    `mandatory` are pointers to what must always be shown. `secret` (32 bytes) and `once` (the key
    used once) are random unless given, as test vectors give them. Raises InputError for a pointer
    that points at nothing, and for documents with parts that cannot be told apart.
    """
    secret = secret or secrets.token_bytes(32)
    once = once or EcSigningKey.generate()
    statements = _Statements(bare, secret)
    _, must = statements.chosen(mandatory)
    digest = _hash_lines([line for line in statements.lines if line in must])
    signatures = [once.sign(line.encode()) for line in statements.lines if line not in must]
    public = base58.decode(once.public.multibase[1:])
    signature = key.sign(options_hash + public + digest)
    parts = [signature, public, secret, signatures, list(mandatory)]
    return _label(_BASE + cbor.encode(parts))


def _payload(proof: Mapping[str, Any], start: bytes) -> list[Any] | None:
    """The five parts of a value that begins with `start`; None if it begins otherwise."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or value[:1] != "u" or len(value) > MAX_VALUE:
        raise ProofError("The signature is not written in base64url.")
    try:
        data = multikey.from_base64url(value[1:])
    except OpenBadgeError:
        raise ProofError("The signature is not written in base64url.") from None
    if not data.startswith(start):
        return None
    parts = cbor.decode(data[len(start) :])
    if not isinstance(parts, list) or len(parts) != 5:
        raise ProofError("The signature does not have its five parts.")
    return parts


def _all(value: Any, kind: Any, size: int | None = None) -> bool:
    """Whether a value is a list of one kind, each item `size` long if that is given."""
    if not isinstance(value, list):
        return False
    items: list[Any] = value
    return all(isinstance(item, kind) and (size is None or len(item) == size) for item in items)


def is_base(proof: Mapping[str, Any]) -> bool:
    """Whether a proof is the holder's original, from which others are derived."""
    return _payload(proof, _BASE) is not None


def read_base(proof: Mapping[str, Any]) -> Base:
    """Take a base proof apart. Raises ProofError."""
    base = Base(*(_payload(proof, _BASE) or (b"", b"", b"", [], [])))
    sizes = [isinstance(part, bytes) and len(part) for part in base[:3]]
    if sizes != [64, 35, 32] or not _all(base[3], bytes, 64) or not _all(base[4], str):
        raise ProofError("The signature is not one to derive others from.")
    return base


def read_derived(proof: Mapping[str, Any]) -> Derived:
    """Take a derived proof apart. Raises ProofError."""
    derived = Derived(*(_payload(proof, _DERIVED) or (b"", b"", [], {}, [])))
    sizes = [isinstance(part, bytes) and len(part) for part in derived[:2]]
    if (
        sizes != [64, 35]
        or not _all(derived.signatures, bytes, 64)
        or not _all(derived.mandatory, int)
        or not isinstance(derived.labels, dict)
        or not all(isinstance(n, int) for n in derived.labels)
        or not _all(list(derived.labels.values()), bytes, 32)
        or len(set(derived.labels.values())) != len(derived.labels)
    ):
        raise ProofError("The signature does not prove parts of a badge.")
    return derived


def derive(document: Json, chosen: Sequence[str], *, proof: Json | None = None) -> Json:
    """The part of a signed document that `chosen` pointers and its issuer want shown, proven.

    `proof` is the base proof, unless it is the document's only one. Raises InputError for pointers
    that point at nothing, ProofError where there is no base proof.
    """
    bare = {key: value for key, value in document.items() if key != "proof"}
    proof = proof if proof is not None else document.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict):
        raise ProofError("The badge has no signature, or several: say from which one to derive.")
    base = read_base(proof)
    combined = [*base.mandatory, *chosen]
    if not combined:
        raise InputError("pointer", "nothing is chosen to be shown")
    statements = _Statements(bare, base.secret)
    _, must = statements.chosen(base.mandatory)
    quads, shown = statements.chosen(combined)
    single = [line for line in statements.lines if line not in must]
    if len(single) != len(base.signatures):
        raise ProofError(CHANGED)
    kept = [s for line, s in zip(single, base.signatures, strict=True) if line in shown]
    ordered = [line for line in statements.lines if line in shown]
    labels = {
        int(label.removeprefix("_:c14n")): multikey.from_base64url(statements.labels[node][3:])
        for node, label in rdfc.canonical_labels(quads).items()
    }
    indexes = [number for number, line in enumerate(ordered) if line in must]
    value = _label(_DERIVED + cbor.encode([base.signature, base.public, kept, labels, indexes]))
    revealed = pointers.select(bare, combined) or {}
    return {**revealed, "proof": {**proof, "proofValue": value}}


def _holds(
    key: EcPublicKey,
    options_hash: bytes,
    parts: Base | Derived,
    must: Sequence[str],
    single: Sequence[str],
) -> None:
    try:
        once = multikey.read_public("z" + base58.encode(parts.public))
    except OpenBadgeError:
        raise ProofError(CHANGED) from None
    if not isinstance(once, EcPublicKey) or once.kind != "P-256":
        raise ProofError("The signature's own key is of another kind.")
    if len(single) != len(parts.signatures):
        raise ProofError(CHANGED)
    signed = options_hash + parts.public + _hash_lines(must)
    if not key.verify(signed, parts.signature) or not all(
        once.verify(line.encode(), signature)
        for line, signature in zip(single, parts.signatures, strict=True)
    ):
        raise ProofError(CHANGED)


def check(bare: Json, proof: Mapping[str, Any], options_hash: bytes, key: EcPublicKey) -> None:
    """Raise ProofError unless a derived proof of `key`'s signature holds over `bare`."""
    derived = read_derived(proof)
    must, single = _sorted_out(bare, derived)
    _holds(key, options_hash, derived, must, single)


def _sorted_out(bare: Json, derived: Derived) -> tuple[list[str], list[str]]:
    """The lines of a shown document: the mandatory ones, and those signed one by one."""
    quads = list(dict.fromkeys(canonical.to_quads(bare)))
    labels = {}
    for node, label in rdfc.canonical_labels(quads).items():
        data = derived.labels.get(int(label.removeprefix("_:c14n")))
        if data is None:
            raise ProofError(CHANGED)
        labels[node] = "_:" + _label(data)
    lines = sorted(_lines(quads, labels))
    if len(labels) != len(derived.labels):
        raise ProofError(CHANGED)
    indexes = set(derived.mandatory)
    if len(indexes) != len(derived.mandatory) or any(n >= len(lines) for n in indexes):
        raise ProofError(CHANGED)
    must = [line for number, line in enumerate(lines) if number in indexes]
    return must, [line for number, line in enumerate(lines) if number not in indexes]


def confirm(bare: Json, proof: Mapping[str, Any], options_hash: bytes, key: EcPublicKey) -> None:
    """Raise ProofError unless a base proof by `key` holds: for the holder, before deriving."""
    base = read_base(proof)
    statements = _Statements(bare, base.secret)
    _, must = statements.chosen(base.mandatory)
    _holds(
        key,
        options_hash,
        base,
        [line for line in statements.lines if line in must],
        [line for line in statements.lines if line not in must],
    )


def check_life_is_mandatory(bare: Json, proof: Mapping[str, Any]) -> None:
    """Raise ProofError where a holder could have left out what decides over the badge's life.

    The issuer must have made its own name and the dates that are shown mandatory.
    """
    must, _ = _sorted_out(bare, read_derived(proof))
    begins = "issuanceDate" if CREDENTIALS_V1 in bare.get("@context", []) else "validFrom"
    for name in ("issuer", *_DATES, "credentialStatus"):
        predicate = f" <https://www.w3.org/2018/credentials#{name}> "
        if (name in bare or name in ("issuer", begins)) and not any(
            predicate in line for line in must
        ):
            raise ProofError(f"The issuer let the holder choose whether to show its {name}.")
