"""Endorsements: what others say of an achievement, an award or an issuer, composed and checked.

An endorsement is a credential of its own with its own signature. It stands inside what it endorses
(``endorsement``, or as a token in ``endorsementJwt``), so its signer and its subject are checked
apart: that a badge holds says nothing about what others are made to say in it, and the reverse.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import orjson

from bitterroot.openbadges import (
    canonical,
    contexts,
    did,
    jwt,
    proofs,
    standing,
    status,
    text,
    token_key,
)
from bitterroot.openbadges.award import StatusEntry
from bitterroot.openbadges.compose import Json, without_empty
from bitterroot.openbadges.errors import InputError, KeyUnavailable, OpenBadgeError
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import Resolver, identity_document
from bitterroot.openbadges.trust import check_proofs
from bitterroot.openbadges.verification import Endorsement, first_text, issuer_id, objects

TYPE = "EndorsementCredential"
MOST = 10  # that are checked in one badge


def credential(
    identifier: str,
    name: str,
    *,
    issuer: Json,
    endorsed: str,
    comment: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    status_entry: StatusEntry | None = None,
) -> Json:
    """The unsigned EndorsementCredential in which `issuer` (a profile) speaks of `endorsed`.

    `endorsed` is the id of an achievement, an award or an issuer; `comment` is what is said. Sign it
    with `issue.Signer.sign`, then hand it to `compose.achievement` or `award.credential`.
    """
    said = text.tidy(comment, "endorsementComment").strip()
    if not said:
        raise InputError("endorsementComment", "must not be empty")
    return without_empty(
        **{"@context": [contexts.CREDENTIALS_V2, contexts.OB3]},
        id=text.iri(identifier, "endorsement.id"),
        type=["VerifiableCredential", TYPE],
        name=text.line(name, "endorsement.name"),
        issuer=issuer,
        validFrom=text.timestamp(valid_from),
        validUntil=text.timestamp(valid_until) if valid_until is not None else None,
        credentialSubject={
            "id": text.iri(endorsed, "endorsement.credentialSubject.id"),
            "type": ["EndorsementSubject"],
            "endorsementComment": said,
        },
        credentialStatus=status_entry.json() if status_entry is not None else None,
    )


class _Found(NamedTuple):
    """An endorsement, the id of what it stands in, and the token that it came in."""

    document: Json
    place: str | None
    token: jwt.Token | None


def check(
    document: Json, resolver: Resolver, now: datetime, memory: TemplateMemory | None = None
) -> list[Endorsement]:
    """What the endorsements in a credential are worth, in their order, at most `MOST`."""
    found: list[Endorsement] = []
    for item in _endorsements(document):
        if len(found) == MOST:
            break
        found.append(item if isinstance(item, Endorsement) else _judge(item, resolver, now, memory))
    return found


def _endorsements(document: Json) -> Iterator[_Found | Endorsement]:
    """Each endorsement of the credential, its achievement and its issuer."""
    for place in _places(document):
        if "endorsement" not in place and "endorsementJwt" not in place:
            continue
        known = first_text(place.get("id"))
        for inner in objects(place.get("endorsement")):
            yield _Found(inner, known, None)
        tokens = place.get("endorsementJwt")
        for compact in tokens if isinstance(tokens, list) else [tokens]:
            if compact is not None:
                yield _opened(compact, known)


def _places(document: Json) -> Iterator[Json]:
    yield document
    for subject in objects(document.get("credentialSubject")):
        yield from objects(subject.get("achievement"))
    yield from objects(document.get("issuer"))


def _opened(compact: object, place: str | None) -> _Found | Endorsement:
    try:
        if not isinstance(compact, str) or not jwt.looks_like(compact):
            raise OpenBadgeError("It is no token.")
        token = jwt.read(compact)
        canonical.check_limits(token.payload)
        return _Found(jwt.credential_of(token), place, token)
    except OpenBadgeError as error:
        return Endorsement(
            None, None, None, place, False, f"An endorsement cannot be read. {error}"
        )


def _judge(
    found: _Found, resolver: Resolver, now: datetime, memory: TemplateMemory | None
) -> Endorsement:
    document = found.document
    issuer, subjects = document.get("issuer"), objects(document.get("credentialSubject"))
    subject = subjects[0] if len(subjects) == 1 else {}
    name = first_text(issuer.get("name")) if isinstance(issuer, dict) else None
    ok: bool | None = True
    try:
        _shape(document, subject, found.place)
        _signature(found, resolver, now, memory)
        detail = _life(document, resolver, now, memory)
        ok = not detail
    except (KeyUnavailable, proofs.UnsupportedProof, _Doubt) as error:
        ok, detail = None, str(error)
    except OpenBadgeError as error:
        ok, detail = False, str(error)
    who = name or issuer_id(document) or "Somebody"
    start = {
        True: f"{who} signed an endorsement.",
        False: f"An endorsement by {who} does not hold.",
        None: f"An endorsement by {who} could not be checked.",
    }[ok]
    return Endorsement(
        issuer_id=issuer_id(document),
        issuer_name=name,
        comment=first_text(subject.get("endorsementComment")),
        endorsed=first_text(subject.get("id")),
        ok=ok,
        detail=f"{start} {detail}".strip(),
        said_on=_said_on(document),
    )


def _said_on(document: Json) -> datetime | None:
    try:
        return text.parse_timestamp(document.get("validFrom"), "validFrom")
    except OpenBadgeError:
        return None


class _Doubt(OpenBadgeError):
    """Something about the endorsement could not be learned."""


def _shape(document: Json, subject: Json, place: str | None) -> None:
    types = document.get("type")
    if TYPE not in (types if isinstance(types, list) else [types]):
        raise OpenBadgeError("It is not an endorsement.")
    if place is None or first_text(subject.get("id")) != place:
        raise OpenBadgeError("It speaks of something else than what it stands in.")


def _signature(
    found: _Found, resolver: Resolver, now: datetime, memory: TemplateMemory | None
) -> None:
    issuer = issuer_id(found.document) or ""
    if found.token is not None:
        key = token_key.find_key(found.token.header, issuer, resolver)
        if not key.bound:
            raise _Doubt("Who signed it is not known: its token brings its own key.")
        jwt.check(found.token, key.jwk)
        return
    try:
        raw = orjson.dumps(found.document)
    except TypeError:
        raise OpenBadgeError("It cannot be read.") from None
    known = memory.proven_list(raw) if memory is not None else None
    if known is not None:
        identity = identity_document(resolver, issuer)
        if all(did.find_method(identity, name, issuer) == key for name, key in known.keys):
            return
    used = check_proofs(found.document, resolver, now)
    if memory is not None and not any("expires" in p for p in proofs.proofs_of(found.document)):
        memory.keep_list(raw, found.document, used)


def _life(document: Json, resolver: Resolver, now: datetime, memory: TemplateMemory | None) -> str:
    """Why it does not hold any more, or not yet; empty where it does."""
    if text.parse_timestamp(document.get("validFrom"), "validFrom") > now:
        return "It is dated in the future."
    if "validUntil" in document and text.parse_timestamp(document["validUntil"]) < now:
        return "It has expired."
    try:
        if list(standing.marks(status.entries_of(document), document, resolver, now, memory)):
            return "It was withdrawn."
    except OpenBadgeError as error:
        raise _Doubt(str(error)) from None
    return ""
