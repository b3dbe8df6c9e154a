"""Comprehensive Learner Records (CLR 2.0): several signed credentials of one learner in one.

Each credential inside keeps its own signature and its own life; the record's signature says that
its publisher put them together.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bitterroot.openbadges import contexts, text
from bitterroot.openbadges.award import Identity, StatusEntry
from bitterroot.openbadges.compose import Json, without_empty
from bitterroot.openbadges.errors import InputError
from bitterroot.openbadges.verification import first_text, objects

TYPE = "ClrCredential"
SUBJECT = "ClrSubject"
MOST = 100  # credentials in one record that are checked
ASSOCIATIONS = frozenset(
    (
        "exactMatchOf",
        "exemplar",
        "hasSkillLevel",
        "isChildOf",
        "isParentOf",
        "isPartOf",
        "isPeerOf",
        "isRelatedTo",
        "precedes",
        "replacedBy",
    )
)


def association(kind: str, source: str, target: str) -> Json:
    """How one achievement (`source`) stands to another (`target`): ``isPartOf``, say."""
    if kind not in ASSOCIATIONS:
        raise InputError(
            "association.associationType", f"must be one of {', '.join(sorted(ASSOCIATIONS))}"
        )
    return {
        "type": "Association",
        "associationType": kind,
        "sourceId": text.iri(source, "association.sourceId"),
        "targetId": text.iri(target, "association.targetId"),
    }


def credential(
    identifier: str,
    name: str,
    *,
    issuer: Json,
    credentials: Sequence[Json],
    valid_from: datetime,
    valid_until: datetime | None = None,
    subject_id: str | None = None,
    identities: Sequence[Identity] = (),
    achievements: Sequence[Json] = (),
    associations: Sequence[Json] = (),
    partial: bool | None = None,
    status_entry: StatusEntry | None = None,
) -> Json:
    """The unsigned record of a learner's signed `credentials`.

    `achievements` are those that only `associations` speak of; `partial` says that the publisher has
    more. Raises InputError for credentials without a signature or with one id, and for a learner
    who is not named.
    """
    document = without_empty(
        **{"@context": [contexts.CREDENTIALS_V2, contexts.CLR2, contexts.OB3]},
        id=text.iri(identifier, "clr.id"),
        type=["VerifiableCredential", TYPE],
        name=text.line(name, "clr.name"),
        issuer=issuer,
        validFrom=text.timestamp(valid_from),
        validUntil=text.timestamp(valid_until) if valid_until is not None else None,
        partial=partial,
        credentialSubject=without_empty(
            id=text.iri(subject_id, "clr.credentialSubject.id") if subject_id else None,
            type=[SUBJECT],
            identifier=[identity.json() for identity in identities],
            verifiableCredential=list(credentials),
            achievement=list(achievements),
            association=list(associations),
        ),
        credentialStatus=status_entry.json() if status_entry is not None else None,
    )
    for problem in problems(document):
        raise InputError("clr", problem)
    return document


def is_clr(document: Json) -> bool:
    """Whether a document is a learner record."""
    types = document.get("type")
    return TYPE in (types if isinstance(types, list) else [types])


def problems(document: Json) -> list[str]:
    """What a record has against the standard's data model; empty if nothing."""
    found = []
    subjects = objects(document.get("credentialSubject"))
    subject = subjects[0] if len(subjects) == 1 else {}
    types = subject.get("type")
    if SUBJECT not in (types if isinstance(types, list) else [types]):
        found.append(f"credentialSubject: must be one object of the type {SUBJECT}")
    if not (subject.get("id") or subject.get("identifier")):
        found.append("credentialSubject: names no learner")
    if contexts.CLR2 not in _listed(document.get("@context")):
        found.append(f"@context: must include {contexts.CLR2}")
    if not text.is_iri(document.get("id")) or not first_text(document.get("name")):
        found.append("the record: needs an id and a name")
    return found + _inside(subject)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _inside(subject: Json) -> list[str]:
    listed = _listed(subject.get("verifiableCredential", []))
    inner = contained(subject)
    if not inner or len(inner) != len(listed):
        return ["verifiableCredential: must be one or more credentials"]
    if len(inner) > MOST:
        return [f"verifiableCredential: more than {MOST} credentials"]
    names = [item.get("id") for item in inner]
    if not all(map(text.is_iri, names)) or len(set(map(str, names))) != len(names):
        return ["verifiableCredential: each needs an id of its own"]
    if not all(item.get("proof") for item in inner):
        return ["verifiableCredential: each needs a signature of its own"]
    known = {str(a.get("id")) for a in objects(subject.get("achievement"))}
    for item in inner:
        for about in objects(item.get("credentialSubject")):
            known |= {str(a.get("id")) for a in objects(about.get("achievement"))}
    ends = [
        str(link.get(end))
        for link in objects(subject.get("association"))
        for end in ("sourceId", "targetId")
    ]
    return ["association: speaks of an achievement that is not there"] if set(ends) - known else []


def contained(subject: Json) -> list[Json]:
    """The credentials in a record's subject."""
    return objects(subject.get("verifiableCredential"))
