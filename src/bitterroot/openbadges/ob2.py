"""Open Badges 2.0: hosted and signed assertions of anyone, checked down to their issuer.

The standard's "Verification" chapter. A hosted badge is what its issuer's site shows at the
assertion's address, so that is what is asked; a signed one is a token under a key that the issuer's
profile lists. Both lead from the assertion to its badge class and on to the issuer, and each of the
three must stand where the issuer says that its badges stand.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import rsa as pem_rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from bitterroot.openbadges import jwt, multikey, text
from bitterroot.openbadges.award import normal_email
from bitterroot.openbadges.contexts import OB2
from bitterroot.openbadges.ecdsa import EcPublicKey
from bitterroot.openbadges.errors import (
    FetchError,
    GoneError,
    InputError,
    KeyUnavailable,
    OpenBadgeError,
    ProofError,
)
from bitterroot.openbadges.proofs import UnsupportedProof
from bitterroot.openbadges.resolver import Resolver, get_json
from bitterroot.openbadges.verification import NO_LIST, Verification, add_dates, first_text, objects

_HOSTED = frozenset({"HostedBadge", "hosted"})
_SIGNED = frozenset({"SignedBadge", "signed"})
_HASHES = frozenset({"sha256", "sha1", "md5"})
Json = dict[str, Any]


class _Withdrawn(OpenBadgeError):
    """The issuer took the badge back."""


def is_ob2(document: Json) -> bool:
    """Whether a document speaks Open Badges 2.0."""
    kinds = _listed(document.get("type"))
    return OB2 in _listed(document.get("@context")) or "Assertion" in kinds or "BadgeClass" in kinds


def is_recipient(assertion: Json, address: str) -> bool:
    """Whether an assertion's recipient is `address` (an e-mail address, say), hashed or plain."""
    recipient = assertion.get("recipient")
    recipient = recipient if isinstance(recipient, dict) else {}
    identity, salt = recipient.get("identity"), recipient.get("salt") or ""
    if not isinstance(identity, str) or not isinstance(salt, str):
        return False
    try:
        spellings = {address.strip(), normal_email(address)}
    except InputError:
        return False
    if recipient.get("hashed") is not True:
        return identity.strip().lower() in {spelling.lower() for spelling in spellings}
    name, _, digest = identity.partition("$")
    return name in _HASHES and any(
        hmac.compare_digest(
            hashlib.new(name, (spelling + salt).encode(), usedforsecurity=False)
            .hexdigest()
            .encode(),
            digest.lower().encode(),
        )
        for spelling in spellings
    )


def verify(
    result: Verification, document: Json, token: jwt.Token | None, resolver: Resolver, now: datetime
) -> None:
    """Record the checks of an assertion in `result`: structure, proof or hosting, dates, status."""
    _describe(result, document, {}, {})
    problem = _problem(document, token)
    if problem:
        result.add("structure", False, f"The badge is not built as Open Badges 2.0 asks: {problem}")
        return
    try:
        badge, issuer = _chain(document, resolver)
    except FetchError as error:
        result.add("structure", None, f"What the badge points at could not be obtained. {error}")
        return
    except OpenBadgeError as error:
        result.add("structure", False, str(error))
        return
    _describe(result, document, badge, issuer)
    result.add("structure", True, "The badge is built as Open Badges 2.0 asks.")
    if token is None:
        _hosted(result, document, badge, issuer, resolver)
    else:
        _signed(result, document, token, issuer, resolver)
    add_dates(result, document, now, start="issuedOn", end="expires")
    _status(result, document, issuer, resolver)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _types(document: Json) -> set[str]:
    return {item for item in _listed(document.get("type")) if isinstance(item, str)}


def _describe(result: Verification, document: Json, badge: Json, issuer: Json) -> None:
    recipient = document.get("recipient")
    if isinstance(recipient, dict) and recipient.get("hashed") is False:
        result.recipient = first_text(recipient.get("identity"))
    result.name = first_text(badge.get("name"))
    result.issuer_name = first_text(issuer.get("name"))
    result.issuer_id = first_text(issuer.get("id"))


def _problem(document: Json, token: jwt.Token | None) -> str:
    """What is wrong with the assertion by itself; empty if nothing is."""
    if OB2 not in _listed(document.get("@context")):
        return "it does not name the vocabulary."
    if "Assertion" not in _types(document):
        return "it is no assertion."
    if not _is_web(document.get("id")) and not (token and text.is_iri(document.get("id"))):
        return "it has no address."
    recipient = document.get("recipient")
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        return "it names no recipient."
    verification = document.get("verification", document.get("verify"))
    kind = verification.get("type") if isinstance(verification, dict) else None
    wanted = _HOSTED if token is None else _SIGNED
    if not wanted & {item for item in _listed(kind) if isinstance(item, str)}:
        return "it does not say that it is to be checked in the way it came."
    return ""


def _is_web(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("https://"):
        return False
    try:
        text.url(value)
    except InputError:
        return False
    return True


def _chain(document: Json, resolver: Resolver) -> tuple[Json, Json]:
    """The badge class and the issuer, as they stand at their own addresses.

    Raises FetchError, or ProofError where they are not what the assertion says they are.
    """
    badge = _followed(document.get("badge"), {"BadgeClass"}, "badge class", resolver)
    issuer = _followed(badge.get("issuer"), {"Issuer", "Profile"}, "issuer", resolver)
    for member in ("name", "description"):
        if not first_text(badge.get(member)):
            raise ProofError(f"The badge class has no {member}.")
    if not first_text(issuer.get("name")):
        raise ProofError("The issuer has no name.")
    return badge, issuer


def _followed(reference: Any, kinds: set[str], what: str, resolver: Resolver) -> Json:
    address = reference.get("id") if isinstance(reference, dict) else reference
    if not _is_web(address):
        raise ProofError(f"The {what} has no https address.")
    found = get_json(resolver, str(address))
    if found.get("id") != address or not kinds & _types(found):
        raise ProofError(f"What stands at {str(address)[:200]} is not the {what} of that address.")
    if isinstance(reference, dict):
        for member in reference.keys() - {"@context", "issuer"}:
            if found.get(member) != reference[member]:
                raise ProofError(f"The badge tells another {member} of its {what} than is hosted.")
    return found


def _within(address: str, issuer: Json) -> bool:
    """Whether an address is one where the issuer keeps badges (``startsWith``, allowed origins)."""
    rule = issuer.get("verification")
    rule = rule if isinstance(rule, dict) else {}
    if not _is_web(address):
        return False
    target = urlsplit(address)
    starts = [s for s in _listed(rule.get("startsWith", [])) if isinstance(s, str)]
    if starts:
        return any(_starts(address, start) for start in starts)
    origins = [o for o in _listed(rule.get("allowedOrigins", [])) if isinstance(o, str)]
    allowed = {o.removeprefix("https://").rstrip("/").lower() for o in origins}
    return target.netloc.lower() in (allowed or {urlsplit(str(issuer.get("id"))).netloc.lower()})


def _starts(address: str, start: str) -> bool:
    """A prefix counts only with a whole host, so that ``https://a.example`` is no ``…example.org``."""
    if not _is_web(start):
        return False
    parts = urlsplit(start)
    steps = urlsplit(address).path.split("/")
    return (
        parts.netloc.lower() == urlsplit(address).netloc.lower()
        and address.startswith(start)
        and not {".", ".."} & set(steps)
    )


def _hosted(
    result: Verification, document: Json, badge: Json, issuer: Json, resolver: Resolver
) -> None:
    address = str(document["id"])
    if not _within(address, issuer) or not _within(str(badge["id"]), issuer):
        result.add("hosted", False, "The badge does not stand where its issuer keeps its badges.")
        return
    try:
        shown = get_json(resolver, address)
    except GoneError:
        result.add("status", False, "The issuer revoked this badge.", "revoked")
        return
    except FetchError as error:
        result.add("hosted", None, f"The issuer's own site could not be asked. {error}")
        return
    if shown.get("revoked") is True and shown.get("id") == address:
        reason = first_text(shown.get("revocationReason"))
        detail = "The issuer revoked this badge" + (f": {reason[:300]}" if reason else ".")
        result.add("status", False, detail, "revoked")
        return
    if shown != document:
        result.add("hosted", False, "The issuer's own site shows another badge at its address.")
        return
    result.add("hosted", True, "The issuer's own site shows this very badge at its address.")


def _signed(
    result: Verification, document: Json, token: jwt.Token, issuer: Json, resolver: Resolver
) -> None:
    try:
        jwt.check(token, _issuers_key(document, issuer, resolver))
    except (FetchError, KeyUnavailable) as error:
        result.add("issuer key", None, str(error))
        result.add("proof", None, "The signature could not be checked without the issuer's key.")
    except UnsupportedProof as error:
        result.add("proof", None, str(error))
    except OpenBadgeError as error:
        result.add("proof", False, str(error))
    else:
        result.add("issuer key", True, "The key that signed it is listed by the issuer.")
        result.add("proof", True, "The content is exactly what the issuer signed.")


def _issuers_key(document: Json, issuer: Json, resolver: Resolver) -> Json:
    """The key that the assertion names, if the issuer's profile lists it and it says so too."""
    listed = _listed(issuer.get("publicKey", []))
    names = [item.get("id") if isinstance(item, dict) else item for item in listed]
    verification = document.get("verification", document.get("verify"))
    creator = verification.get("creator") if isinstance(verification, dict) else None
    if creator is None and len(names) == 1:
        creator = names[0]
    if not _is_web(creator) or creator not in names:
        raise ProofError("The issuer does not list the key that signed this badge.")
    if str(creator).partition("#")[0] == issuer.get("id"):
        found = next((i for i in listed if isinstance(i, dict) and i.get("id") == creator), {})
    else:
        found = get_json(resolver, str(creator))
    if found.get("id") != creator or found.get("owner") != issuer.get("id"):
        raise ProofError("The key that signed this badge belongs to somebody else.")
    return _from_pem(found.get("publicKeyPem"))


def _from_pem(pem: Any) -> Json:
    try:
        key = load_pem_public_key(str(pem)[:10_000].encode())
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnavailable("The issuer's key cannot be read.") from None
    if isinstance(key, pem_rsa.RSAPublicKey):
        numbers = key.public_numbers()
        n, e = (
            multikey.to_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
            for number in (numbers.n, numbers.e)
        )
        return {"kty": "RSA", "n": n, "e": e}
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        raw = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return dict(multikey.to_jwk(EcPublicKey("P-256", raw)))
    raise KeyUnavailable("The issuer's key is of a kind not known here.")


def _status(result: Verification, document: Json, issuer: Json, resolver: Resolver) -> None:
    """The issuer's list of revoked badges, if it keeps one."""
    if result.check("status") is not None:
        return
    address = issuer.get("revocationList")
    if address is None:
        result.add("status", True, NO_LIST)
        return
    try:
        if not _is_web(address):
            raise ProofError("The issuer's list of revoked badges has no https address.")
        listed = get_json(resolver, address)
        _look_up(listed, str(address), document, issuer)
    except _Withdrawn as error:
        result.add("status", False, str(error), "revoked")
    except OpenBadgeError as error:
        result.add("status", None, f"Whether it was revoked could not be learned. {error}")
    else:
        result.add("status", True, "The issuer has not revoked it.")


def _look_up(listed: Json, address: str, document: Json, issuer: Json) -> None:
    """Raise _Withdrawn if the badge is listed, ProofError if the list is not the issuer's."""
    owner = listed.get("issuer")
    owner = owner.get("id") if isinstance(owner, dict) else owner
    if listed.get("id") != address or owner != issuer.get("id"):
        raise ProofError("The list of revoked badges is not the issuer's.")
    entries = listed.get("revokedAssertions")
    if not isinstance(entries, list):
        raise ProofError("The list of revoked badges cannot be read.")
    names = {name for name in (document["id"], document.get("uid")) if isinstance(name, str)}
    reasons = {e for e in entries if isinstance(e, str)} & names
    for entry in objects(entries):
        if {entry.get(member) for member in ("id", "uid")} & names:
            reason = first_text(entry.get("revocationReason"))
            raise _Withdrawn(
                "The issuer revoked this badge" + (f": {reason[:300]}" if reason else ".")
            )
    if reasons:
        raise _Withdrawn("The issuer revoked this badge.")
