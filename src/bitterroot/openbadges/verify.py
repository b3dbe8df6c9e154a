"""Is this badge real? Separate checks, each with a sentence, and one verdict.

`verify` takes anyone's Open Badges 3.0 credential: JSON, a signed token, a PNG or an SVG. The
verdict is the first that holds of invalid, revoked, suspended, expired, not-yet-valid, unknown
and valid; where a key or a status could not be obtained it is unknown, never valid.
"""

import json
from datetime import datetime
from typing import Any

import orjson

from bitterroot.openbadges import (
    bake,
    canonical,
    clr,
    endorsement,
    jwt,
    ob2,
    proofs,
    related,
    schema,
    standing,
    text,
    trust,
)
from bitterroot.openbadges.contexts import CREDENTIALS_V2
from bitterroot.openbadges.errors import (
    DocumentError,
    LimitError,
    OpenBadgeError,
)
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import Resolver
from bitterroot.openbadges.verification import (
    VERDICTS,
    Check,
    Endorsement,
    Verdict,
    Verification,
    add_dates,
    first_text,
    issuer_id,
    objects,
)

__all__ = ["VERDICTS", "Check", "Endorsement", "Verdict", "Verification", "read", "verify"]

MAX_INPUT = 20_000_000
MAX_JSON = 3_000_000


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
    if raw.startswith(b"%PDF-"):
        raise DocumentError(
            "A PDF holds no badge. Check the address that is printed on it, or the badge's picture."
        )
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
    try:
        compact = orjson.dumps(document)
    except TypeError:  # what is read a thousand levels deep is written only to some 250
        raise LimitError("The badge is nested too deep.") from None
    if compact != raw and _has_twins(raw):
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
    if ob2.is_ob2(document):
        return _verify_ob2(result, document, token, resolver, now)
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
        trust.token_proof(result, token, resolver)
    else:
        trust.data_proof(result, document, resolver, now, digest)
    add_dates(result, document, now)
    proven = not result._found & {"invalid", "unknown"}
    if memory is not None and digest is None and proven and token is None:
        memory.learn(bare)
    if proven and follow_refresh:
        newer = _refreshed(result, document, resolver, now, memory)
        if newer is not None:
            return newer
    standing.standing(result, document, resolver, now, proven, memory, token=token is not None)
    if proven:
        _related(result, document, resolver)
        if clr.is_clr(document):
            _contained(result, document, resolver, now, memory)
        for said in endorsement.check(document, resolver, now, memory):
            result.endorsements.append(said)  # what others say changes nothing about the badge
            result.checks.append(Check("endorsement", said.ok, said.detail))
    return result.conclude()


def _contained(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None,
) -> None:
    """Check each credential of a learner record by itself, and say how many hold."""
    for inner in clr.contained(document["credentialSubject"]):
        if clr.is_clr(inner):
            found = Verification(credential=inner)
            found.add("structure", None, "A record within a record is not checked.")
            found.conclude()
        else:
            found = _verify(Verification(), inner, None, resolver, now, memory, False)
        result.contained.append(found)
    verdicts = [found.verdict for found in result.contained]
    good = verdicts.count("valid")
    verb = "is" if good == 1 else "are"
    detail = f"{good} of the {len(verdicts)} credentials in the record {verb} valid."
    if len(verdicts) == 1:
        detail = f"The one credential in the record is {'valid' if good else 'not valid'}."
    others = [f"{f.name or 'one'} is {f.verdict}" for f in result.contained if f.verdict != "valid"]
    if not others:
        result.add("credentials", True, detail)
    else:
        result.add(
            "credentials",
            False if "invalid" in verdicts else None,
            f"{detail} {'; '.join(others[:5])}.",
        )


def _related(result: Verification, document: dict[str, Any], resolver: Resolver) -> None:
    """Whether what the badge refers to by digest is what it was when it was signed."""
    if "relatedResource" not in document:
        return
    try:
        left = related.check(objects(document["relatedResource"]), resolver.get)
    except OpenBadgeError as error:
        result.add("related", False, f"What the badge refers to was changed ({error}).")
        return
    if left:
        result.add("related", None, f"What stands at {left[0][:200]} could not be compared.")
    else:
        result.add("related", True, "What the badge refers to is unchanged.")


def _verify_ob2(
    result: Verification,
    document: dict[str, Any],
    token: jwt.Token | None,
    resolver: Resolver,
    now: datetime,
) -> Verification:
    try:
        canonical.check_limits(document)
    except LimitError as error:
        result.add("structure", False, str(error))
    else:
        ob2.verify(result, document, token, resolver, now)
    return result.conclude()


def _describe(result: Verification, document: dict[str, Any]) -> None:
    issuer = document.get("issuer")
    result.issuer_id = issuer_id(document)
    result.issuer_name = first_text(issuer.get("name")) if isinstance(issuer, dict) else None
    subjects = objects(document.get("credentialSubject"))
    subject = subjects[0] if subjects else {}
    achievement = subject.get("achievement")
    own = achievement.get("name") if isinstance(achievement, dict) else None
    result.name = first_text(own) or first_text(document.get("name"))
    for identity in objects(subject.get("identifier")):
        if identity.get("identityType") == "name" and identity.get("hashed") is False:
            result.recipient = first_text(identity.get("identityHash"))


def _types(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _recognize(result: Verification, document: dict[str, Any]) -> bool:
    """Say what it is if it is no Open Badges 3.0 credential."""
    found = _types(document.get("@context"))
    types = _types(document.get("type"))
    if "VerifiableCredential" not in types:
        result.add("structure", False, "This is not an Open Badges credential.")
        return False
    if not {"OpenBadgeCredential", "AchievementCredential", clr.TYPE} & set(map(str, types)):
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
    if clr.is_clr(document):
        what, standard = "record", "CLR 2.0"
        problems = clr.problems(document)
    else:
        what, standard = "badge", "Open Badges 3.0"
        problems = [*schema.errors(document), *_subject_problems(document)]
    if not text.is_iri(issuer_id(document)):
        problems.append("issuer: has no identity")
    if problems:
        detail = f"The {what} is not built as {standard} asks: " + "; ".join(problems[:6])
        result.add("structure", False, detail)
    else:
        result.add("structure", True, f"The {what} is built as {standard} asks.")


def _subject_problems(document: dict[str, Any]) -> list[str]:
    if len(objects(document.get("credentialSubject"))) != 1:
        return ["credentialSubject: must be one object"]
    subject = document["credentialSubject"]
    if isinstance(subject, dict) and not (subject.get("id") or subject.get("identifier")):
        return ["credentialSubject: names no recipient"]
    return []


def _words(document: dict[str, Any]) -> dict[str, Any]:
    """A document without its signature and its holder's key: copies for wallets differ in these."""
    said = proofs.unsigned(document)
    subject = said.get("credentialSubject")
    if isinstance(subject, dict):
        said = {**said, "credentialSubject": {k: v for k, v in subject.items() if k != "id"}}
    return said


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
    if _words(newer) == _words(document):
        result.add("refresh", True, "This is the newest version.")
        return None
    again = _verify(Verification(), newer, token, resolver, now, memory, follow_refresh=False)
    proof = again.check("proof")
    if proof is None or proof.ok is not True or again.issuer_id != result.issuer_id:
        result.add("refresh", True, "The newer version that was offered does not hold.")
        return None
    if newer.get("id") != document.get("id"):  # another badge: this one's own standing decides
        result.successor = again
        where = str(newer.get("id"))[:300]
        result.add("refresh", True, f"The issuer gave another badge in its place: {where}")
        return None
    again.checks.append(Check("refresh", True, "The issuer gave a newer version: it was checked."))
    return again
