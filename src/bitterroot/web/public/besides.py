"""What stands beside a badge's own verdict: who endorses it, what it contains, a newer version.

Each is a fact of its own with its own verdict; none of them makes the badge valid or invalid.
"""

from dataclasses import dataclass

from bitterroot.openbadges.verification import Endorsement, Verification
from bitterroot.web.ui.text import day

STATES = {True: "yes", False: "no", None: "unknown"}
VERDICTS = {
    "valid": "yes", "unknown": "unknown", "not-yet-valid": "unknown",
}  # fmt: skip


#: A verdict as people say it.
WORDS = {
    "valid": "valid", "unknown": "could not be settled", "not-yet-valid": "not valid yet",
    "invalid": "not valid", "revoked": "revoked", "suspended": "suspended for now",
    "expired": "expired",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """One fact: `state` is yes, no or unknown; `lines` are pairs of label and text, or ("", text)."""

    state: str
    title: str
    detail: str
    lines: list[tuple[str, str]]


def endorsements(result: Verification) -> list[Beside]:
    """What others say of the badge, and whether they really said it."""
    return [_endorsement(said, result.issuer_id or "") for said in result.endorsements]


def _endorsement(said: Endorsement, issuer: str) -> Beside:
    who = said.issuer_name or said.issuer_id or "somebody without a name"
    on = f" on {day(said.said_on)}" if said.said_on else ""
    titles = {
        True: f"Endorsed by {who}{on}",
        False: f"An endorsement by {who} does not hold",
        None: f"An endorsement by {who} could not be checked",
    }
    detail = said.detail
    if said.ok:
        own = said.issuer_id == issuer or (said.issuer_id or "").startswith(f"{issuer}:")
        detail = (
            "It speaks under an identity of the issuer's own site."
            if own
            else "It is another than the issuer: whether it is who it says, you must judge yourself."
        )
    return Beside(STATES[said.ok], titles[said.ok], detail, _lines(said))


def _lines(said: Endorsement) -> list[tuple[str, str]]:
    lines = []
    for part in (said.comment or "").split("\n")[:12]:
        label, colon, value = part.partition(": ")
        short = colon and len(label) <= 24 and not label.count(".")
        lines.append((label, value[:500]) if short else ("", part[:500]))
    return [*lines, ("Identity", (said.issuer_id or "none")[:300])]


def contained(result: Verification) -> list[Beside]:
    """The credentials in a learner's record, each with its own verdict."""
    found = []
    for inner in result.contained:
        first = next((check for check in inner.checks if check.ok is not True), None)
        detail = first.detail if first else "Every check of it holds."
        state = VERDICTS.get(inner.verdict, "no")
        if _of_another(inner, result):
            state = "no" if state == "no" else "unknown"
            detail = f"It names {inner.recipient}, and the record {result.recipient}. {detail}"
        found.append(
            Beside(
                state,
                f"{inner.name or 'A credential without a name'}: {WORDS[inner.verdict]}",
                detail,
                _said_in(inner),
            )
        )
    return found


def _of_another(inner: Verification, record: Verification) -> bool:
    """Whether a credential names somebody else than the record that it stands in."""
    if not inner.recipient or not record.recipient:
        return False
    return inner.recipient.casefold() != record.recipient.casefold()


def _said_in(inner: Verification) -> list[tuple[str, str]]:
    """What a credential in a record says of itself, in a few lines."""
    address = str((inner.credential or {}).get("id") or "")[:500]
    said = [
        ("Earned by", inner.recipient or ""),
        ("Given on", day(inner.valid_from)),
        ("Issuer", inner.issuer_name or inner.issuer_id or "not named"),
        ("Address", address),
    ]
    return [(label, text) for label, text in said if text]


@dataclass(frozen=True, slots=True)
class Newer:
    """Another badge that the issuer gave in the place of the one that was checked."""

    state: str
    sentence: str
    address: str  # a path of ours, or an https address


def newer(result: Verification, origin: str) -> Newer | None:
    """The badge to which this one's issuer leads; None where there is none."""
    later = result.successor
    if later is None or later.credential is None:
        return None
    address = str(later.credential.get("id") or "")[:500]
    if address.startswith(f"{origin}/credentials/"):
        address = address.removeprefix(origin)
    elif not address.startswith("https://"):
        address = ""
    sentence = f"It was checked too, and is {later.verdict}."
    return Newer(VERDICTS.get(later.verdict, "no"), sentence, address)
