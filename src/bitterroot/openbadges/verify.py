"""Is this badge real? Separate checks, each with a sentence, and one verdict.

`verify` takes anyone's Open Badges 3.0 credential: JSON, a signed token, a PNG or an SVG. The
verdict is the first that holds of invalid, revoked, suspended, expired, not-yet-valid, unknown
and valid; where a key or a status could not be obtained it is unknown, never valid.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson

from bitterroot.openbadges import bake, canonical, did, jwt, proofs, schema, seal, status, text
from bitterroot.openbadges.contexts import CREDENTIALS_V2, OB2
from bitterroot.openbadges.errors import (
    DocumentError,
    FetchError,
    InputError,
    KeyUnavailable,
    LimitError,
    OpenBadgeError,
    ProofError,
    StatusUnavailable,
    UnknownContext,
    UnsafeDocument,
)
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import Resolver, identity_document, parse_object

Verdict = Literal["invalid", "revoked", "suspended", "expired", "not-yet-valid", "unknown", "valid"]
VERDICTS: tuple[Verdict, ...] = (
    "invalid",
    "revoked",
    "suspended",
    "expired",
    "not-yet-valid",
    "unknown",
    "valid",
)
MAX_INPUT = 20_000_000
MAX_JSON = 3_000_000
_SIGNED = "The content is exactly what the issuer signed."


@dataclass(frozen=True)
class Check:
    """One fact: True (holds), False (does not), None (could not be told)."""

    name: str
    ok: bool | None
    detail: str


@dataclass
class Verification:
    """What was found; `checks` in the order in which they were made."""

    verdict: Verdict = "unknown"
    issuer_id: str | None = None
    issuer_name: str | None = None
    name: str | None = None
    recipient: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    checks: list[Check] = field(default_factory=list)
    credential: dict[str, Any] | None = None
    _found: set[Verdict] = field(default_factory=set, repr=False)

    def add(self, name: str, ok: bool | None, detail: str, verdict: Verdict | None = None) -> None:
        """Record a check, and the verdict that it leads to unless a stronger one holds."""
        self.checks.append(Check(name, ok, detail))
        if verdict is not None:
            self._found.add(verdict)
        elif ok is not True:
            self._found.add("unknown" if ok is None else "invalid")

    def conclude(self) -> "Verification":
        """Settle the verdict."""
        self.verdict = next((v for v in VERDICTS if v in self._found), "valid")
        return self

    def check(self, name: str) -> Check | None:
        """The check of that name."""
        return next((check for check in self.checks if check.name == name), None)


def verify(
    data: bytes | str,
    *,
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None = None,
    follow_refresh: bool = True,
) -> Verification:
    """Check a badge from the bytes of a file or from text. Never raises for what is in `data`.

    `now` needs a time zone. `memory` keeps templates of badges seen before, which makes checking
    many of one kind some fifty times quicker; results are the same.
    """
    result = Verification()
    try:
        document, token = read(data)
    except OpenBadgeError as error:
        result.add("readable", False, str(error))
        return result.conclude()
    return _verify(result, document, token, resolver, now, memory, follow_refresh)


def read(data: bytes | str) -> tuple[dict[str, Any], jwt.Token | None]:
    """The credential in a file or text, and the token that it came in, if so.

    Raises DocumentError (also for pictures without a badge) or LimitError; ProofError where a
    token contradicts itself.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    if len(raw) > MAX_INPUT:
        raise LimitError("The file is larger than 20 MB.")
    if bake.is_picture(raw):
        raw = bake.unbake(raw)
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if len(raw) > MAX_JSON:
        raise LimitError("The badge is larger than 3 MB.")
    if not raw:
        raise DocumentError("There is nothing to check.")
    if raw[:1] != b"{":
        compact = raw.decode("ascii", "replace")
        if not jwt.looks_like(compact):
            raise DocumentError("This is neither a badge file nor the text of a badge.")
        token = jwt.read(compact)
        canonical.check_limits(token.payload)
        return jwt.credential_of(token), token
    return _parse(raw), None


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(raw)
    except ValueError:
        raise DocumentError("The badge is not sound JSON.") from None
    if orjson.dumps(document) != raw and _has_twins(raw):
        raise DocumentError("The badge says one thing twice (a member occurs two times).")
    found: dict[str, Any] = document
    return found


def _has_twins(raw: bytes) -> bool:
    """Whether an object has two members of one name: readers would disagree which counts."""
    twins = False

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twins
        result = dict(members)
        twins = twins or len(result) != len(members)
        return result

    try:
        json.loads(raw, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return True
    return twins


def _verify(
    result: Verification,
    document: dict[str, Any],
    token: jwt.Token | None,
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None,
    follow_refresh: bool,
) -> Verification:
    result.credential = document
    result.add("readable", True, "The badge can be read.")
    _describe(result, document)
    if not _recognize(result, document):
        return result.conclude()
    bare = proofs.unsigned(document)
    digest = memory.digest(bare) if memory is not None and token is None else None
    if digest is None:
        try:
            canonical.check_limits(document)
        except LimitError as error:
            result.add("structure", False, str(error))
            return result.conclude()
        _structure(result, document)
    else:
        result.add("structure", True, "The badge is built as Open Badges 3.0 asks.")
    if token is not None:
        _token_proof(result, token, resolver)
    else:
        _data_proof(result, document, resolver, now, digest)
    _dates(result, document, now)
    proven = not result._found & {"invalid", "unknown"}
    if memory is not None and digest is None and proven and token is None:
        memory.learn(bare)
    if proven and follow_refresh:
        newer = _refreshed(result, document, resolver, now, memory)
        if newer is not None:
            return newer
    _status(result, document, resolver, now, proven, memory)
    return result.conclude()


def _text(value: Any) -> str | None:
    """A text, or the first of language-tagged texts."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def _objects(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, dict)]


def issuer_id(document: dict[str, Any]) -> str | None:
    """The issuer's identity, whether it stands alone or in a profile."""
    issuer = document.get("issuer")
    return _text(issuer.get("id") if isinstance(issuer, dict) else issuer)


def _describe(result: Verification, document: dict[str, Any]) -> None:
    issuer = document.get("issuer")
    result.issuer_id = issuer_id(document)
    result.issuer_name = _text(issuer.get("name")) if isinstance(issuer, dict) else None
    subjects = _objects(document.get("credentialSubject"))
    subject = subjects[0] if subjects else {}
    achievement = subject.get("achievement")
    own = achievement.get("name") if isinstance(achievement, dict) else None
    result.name = _text(own) or _text(document.get("name"))
    for identity in _objects(subject.get("identifier")):
        if identity.get("identityType") == "name" and identity.get("hashed") is False:
            result.recipient = _text(identity.get("identityHash"))


def _types(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _recognize(result: Verification, document: dict[str, Any]) -> bool:
    """Say what it is if it is no Open Badges 3.0 credential."""
    found = _types(document.get("@context"))
    types = _types(document.get("type"))
    if OB2 in found or {"Assertion", "BadgeClass"} & {t for t in types if isinstance(t, str)}:
        result.add(
            "structure",
            None,
            "This is an Open Badges 2.0 badge. Ask its issuer's own page whether it holds; "
            "only Open Badges 3.0 is checked here.",
        )
        return False
    if "VerifiableCredential" not in types:
        result.add("structure", False, "This is not an Open Badges credential.")
        return False
    if not {"OpenBadgeCredential", "AchievementCredential"} & set(map(str, types)):
        result.add("structure", False, "This is a credential, but not an Open Badge.")
        return False
    if found[:1] != [CREDENTIALS_V2]:
        result.add(
            "contexts",
            None,
            "The badge is written in an older or unknown vocabulary that is not checked here.",
        )
        return False
    return True


def _structure(result: Verification, document: dict[str, Any]) -> None:
    problems = schema.errors(document)
    if len(_objects(document.get("credentialSubject"))) != 1:
        problems.insert(0, "credentialSubject: must be one object")
    else:
        subject = document["credentialSubject"]
        if isinstance(subject, dict) and not (subject.get("id") or subject.get("identifier")):
            problems.append("credentialSubject: names no recipient")
    if not text.is_iri(issuer_id(document)):
        problems.append("issuer: has no identity")
    if problems:
        detail = "The badge is not built as Open Badges 3.0 asks: " + "; ".join(problems)
        result.add("structure", False, detail)
    else:
        result.add("structure", True, "The badge is built as Open Badges 3.0 asks.")


def _data_proof(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    digest: bytes | None,
) -> None:
    """Contexts, proof and issuer key of a Data Integrity credential."""
    try:
        if digest is None:
            digest = seal.sealed_hash(proofs.unsigned(document))
    except (UnknownContext, seal.OwnVocabulary) as error:
        result.add("contexts", None, f"{error} So the signature cannot be checked.")
        return
    except (UnsafeDocument, LimitError) as error:
        result.add("contexts", False, str(error))
        return
    result.add("contexts", True, "Every word of the badge is defined by a known vocabulary.")
    try:
        check_proofs(document, resolver, now, digest)
    except _KeyMissing as error:
        result.add("issuer key", None, str(error))
        result.add("proof", None, "The signature could not be checked without the issuer's key.")
    except proofs.UnsupportedProof as error:
        result.add("proof", None, str(error))
    except OpenBadgeError as error:
        result.add("proof", False, str(error))
    else:
        result.add("issuer key", True, "The key that signed it is listed by the issuer.")
        result.add("proof", True, _SIGNED)


class _KeyMissing(KeyUnavailable):
    pass


def check_proofs(
    document: dict[str, Any], resolver: Resolver, now: datetime, digest: bytes | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """Raise unless the document's issuer signed it, with every proof of a known kind holding.

    Returns the keys that did, as pairs (address, entry of the issuer's identity document). Raises
    ProofError, UnsupportedProof, KeyUnavailable, or what `seal.sealed_hash` raises.
    """
    if digest is None:
        digest = seal.sealed_hash(proofs.unsigned(document))
    found = proofs.proofs_of(document)
    issuer = issuer_id(document)
    if not found or issuer is None:
        raise ProofError("The badge is not signed.")
    supported = [p for p in found if proofs.is_known(p)]
    if not supported:
        proofs.check_options(found[0])
    used = []
    for proof in supported:
        proofs.check_options(proof)
        if "expires" in proof and text.parse_timestamp(proof["expires"]) < now:
            raise ProofError("The signature's own time is over.")
        method = proof["verificationMethod"]
        if method.partition("#")[0] != issuer:
            raise ProofError("The signature was made under another identity than the issuer's.")
        try:
            listed = did.find_method(identity_document(resolver, issuer), method, issuer)
            key = did.ed25519_key(listed)
        except KeyUnavailable as error:
            raise _KeyMissing(str(error)) from None
        proofs.check(document, proof, key, digest if proof["cryptosuite"] == proofs.RDFC else None)
        used.append((method, listed))
    return used


def _token_proof(result: Verification, token: jwt.Token, resolver: Resolver) -> None:
    issuer = result.issuer_id or ""
    try:
        found = jwt.find_key(token, issuer, resolver)
        jwt.check(token, found.jwk)
    except KeyUnavailable as error:
        result.add("issuer key", None, str(error))
        result.add("proof", None, "The signature could not be checked without the issuer's key.")
        return
    except proofs.UnsupportedProof as error:
        result.add("proof", None, str(error))
        return
    except OpenBadgeError as error:
        result.add("proof", False, str(error))
        return
    if not found.bound:
        result.add(
            "issuer key",
            None,
            "The token brings its own key; nothing shows that it is the issuer's.",
        )
        result.add("proof", None, "The token is whole, but who signed it is not known.")
        return
    note = ""
    if token.algorithm in ("EdDSA", "Ed25519"):
        note = " (Its algorithm, EdDSA, is one that the standard's own validator does not take.)"
    result.add("issuer key", True, "The key that signed it is listed by the issuer.")
    result.add("proof", True, _SIGNED + note)


def _dates(result: Verification, document: dict[str, Any], now: datetime) -> None:
    try:
        result.valid_from = text.parse_timestamp(document.get("validFrom"), "validFrom")
        if "validUntil" in document:
            result.valid_until = text.parse_timestamp(document["validUntil"], "validUntil")
    except InputError as error:
        result.add("dates", False, f"The badge's dates cannot be read ({error}).")
        return
    if result.valid_until is not None and result.valid_until < now:
        day = f"{result.valid_until.day} {result.valid_until:%B %Y}"
        result.add("dates", False, f"The badge expired on {day}.", "expired")
    elif result.valid_from > now:
        day = f"{result.valid_from.day} {result.valid_from:%B %Y}"
        result.add("dates", False, f"The badge is valid only from {day}.", "not-yet-valid")
    else:
        result.add("dates", True, "The badge is within its dates.")


def _status(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    proven: bool,
    memory: TemplateMemory | None,
) -> None:
    """Whether the issuer took the badge back; asked only for badges that the issuer signed."""
    if not proven:
        if "credentialStatus" in document:
            result.add("status", None, "Whether it was revoked was not asked: it is not proven.")
        return
    try:
        entries = status.entries_of(document)
        found = list(_marks(entries, document, resolver, now, memory))
    except OpenBadgeError as error:
        result.add("status", None, str(error))
        return
    if "revocation" in found:
        result.add("status", False, "The issuer revoked this badge.", "revoked")
    elif "suspension" in found:
        result.add("status", False, "The issuer suspended this badge for now.", "suspended")
    elif entries:
        result.add("status", True, "The issuer has not revoked or suspended it.")
    else:
        result.add("status", True, "The issuer keeps no list of revoked badges for it.")


def _marks(
    entries: list[dict[str, Any]],
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None,
) -> Iterator[str]:
    """The purposes for which the badge is marked. Raises StatusUnavailable on any doubt."""
    issuer = issuer_id(document) or ""
    doubt: OpenBadgeError | None = None
    for entry in entries:
        try:
            purpose, address, index = status.read_entry(entry)
            if purpose not in status.PURPOSES:
                if purpose in ("refresh", "message"):
                    continue
                raise StatusUnavailable(f"The status purpose {purpose[:40]!r} is not known here.")
            listed = _signed_list(address, resolver, now, memory)
            status.check_list(listed, address=address, issuer=issuer, purpose=purpose, now=now)
            bits = status.bits_of(listed) if memory is None else memory.bits(listed)
            if index >= len(bits):
                raise StatusUnavailable("The badge has no place on its status list.")
            if bits[index]:
                yield purpose
        except OpenBadgeError as error:
            doubt = error
    if doubt is not None:
        raise doubt


def _signed_list(
    address: str, resolver: Resolver, now: datetime, memory: TemplateMemory | None
) -> dict[str, Any]:
    """The list at an address, signed by its issuer; a list seen before by its key of now."""
    try:
        raw = resolver.get(address)
        known = memory.proven_list(raw) if memory is not None else None
        if known is not None:
            issuer = issuer_id(known.document) or ""
            document = identity_document(resolver, issuer)
            if all(did.find_method(document, name, issuer) == key for name, key in known.keys):
                return known.document
        listed = parse_object(raw, address)
        used = check_proofs(listed, resolver, now)
        if memory is not None and not any("expires" in p for p in proofs.proofs_of(listed)):
            memory.keep_list(raw, listed, used)
    except FetchError as error:
        raise StatusUnavailable(f"Whether it was revoked could not be learned. {error}") from None
    except OpenBadgeError as error:
        raise StatusUnavailable(f"The status list cannot be trusted. {error}") from None
    return listed


def _refreshed(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None,
) -> Verification | None:
    """The verification of the newer version that the issuer offers, if it does and it holds."""
    service = document.get("refreshService")
    address = service.get("id") if isinstance(service, dict) else None
    if not isinstance(service, dict) or service.get("type") != "1EdTechCredentialRefresh":
        return None
    try:
        newer, token = read(resolver.get(str(address)))
    except OpenBadgeError:
        result.add("refresh", True, "No newer version could be obtained; this one was checked.")
        return None
    if newer == document:
        result.add("refresh", True, "This is the newest version.")
        return None
    again = _verify(Verification(), newer, token, resolver, now, memory, follow_refresh=False)
    proof = again.check("proof")
    if (
        proof is None
        or proof.ok is not True
        or again.issuer_id != result.issuer_id
        or newer.get("id") != document.get("id")
    ):
        result.add("refresh", True, "The newer version that was offered does not hold.")
        return None
    again.checks.append(Check("refresh", True, "The issuer gave a newer version: it was checked."))
    return again
