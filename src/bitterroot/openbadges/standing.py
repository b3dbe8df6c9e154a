"""Whether the issuer took it back: status lists, obtained, proven and read."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bitterroot.openbadges import did, proofs, status
from bitterroot.openbadges.errors import FetchError, OpenBadgeError, StatusUnavailable
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import Resolver, identity_document, parse_object
from bitterroot.openbadges.trust import check_proofs
from bitterroot.openbadges.verification import NO_LIST, NO_LIST_SHOWN, Verification, issuer_id


def standing(
    result: Verification,
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    proven: bool,
    memory: TemplateMemory | None,
    *,
    token: bool = False,
) -> None:
    """Whether the issuer took the badge back; asked only for badges that the issuer signed.

    `token`: a token proves the whole of it, whatever it says of proofs within.
    """
    if not proven:
        if "credentialStatus" in document:
            result.add("status", None, "Whether it was revoked was not asked: it is not proven.")
        return
    entries: list[dict[str, Any]] = []
    found: list[str] = []
    doubt: str | None = None
    try:
        entries = status.entries_of(document)
        for purpose in marks(entries, document, resolver, now, memory):
            found.append(purpose)
    except OpenBadgeError as error:
        doubt = str(error)
    if doubt is not None and "revocation" not in found:
        result.add("status", None, doubt)
    elif "revocation" in found:
        result.add("status", False, "The issuer revoked this badge.", "revoked")
    elif "suspension" in found:
        result.add("status", False, "The issuer suspended this badge for now.", "suspended")
    elif entries:
        result.add("status", True, "The issuer has not revoked or suspended it.")
    elif not token and _in_parts(document):
        _not_shown(result, document)
    else:
        result.add("status", True, NO_LIST)


def _in_parts(document: dict[str, Any]) -> bool:
    """Whether nothing but proofs of parts stands for the badge."""
    found = [
        proof.get("cryptosuite") for proof in proofs.proofs_of(document) if proofs.is_known(proof)
    ]
    return bool(found) and set(found) == {proofs.SELECTIVE}


def _not_shown(result: Verification, document: dict[str, Any]) -> None:
    """A part shows no list. An issuer that had its end shown always would have had its list shown."""
    if "validUntil" in document:
        result.add("status", True, NO_LIST_SHOWN)
        return
    result.add(
        "status",
        None,
        "It is shown in parts, without an end and without a list of revoked badges: nothing shows "
        "that its holder did not leave them out.",
    )


def marks(
    entries: list[dict[str, Any]],
    document: dict[str, Any],
    resolver: Resolver,
    now: datetime,
    memory: TemplateMemory | None = None,
) -> Iterator[str]:
    """The purposes for which `entries` of a badge mark it. Raises StatusUnavailable on a doubt,
    but only after all entries were read: what is known to be revoked stays known."""
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
                raise StatusUnavailable("The badge has no place on its status list.", "RANGE")
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
        detail = f"Whether it was revoked could not be learned. {error}"
        raise StatusUnavailable(detail, "RETRIEVAL") from None
    except OpenBadgeError as error:
        raise StatusUnavailable(f"The status list cannot be trusted. {error}") from None
    return listed
