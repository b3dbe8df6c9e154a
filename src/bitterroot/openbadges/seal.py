"""That a document says in JSON what its signature covers in RDF.

A signature covers statements, not their spelling. Whoever holds a badge could write its
``validUntil`` under a full address, or under a word of a vocabulary of their own: the statements
and so the signature stay the same, but a reader of the JSON no longer finds the date. So a
document that is to be read must use the words of shipped vocabularies alone, and what decides
over its life must stand where readers look.
"""

import hashlib
from typing import Any

from bitterroot.openbadges import canonical
from bitterroot.openbadges.errors import OpenBadgeError, UnsafeDocument
from bitterroot.openbadges.rdfc import Quad, canonical_lines

_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LIFE = (
    "issuer",
    "issuanceDate",
    "expirationDate",
    "validFrom",
    "validUntil",
    "credentialStatus",
    "credentialSubject",
    "refreshService",
)


class OwnVocabulary(OpenBadgeError):
    """The document brings its own vocabulary, so its words cannot be trusted to mean what they
    say."""


def check_words(value: Any) -> None:
    """Raise OwnVocabulary for inline contexts, UnsafeDocument for members named by address."""
    if isinstance(value, list):
        for item in value:
            check_words(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                if any(
                    not isinstance(c, str) for c in (item if isinstance(item, list) else [item])
                ):
                    raise OwnVocabulary("The badge brings its own vocabulary along.")
            elif ":" in key:
                raise UnsafeDocument(f"The member {key[:80]!r} is spelled by its address.")
            else:
                check_words(item)


def sealed_hash(bare: dict[str, Any]) -> bytes:
    """SHA-256 of the canonical form of an unsigned document whose JSON can be read safely.

    Raises OwnVocabulary, UnsafeDocument, UnknownContext or LimitError.
    """
    canonical.check_limits(bare)
    check_words(bare)
    quads = canonical.to_quads(bare)
    check_life(bare, quads)
    return hashlib.sha256("".join(canonical_lines(quads)).encode()).digest()


def check_life(bare: dict[str, Any], quads: list[Quad]) -> None:
    """Raise UnsafeDocument where the statements of a credential and its JSON differ on its life.

    `quads` are what `canonical.to_quads` makes of it.
    """
    node = _root(bare, quads)
    for name in _LIFE:
        predicate = f"<{_CREDENTIALS}{name}>"
        stated = sum(1 for quad in quads if quad[0] == node and quad[1] == predicate)
        if stated != _written(bare.get(name, [])):
            raise UnsafeDocument(f"The document hides or repeats its {name}.")


def _written(value: Any) -> int:
    """How many values a member has; objects of one id are one, as they are in the statements."""
    listed = value if isinstance(value, list) else [value]
    names = [item["id"] for item in listed if isinstance(item, dict) and "id" in item]
    return len(listed) - len(names) + len(set(map(str, names)))


def _root(bare: dict[str, Any], quads: list[Quad]) -> str:
    """The node that the credential itself is: by its id, or else the one that nothing points at."""
    if "id" in bare:
        return f"<{bare['id']}>"
    pointed_at = {quad[2] for quad in quads}
    found = {
        quad[0]
        for quad in quads
        if quad[1] == _TYPE and quad[2] == f"<{_CREDENTIALS}VerifiableCredential>"
    } - pointed_at
    if len(found) != 1:
        raise UnsafeDocument("The document does not say which credential it is.")
    return found.pop()
