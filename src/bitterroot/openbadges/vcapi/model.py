"""The rules of the W3C data model for credentials and presentations, 2.0 and 1.1.

"Verifiable Credentials Data Model v2.0", sections 4 and 5; "v1.1" where it differs. What JSON-LD
itself refuses (words without a meaning, redefined words) is found by `check_readable` alone.
"""

import re
from collections.abc import Iterator
from typing import Any

from bitterroot.openbadges import canonical, proofs, related, seal, text
from bitterroot.openbadges.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from bitterroot.openbadges.errors import InputError
from bitterroot.openbadges.vcapi import entries
from bitterroot.openbadges.vcapi.addresses import is_url

CREDENTIAL = "VerifiableCredential"
PRESENTATION = "VerifiablePresentation"
ENVELOPED = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"
MOST_CREDENTIALS = 50  # in one presentation

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TYPED = (
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "evidence",
    "refreshService",
    "renderMethod",
    "confidenceMethod",
)


def types_of(document: dict[str, Any]) -> list[str]:
    """The types of an object. Raises InputError unless they are one or more texts."""
    found = document.get("type", document.get("@type"))
    listed = found if isinstance(found, list) else [found]
    names = [name for name in listed if isinstance(name, str) and name]
    if not names or len(names) != len(listed):
        raise InputError("type", "must be one or more terms or addresses")
    return names


def is_enveloped(document: dict[str, Any], kind: str = ENVELOPED) -> bool:
    """Whether a document is an envelope of that kind, which holds a token in its ``id``."""
    found = document.get("type")
    return kind in found if isinstance(found, list) else found == kind


def version_of(document: dict[str, Any]) -> int:
    """1 or 2, by the first vocabulary. Raises InputError for any other, and for ill-formed ones."""
    found = document.get("@context")
    if not isinstance(found, list) or not found:
        raise InputError("@context", "must be a list")
    if found[0] not in (CREDENTIALS_V2, CREDENTIALS_V1):
        raise InputError("@context", f"must begin with {CREDENTIALS_V2}")
    for item in found[1:]:
        if not isinstance(item, dict) and not is_url(item):
            raise InputError("@context", "may hold only addresses and vocabularies")
    return 2 if found[0] == CREDENTIALS_V2 else 1


def check_credential(document: dict[str, Any]) -> None:
    """Raise InputError at the first rule of the data model that a credential breaks."""
    version = version_of(document)
    check_id(document, "id")
    if CREDENTIAL not in types_of(document):
        raise InputError("type", f"must include {CREDENTIAL}")
    _check_issuer(document.get("issuer"))
    _check_subjects(document.get("credentialSubject"))
    _check_dates(document, version)
    for member in _TYPED:
        if member in document:
            for item in _objects(document[member], member):
                _check_typed(item, member)
    _check_texts(document, "")
    if isinstance(document["issuer"], dict):
        _check_texts(document["issuer"], "issuer.")
    if "relatedResource" in document:
        related.check(_objects(document["relatedResource"], "relatedResource"))
    for entry in entries.of(document):
        entries.check(entry)


def check_readable(document: dict[str, Any]) -> None:
    """The rules of the data model, nothing lost in JSON-LD, nothing hidden from readers of JSON.

    Raises InputError, UnsafeDocument, UnknownContext or LimitError.
    """
    check_credential(document)
    bare = proofs.unsigned(document)
    seal.check_life(bare, canonical.to_quads(bare))


def check_presentation(document: dict[str, Any]) -> None:
    """Raise InputError at the first rule that a presentation breaks; credentials are not entered."""
    version_of(document)
    check_id(document, "id")
    if PRESENTATION not in types_of(document):
        raise InputError("type", f"must include {PRESENTATION}")
    if "holder" in document:
        holder_of(document)
    if "termsOfUse" in document:
        for item in _objects(document["termsOfUse"], "termsOfUse"):
            _check_typed(item, "termsOfUse")
    credentials_in(document)


def holder_of(document: dict[str, Any]) -> str | None:
    """The holder's address, or None. Raises InputError if there is a holder without one."""
    holder = document.get("holder")
    if "holder" not in document:
        return None
    found = holder.get("id") if isinstance(holder, dict) else holder
    if not isinstance(found, str) or not is_url(found):
        raise InputError("holder", "must be an address or an object with one as its id")
    return found


def credentials_in(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The credentials in a presentation. Raises InputError for texts and numbers among them."""
    found = document.get("verifiableCredential", [])
    listed = found if isinstance(found, list) else [found]
    if len(listed) > MOST_CREDENTIALS or not all(isinstance(item, dict) for item in listed):
        raise InputError(
            "verifiableCredential", f"must be objects, and at most {MOST_CREDENTIALS} of them"
        )
    return listed


def check_id(document: dict[str, Any], field: str) -> None:
    """Raise InputError unless the id is missing or one URL."""
    if "id" in document and not is_url(document["id"]):
        raise InputError(field, "must be one address")


def _objects(value: Any, field: str) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, dict) for item in listed):
        raise InputError(field, "must be one or more objects")
    return listed


def _check_typed(item: dict[str, Any], member: str) -> None:
    try:
        types_of(item)
    except InputError as error:
        raise InputError(f"{member}.type", error.reason) from None
    check_id(item, f"{member}.id")
    if member == "credentialSchema" and "id" not in item:
        raise InputError("credentialSchema.id", "is missing")


def _check_issuer(issuer: Any) -> None:
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not is_url(found):
        raise InputError("issuer", "must be an address or an object with one as its id")


def _check_subjects(subjects: Any) -> None:
    if subjects is None:
        raise InputError("credentialSubject", "is missing")
    for subject in _objects(subjects, "credentialSubject"):
        if not subject:
            raise InputError("credentialSubject", "must say something about its subject")
        check_id(subject, "credentialSubject.id")


def _check_dates(document: dict[str, Any], version: int) -> None:
    if version == 1 and "issuanceDate" not in document:
        raise InputError("issuanceDate", "is missing")
    pairs = [("validFrom", "validUntil")]
    if version == 1:
        pairs.append(("issuanceDate", "expirationDate"))
    for first, last in pairs:
        found = [
            text.parse_timestamp(document[name], name) for name in (first, last) if name in document
        ]
        if len(found) == 2 and found[0] > found[1]:
            raise InputError(last, f"must not be before {first}")


def _check_texts(document: dict[str, Any], prefix: str) -> None:
    """Name and description: texts, or texts with their language and direction."""
    for member in ("name", "description"):
        if member in document:
            value = document[member]
            listed = value if isinstance(value, list) else [value]
            if not listed:
                raise InputError(prefix + member, "must be a text")
            for item in listed:
                _check_text(item, prefix + member)


def _check_text(value: Any, field: str) -> None:
    if isinstance(value, str):
        return
    if not isinstance(value, dict) or not isinstance(value.get("@value"), str):
        raise InputError(field, "must be a text, or an object with it as its @value")
    if not value.keys() <= {"@value", "@language", "@direction"}:
        raise InputError(field, "may hold only @value, @language and @direction")
    language = value.get("@language", "en")
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise InputError(field, "must name its language by a tag such as en or es-MX")
    if value.get("@direction", "ltr") not in ("ltr", "rtl"):
        raise InputError(field, "must have the direction ltr or rtl")


def dates_of(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The dates that bound a credential's life: (``from`` or ``until``, text)."""
    for name in ("validFrom", "issuanceDate"):
        if name in document:
            yield "from", document[name]
    for name in ("validUntil", "expirationDate"):
        if name in document:
            yield "until", document[name]
