"""What a foreign status list may be, and what the verifier says where it is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bitterroot.openbadges import issue, keys, status
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.resolver import HouseResolver
from bitterroot.openbadges.vcapi.problems import Problem
from bitterroot.openbadges.vcapi.verifier import Verifier

from .vc_server import credential

LIST = "https://lists.example/1"
NOW = datetime(2026, 11, 19, tzinfo=UTC)
CREATED = "2026-11-01T00:00:00Z"


def signer_of(seed: bytes) -> issue.Signer:
    key = keys.SigningKey(seed)
    return issue.Signer(key, f"{key.public.did}#{key.public.multibase}")


ISSUER = signer_of(b"a test issuer's key, no secret..")
OTHER = signer_of(b"a test holder's key, no secret..")
DID = ISSUER.verification_method.partition("#")[0]


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": LIST,
        **changes,
    }


def listed(ones: list[int], size: int = status.SIZE, purpose: str = "revocation") -> dict[str, Any]:
    bits = status.Bits(size, ones)
    return status.list_credential(
        LIST, DID, purpose, bits, valid_from=datetime(2026, 11, 1, tzinfo=UTC)
    )


def found(entries: Any, stands: dict[str, Any] | None) -> str:
    """``valid``, the title where it was taken back, or the type of the problem."""
    signed = ISSUER.sign(credential(issuer=DID, credentialStatus=entries), CREATED)
    documents = {} if stands is None else {LIST: issue.to_bytes(stands)}
    verifier = Verifier(HouseResolver(documents.get), "http://127.0.0.1:1")
    try:
        verifier.credential(signed, {}, NOW)
    except OpenBadgeError as error:
        problem = Problem.of(error)
        return problem.title if problem.kind == "about:blank" else problem.kind
    return "valid"


def changed(**members: Any) -> dict[str, Any]:
    whole = listed([])
    subject = {**whole["credentialSubject"], **members.pop("subject", {})}
    return {**whole, "credentialSubject": subject, **members}


def sign(document: dict[str, Any]) -> dict[str, Any]:
    return ISSUER.sign(document, CREATED)


STATUS = "https://www.w3.org/ns/credentials/status-list#"
LISTS: dict[str, tuple[str, Callable[[], dict[str, Any] | None]]] = {
    "a good list": ("valid", lambda: sign(listed([1, 2, 3]))),
    "the bit is set": ("The credential is revoked.", lambda: sign(listed([94567]))),
    "a longer list": ("valid", lambda: sign(listed([], 4 * status.SIZE))),
    "nothing there": (f"{STATUS}STATUS_RETRIEVAL_ERROR", lambda: None),
    "too short": (f"{STATUS}STATUS_LIST_LENGTH_ERROR", lambda: sign(listed([], 8_000))),
    "not encoded": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(subject={"encodedList": "uInvalid"})),
    ),
    "another purpose": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(listed([], purpose="suspension")),
    ),
    "two purposes": (
        "valid",
        lambda: sign(changed(subject={"statusPurpose": ["suspension", "revocation"]})),
    ),
    "two other purposes": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(subject={"statusPurpose": ["suspension", "message"]})),
    ),
    "no list at all": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(type=["VerifiableCredential"])),
    ),
    "another subject": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(subject={"type": ["urn:x:more", "BitstringStatusList"]})),
    ),
    "over": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(validUntil="2026-11-02T00:00:00Z")),
    ),
    "not yet": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(validFrom="2027-11-02T00:00:00Z")),
    ),
    "another address": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: sign(changed(id="https://lists.example/2")),
    ),
    "not signed": (f"{STATUS}STATUS_VERIFICATION_ERROR", lambda: listed([])),
    "signed by another": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: OTHER.sign(listed([]), CREATED),
    ),
    "another's own": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: OTHER.sign({**listed([]), "issuer": OTHER.key.public.did}, CREATED),
    ),
    "changed": (
        f"{STATUS}STATUS_VERIFICATION_ERROR",
        lambda: {**sign(listed([94567])), "credentialSubject": listed([])["credentialSubject"]},
    ),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_is_believed_only_where_it_keeps_the_rules(case: str):
    expected, stands = LISTS[case]
    assert found(entry(), stands()) == expected


def test_a_place_that_the_list_does_not_have_is_out_of_range():
    assert found(entry(statusListIndex="131072"), sign(listed([]))) == f"{STATUS}RANGE_ERROR"


def test_what_is_known_to_be_revoked_is_not_hidden_by_a_doubt():
    """The second list cannot be had; the first says enough."""
    away = entry(statusPurpose="suspension", statusListCredential="https://lists.example/9")
    for entries in ([entry(), away], [away, entry()]):
        assert found(entries, sign(listed([94567]))) == "The credential is revoked."
        assert found(entries, sign(listed([]))) == f"{STATUS}STATUS_RETRIEVAL_ERROR"


def test_a_purpose_of_its_own_is_left_to_those_who_know_it():
    assert found(entry(statusPurpose="refresh"), None) == "valid"
    assert found(entry(statusPurpose="invented"), None) == f"{STATUS}STATUS_VERIFICATION_ERROR"
