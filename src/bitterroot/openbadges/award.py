"""One learner's award as a value, and the credential that is made of it.

`Award` holds what differs from learner to learner; issuer, achievement and approval are the
same for a whole batch. `credential` joins them into an OB 3.0 AchievementCredential (unsigned).
"""

import hashlib
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from bitterroot.openbadges import contexts, text
from bitterroot.openbadges.compose import (
    IDENTIFIER_TYPES,
    Json,
    number,
    one_of,
    without_empty,
)
from bitterroot.openbadges.errors import InputError

SCHEMA_ADDRESS = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
REFRESH = "1EdTechCredentialRefresh"
Path = tuple[str | int, ...]


class Identity(NamedTuple):
    """One way to recognize the recipient: plain, or as a salted hash. See `hashed`, `named`."""

    type: str
    value: str
    hashed: bool
    salt: str | None

    def json(self) -> Json:
        """As an OB 3.0 IdentityObject."""
        one_of(self.type, IDENTIFIER_TYPES, "identifier.identityType")
        members: Json = {
            "type": "IdentityObject",
            "hashed": self.hashed,
            "identityHash": text.tidy(self.value, "identifier.identityHash", limit=500),
            "identityType": self.type,
        }
        if self.salt is not None:
            members["salt"] = text.tidy(self.salt, "identifier.salt", limit=500)
        return members


def new_salt() -> str:
    """A fresh random salt: 128 bits as 32 hex digits."""
    return new_salts(1)[0]


def new_salts(count: int) -> list[str]:
    """So many fresh salts, at once."""
    digits = os.urandom(16 * count).hex()
    return [digits[n : n + 32] for n in range(0, 32 * count, 32)]


def identity_hash(value: str, salt: str | None) -> str:
    """``sha256$`` and the hex hash of `value` followed by `salt` (OB 3.0, IdentityHash)."""
    return "sha256$" + hashlib.sha256((value + (salt or "")).encode()).hexdigest()


def normal_email(address: str) -> str:
    """The written rule for hashing an address: outer space away, NFC, all lower case.

    Verifiers hash what the recipient types, so offer every known address as its own entry.
    """
    if not (address.isascii() and address.isprintable() and len(address) <= 320):
        address = text.line(address, "identifier", limit=320)
    address = address.strip().lower()
    if not address:
        raise InputError("identifier", "must not be empty")
    return address


def hashed(value: str, identity_type: str = "emailAddress", salt: str | None = None) -> Identity:
    """A recognizable but unreadable identity; the salt is random unless given."""
    if identity_type not in IDENTIFIER_TYPES:
        one_of(identity_type, IDENTIFIER_TYPES, "identifier.identityType")
    salt = salt or new_salt()
    value = normal_email(value) if identity_type == "emailAddress" else value.strip()
    return Identity(identity_type, identity_hash(value, salt), True, salt)


def named(display_name: str) -> Identity:
    """The learner's name, readable, as an entry of type ``name``."""
    return Identity("name", display_name, False, None)


class StatusEntry(NamedTuple):
    """One bit of a status list that speaks about the award."""

    purpose: str
    list_url: str
    list_index: int

    def json(self) -> Json:
        """As a BitstringStatusListEntry; its id is the list's address with the index."""
        text.url(self.list_url, "credentialStatus.statusListCredential")
        if self.list_index < 0:
            raise InputError("credentialStatus.statusListIndex", "must not be negative")
        return {
            "id": f"{self.list_url}#{self.list_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.list_index),
            "statusListCredential": self.list_url,
        }


class Evidence(NamedTuple):
    """Something that supports the award."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None
    digest: str | None = None

    def json(self) -> Json:
        """As an OB 3.0 Evidence object; `digest` becomes ``digestMultibase``."""
        return without_empty(
            id=text.iri(self.id, "evidence.id") if self.id else None,
            type=["Evidence"],
            name=text.tidy(self.name or "", "evidence.name", limit=1_000),
            description=text.tidy(self.description or "", "evidence.description"),
            narrative=text.tidy(self.narrative or "", "evidence.narrative"),
            genre=text.tidy(self.genre or "", "evidence.genre", limit=200),
            audience=text.tidy(self.audience or "", "evidence.audience", limit=500),
            digestMultibase=self.digest,
        )


class Result(NamedTuple):
    """A grade or score; `description_id` names one of the achievement's result descriptions."""

    value: str | None = None
    description_id: str | None = None
    status: str | None = None
    achieved_level: str | None = None

    def json(self) -> Json:
        """As an OB 3.0 Result object."""
        return without_empty(
            type=["Result"],
            resultDescription=self.description_id and text.iri(self.description_id, "result"),
            value=text.tidy(self.value or "", "result.value", limit=200),
            status=self.status,
            achievedLevel=self.achieved_level and text.iri(self.achieved_level, "result"),
        )


class Award(NamedTuple):
    """What one learner's credential says beyond its achievement.

    `id` is the public address of the award; `valid_from` and `valid_until` are texts as
    `text.timestamp` makes them. `recipient` is the displayed name, as the learner wishes it.
    `subject_id` is optional: the learner's DID, or a ``urn:uuid:``. At `refresh_url` stands the
    newest version of the badge, for verifiers that ask (1EdTech's refresh service).
    """

    id: str
    valid_from: str
    recipient: str
    identities: Sequence[Identity] = ()
    status: Sequence[StatusEntry] = ()
    valid_until: str | None = None
    subject_id: str | None = None
    term: str | None = None
    narrative: str | None = None
    credits_earned: float | None = None
    results: Sequence[Result] = ()
    evidence: Sequence[Evidence] = ()
    refresh_url: str | None = None

    def shape(self) -> tuple[Any, ...]:
        """Awards of equal shape differ in texts alone, so they share one compiled template.

        Status lists are of the shape: thousands of awards share each, and it is a slot less to fill.
        """
        return (
            tuple([(i[0], i[2], i[3] is None) for i in self.identities]),
            tuple([s[:2] for s in self.status]),
            self.valid_until is None,
            self.subject_id is None,
            not self.term,
            not self.narrative,
            self.credits_earned,
            tuple([(not r[0], r[1], r[2], r[3]) for r in self.results]) if self.results else (),
            tuple([tuple([not part for part in e]) for e in self.evidence])
            if self.evidence
            else (),
            self.refresh_url is None,
        )

    def values(self) -> list[str]:
        """The texts that differ from learner to learner, in the order of `paths`, without `before`."""
        values = [self.id, self.valid_from, self.recipient]
        for identity in self.identities:
            values.append(identity[1])
            if identity[3] is not None:
                values.append(identity[3])
        for entry in self.status:
            index = str(entry[2])
            values += (index, index)
        if self.valid_until is not None:
            values.append(self.valid_until)
        if self.subject_id is not None:
            values.append(self.subject_id)
        if self.term:
            values.append(self.term)
        if self.narrative:
            values.append(self.narrative)
        for result in self.results:
            if result[0]:
                values.append(result[0])
        for item in self.evidence:
            values += [part for part in item if part]
        if self.refresh_url is not None:
            values.append(self.refresh_url)
        return values

    def paths(self) -> list[Path]:
        """Where in the credential each of `values` stands."""
        who: Path = ("credentialSubject", "identifier")
        paths: list[Path] = [("id",), ("validFrom",), (*who, 0, "identityHash")]
        for n, identity in enumerate(self.identities, 1):
            paths.append((*who, n, "identityHash"))
            if identity.salt is not None:
                paths.append((*who, n, "salt"))
        for n, _ in enumerate(self.status):
            entry: Path = (
                ("credentialStatus",) if len(self.status) == 1 else ("credentialStatus", n)
            )
            paths += [(*entry, "id"), (*entry, "statusListIndex")]
        if self.valid_until is not None:
            paths.append(("validUntil",))
        subject = (
            ("id", self.subject_id),
            ("term", self.term),
            ("narrative", self.narrative),
        )
        paths += [("credentialSubject", name) for name, value in subject if value]
        paths += [
            ("credentialSubject", "result", n, "value")
            for n, result in enumerate(self.results)
            if result.value
        ]
        members = ("id", "name", "description", "narrative", "genre", "audience", "digestMultibase")
        for n, item in enumerate(self.evidence):
            paths += [
                ("evidence", n, member) for member, part in zip(members, item, strict=True) if part
            ]
        if self.refresh_url is not None:
            paths.append(("refreshService", "id"))
        return paths

    def before(self) -> list[str]:
        """What stands before each of `values`, the same in all awards of this shape."""
        lists = iter([f"{entry[1]}#" for entry in self.status])
        return [
            next(lists) if path[0] == "credentialStatus" and path[-1] == "id" else ""
            for path in self.paths()
        ]


def credential(
    *,
    issuer: Json,
    achievement: Json,
    award: Award,
    approval: Json | None = None,
    description: str | None = None,
    schema: bool = False,
    endorsements: Sequence[Json] = (),
) -> Json:
    """The unsigned AchievementCredential of `award`.

    `approval` is the Evidence object of `approval.evidence`, placed after the award's own.
    `schema` and the award's `refresh_url` add members that need the third (extensions) context. Two status
    entries become an array: VC 2.0 allows it, the JSON Schema of OB 3.0 knows only one object.
    """
    context = [contexts.CREDENTIALS_V2, contexts.OB3]
    if schema or award.refresh_url:
        context.append(contexts.OB3_EXTENSIONS)
    status = [entry.json() for entry in award.status]
    evidence = [item.json() for item in award.evidence] + ([approval] if approval else [])
    return without_empty(
        **{"@context": context},
        id=text.url(award.id, "id"),
        type=["VerifiableCredential", "OpenBadgeCredential"],
        name=achievement["name"],
        description=text.tidy(description, "description") if description else None,
        issuer=issuer,
        validFrom=_date(award.valid_from, "validFrom"),
        validUntil=_date(award.valid_until, "validUntil") if award.valid_until else None,
        credentialSubject=_subject(award, achievement),
        endorsement=list(endorsements),
        evidence=evidence,
        credentialStatus=status[0] if len(status) == 1 else status,
        credentialSchema=[{"id": SCHEMA_ADDRESS, "type": "1EdTechJsonSchemaValidator2019"}]
        if schema
        else None,
        refreshService={
            "id": text.url(award.refresh_url, "refreshService.id"),
            "type": REFRESH,
        }
        if award.refresh_url
        else None,
    )


def _date(value: str, field: str) -> str:
    text.parse_timestamp(value, field)
    return value


def _subject(award: Award, achievement: Json) -> Json:
    name = text.line(award.recipient, "recipient", limit=300)
    known = {description["id"] for description in achievement.get("resultDescription", [])}
    for result in award.results:
        if result.description_id and result.description_id not in known:
            raise InputError("result.resultDescription", "is not one of the achievement's")
    return without_empty(
        id=text.iri(award.subject_id, "credentialSubject.id") if award.subject_id else None,
        type=["AchievementSubject"],
        identifier=[named(name).json()] + [identity.json() for identity in award.identities],
        achievement=achievement,
        narrative=text.tidy(award.narrative or "", "narrative"),
        term=text.tidy(award.term or "", "term", limit=200),
        creditsEarned=number(award.credits_earned, "creditsEarned"),
        result=[result.json() for result in award.results],
    )
