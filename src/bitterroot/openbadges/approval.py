"""The chain of approval behind an award, as valid Open Badges 3.0 content.

It is an `Evidence` object: the address of the public page, one sentence, and the chain line by
line in its narrative. All its members are defined by the contexts, so it is signed with the rest
and read by any verifier. `digest` fixes the frozen packet that was signed and decided on.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bitterroot.openbadges import text
from bitterroot.openbadges.award import Evidence
from bitterroot.openbadges.compose import Json

GENRE = "Approval"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed, in which capacity, when."""

    name: str
    capacity: str
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Award → template version → program version → decision → signatures, as plain values.

    `page` is the public address that shows it; it must differ from the achievement's and the
    criteria's address (a fragment is enough). `packet_sha256` is the hex hash of the snapshot
    that was signed.
    """

    page: str
    program: str
    program_version: str
    template_version: str
    decided_by: str
    decision: str
    decided_on: date
    reference: str | None = None
    signatures: Sequence[Signature] = ()
    packet_sha256: str | None = None


def sentence(approval: Approval) -> str:
    """One sentence for people: what was approved, by whom, when."""
    day = f"{approval.decided_on.day} {approval.decided_on:%B %Y}"
    return f"{approval.program} was {approval.decision} by {approval.decided_by} on {day}."


def evidence(approval: Approval) -> Json:
    """The Evidence object to pass as `approval` to `award.credential`."""
    lines = [
        f"Program: {approval.program}, version {approval.program_version}",
        f"Badge template: version {approval.template_version}",
        f"Decision: {approval.decision} by {approval.decided_by} on {approval.decided_on}",
    ]
    if approval.reference:
        lines.append(f"Reference: {approval.reference}")
    lines += [f"Signed: {s.name}, {s.capacity}, {s.signed_on}" for s in approval.signatures]
    if approval.packet_sha256:
        lines.append(f"Packet: sha256 {approval.packet_sha256}")
    narrative = "\n".join(" ".join(part.split("\n")) for part in lines)
    return Evidence(
        id=text.url(approval.page, "approval.page"),
        name="Approval of this credential",
        description=sentence(approval),
        narrative=narrative,
        genre=GENRE,
        digest=multibase_sha256(bytes.fromhex(approval.packet_sha256))
        if approval.packet_sha256
        else None,
    ).json()


def multibase_sha256(digest: bytes) -> str:
    """A SHA-256 digest as a base64url multihash, as ``digestMultibase`` wants it."""
    return "u" + base64.urlsafe_b64encode(b"\x12\x20" + digest).rstrip(b"=").decode()


def packet_digest(packet: bytes) -> str:
    """Hex SHA-256 of a frozen packet, for `Approval.packet_sha256`."""
    return hashlib.sha256(packet).hexdigest()


def read(credential: dict[str, Any]) -> Json | None:
    """The approval in a credential: `page`, `sentence`, and `lines` of (label, text) pairs."""
    found = credential.get("evidence")
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict) and item.get("genre") == GENRE:
            pairs = [part.partition(": ") for part in str(item.get("narrative", "")).split("\n")]
            return {
                "page": item.get("id"),
                "sentence": item.get("description"),
                "lines": [(label, value) for label, colon, value in pairs if colon],
            }
    return None
