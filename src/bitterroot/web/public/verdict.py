"""The answer to “is this badge real?” for people: one sentence first, then everything else."""

import hmac
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from bitterroot.openbadges import approval, clr
from bitterroot.openbadges.award import identity_hash, normal_email
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.verification import NO_LIST, NO_LIST_SHOWN, Check, Verification
from bitterroot.programs.domain import blocks
from bitterroot.programs.domain.recognition import NOT_ASSESSED, SENTENCE, says_unassessed
from bitterroot.web.public import besides
from bitterroot.web.public.besides import Beside, Newer
from bitterroot.web.ui.text import day

GREEN, AMBER, RED = "green", "amber", "red"
ICONS = {GREEN: "valid", AMBER: "question", RED: "invalid"}
CHECK_NAMES = {
    "readable": "It can be read",
    "structure": "It is built as the standard asks",
    "contexts": "Its words are defined",
    "issuer key": "The signing key is the issuer's",
    "proof": "It was not changed since it was signed",
    "dates": "It is within its dates",
    "status": "It was not taken back",
    "refresh": "It is the newest version",
    "hosted": "Its issuer's own site shows it",
    "related": "What it refers to is unchanged",
    "credentials": "What it contains is valid",
}
LAPSED = ("revoked", "suspended", "expired")
NOT_THE_PERSON = (
    "That the person who shows it is the person whom it names. Ask them as you would for any "
    "paper, or enter their e-mail address to compare it with the badge."
)
NOT_PROVEN = [
    NOT_THE_PERSON,
    "More than its outcomes: it is no degree, no license and no promise about future work.",
]
NOTHING_ASSESSED = [
    NOT_THE_PERSON,
    "That the person has learned or can do something: nothing was assessed. It is no degree and no "
    "license.",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the verification page shows. `tone` is green, amber or red; color never stands alone."""

    tone: str
    word: str  # "Valid."
    sentence: str
    explanation: str
    facts: list[tuple[str, str]]
    checks: list[tuple[str, str, str]]  # class (yes, no, unknown), name, detail
    approval: dict[str, Any] | None
    endorsements: list[Beside]
    elements: list[tuple[str, str]]  # the European ones, in the issuer's words
    contained: list[Beside]
    newer: Newer | None
    not_proven: list[str] = field(default_factory=lambda: NOT_PROVEN)
    claimed: bool = False  # nothing shows that what it says is its issuer's word
    limit: str = ""  # what must be read beside the verdict: that nothing was assessed

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


def shown(result: Verification, issuer_known: bool, email: str = "") -> Shown:
    """Put a verification into words. `email` is compared with the badge's hashed addresses."""
    tone, word, sentence, explanation = _answer(result, issuer_known)
    unlisted = _is_unlisted(result)
    checks = [_check(check, unlisted) for check in result.checks if check.name != "endorsement"]
    if _is_record(result):
        checks = [(state, name, _of_a_record(detail)) for state, name, detail in checks]
    if email:
        belongs = _belongs_to(result, email)
        checks.append(belongs)
        if belongs[0] == "no" and result.verdict == "valid":
            # Whoever asks this wants to know it first, not at the end of a list of what holds.
            tone, word = AMBER, "Valid, but not given to this address." if issuer_known else word
            explanation = f"{email} is not among the addresses that it tells. {explanation}".strip()
    unassessed = says_unassessed(_achievement(result))
    return Shown(
        tone=tone,
        word=word,
        sentence=sentence,
        explanation=explanation,
        facts=_facts(result),
        checks=checks,
        approval=approval.read(result.credential or {}),
        endorsements=besides.endorsements(result),
        elements=blocks.elements_of(_achievement(result)),
        contained=besides.contained(result),
        limit=SENTENCE if unassessed else "",
        not_proven=NOTHING_ASSESSED if unassessed else NOT_PROVEN,
        newer=besides.newer(result, settings.ORIGIN),
        claimed=not any(c.ok and c.name in ("proof", "hosted") for c in result.checks),
    )


def _achievement(result: Verification) -> dict[str, Any]:
    subject = (result.credential or {}).get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    return achievement if isinstance(achievement, dict) else {}


def _answer(result: Verification, issuer_known: bool) -> tuple[str, str, str, str]:
    says, thing = _says(result), "record" if _is_record(result) else "badge"
    issuer = result.issuer_name or result.issuer_id or "its issuer"
    if result.verdict == "valid" and issuer_known:
        return GREEN, "Valid.", says, ""
    if result.verdict == "valid":
        unlisted = "; whether it was taken back since, nobody can tell"
        back = unlisted if _is_unlisted(result) else ", and it was not taken back"
        return (
            AMBER,
            "Whole, from an issuer that we do not know.",
            says,
            f"The {thing} is exactly what {issuer} signed{back}. Whether {issuer} is who it says, "
            f"you must judge yourself: {result.issuer_id}.",
        )
    if _holds_in_part(result):
        check = result.check("credentials")
        said = f"The record itself is whole: {says} Each credential in it is shown below."
        return AMBER, "Not all of it is valid.", check.detail if check else "", said
    if result.verdict == "unknown":
        open_check = next((c for c in result.checks if c.ok is None), None)
        why = open_check.detail if open_check else ""
        return AMBER, "This could not be settled.", why, "Nothing that was checked is wrong."
    if result.verdict == "revoked" and result.successor and result.successor.verdict == "valid":
        said = f"{issuer} gave another {thing} in its place. This one is no longer valid."
        return RED, "Replaced.", said, says
    if result.verdict == "revoked":
        return RED, "Revoked.", f"{issuer} took this {thing} back. It is no longer valid.", says
    if result.verdict == "suspended":
        return RED, "Suspended.", f"{issuer} has suspended this {thing} for now.", says
    if result.verdict == "expired":
        return RED, "Expired.", f"This {thing} was valid until {day(result.valid_until)}.", says
    if result.verdict == "not-yet-valid":
        return AMBER, "Not valid yet.", f"It begins on {day(result.valid_from)}.", says
    failed = next((c for c in result.checks if c.ok is False), None)
    why = failed.detail if failed else "A check failed."
    return RED, "Not valid.", why, f"Do not rely on what this {thing} says."


def _says(result: Verification) -> str:
    """`José Núñez earned GIS for Community Planning on 13 Nov 2026 from …`."""
    name = result.name or "a badge without a name"
    issuer = result.issuer_name or result.issuer_id or "an issuer without a name"
    on = f" on {day(result.valid_from)}" if result.valid_from else ""
    if _is_record(result):
        whose = f" of {result.recipient}" if result.recipient else ""
        held = f", with {_number(len(result.contained))}" if result.contained else ""
        return f"{result.name or 'A record without a name'}{whose}{held}, made{on} by {issuer}."
    if result.recipient:
        return f"{result.recipient} earned {name}{on} from {issuer}."
    return f"{name} was given{on} by {issuer}."


def _is_record(result: Verification) -> bool:
    """Whether it is a learner record, which holds badges and is none."""
    return clr.is_clr(result.credential or {})


def _holds_in_part(result: Verification) -> bool:
    """Whether a record is whole, and some credential in it was taken back, suspended or has expired."""
    if result.verdict != "unknown" or not _is_record(result):
        return False
    whole = all(
        check.ok for check in result.checks if check.name not in ("credentials", "endorsement")
    )
    return whole and any(inner.verdict in LAPSED for inner in result.contained)


def _number(credentials: int) -> str:
    return f"{credentials} credential{'' if credentials == 1 else 's'}"


def _record_facts(result: Verification) -> list[tuple[str, str]]:
    """What a learner record says of itself."""
    credential = result.credential or {}
    more = {True: "It has more about this learner", False: "No: this is all that it has"}
    partial = credential.get("partial")
    until = day(result.valid_until) if result.valid_until else "without end"
    return [
        ("Record of", result.recipient or "(not named in the record)"),
        ("Record", result.name or ""),
        ("Made by", result.issuer_name or ""),
        ("Its identity", result.issuer_id or ""),
        ("Made on", day(result.valid_from)),
        ("Valid", until if result.valid_from else ""),
        ("Left out", more[partial] if isinstance(partial, bool) else ""),
        ("Address", _text(credential.get("id"))),
    ]


def _facts(result: Verification) -> list[tuple[str, str]]:
    if _is_record(result):
        return _record_facts(result)
    credential = result.credential or {}
    subject = credential.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = _achievement(result)
    assessed = "No: it recognizes taking part" if says_unassessed(achievement) else ""
    until = day(result.valid_until) if result.valid_until else "without end"
    tags = achievement.get("tag")
    skills = [tag for tag in tags if tag != NOT_ASSESSED] if isinstance(tags, list) else []
    return [
        ("Earned by", result.recipient or "(not named in the badge)"),
        ("Badge", result.name or ""),
        ("What it stands for", _text(achievement.get("description"))),
        ("Issuer", result.issuer_name or ""),
        ("Issuer's identity", result.issuer_id or ""),
        ("Given on", day(result.valid_from)),
        ("Valid", until if result.valid_from else ""),
        ("Credits", _text(subject.get("creditsEarned"))),
        ("Term", _text(subject.get("term"))),
        ("Assessed", assessed),
        ("Skills", ", ".join(map(_text, skills))),
        ("Registry identifier (CTID)", blocks.ctid_of(achievement)),
        ("Address", _text(credential.get("id"))),
    ]


def _text(value: Any) -> str:
    return str(value)[:2000] if isinstance(value, str | int | float) else ""


def _is_unlisted(result: Verification) -> bool:
    """Whether nobody can know if it was taken back: no list tells, and no site of the issuer's."""
    check, hosted = result.check("status"), result.check("hosted")
    unlisted = check is not None and check.detail in (NO_LIST, NO_LIST_SHOWN)
    return unlisted and not (hosted and hosted.ok)


def _check(check: Check, unlisted: bool) -> tuple[str, str, str]:
    state = {True: "yes", False: "no", None: "unknown"}[check.ok]
    if check.name == "status" and unlisted:
        state = "unknown"
    return state, CHECK_NAMES.get(check.name, check.name), check.detail


def _of_a_record(detail: str) -> str:
    """What a check says of a badge, said of a record."""
    if not detail.startswith("The badge"):
        said = detail.replace("no list of revoked badges", "no list of revoked records")
        return said.replace("Every word of the badge", "Every word of the record")
    said = detail.removeprefix("The badge").replace("as Open Badges 3.0 asks", "as CLR 2.0 asks")
    return f"The record{said}"


def _belongs_to(result: Verification, email: str) -> tuple[str, str, str]:
    """Whether one of the badge's hashed identities is this address."""
    name = f"It was given to {email}"
    subject = (result.credential or {}).get("credentialSubject")
    listed = subject.get("identifier") if isinstance(subject, dict) else None
    identities = [
        i for i in (listed if isinstance(listed, list) else [listed]) if isinstance(i, dict)
    ]
    mails = [i for i in identities if i.get("identityType") == "emailAddress"]
    if not mails:
        return "unknown", name, "The badge names no e-mail address to compare with."
    try:
        wanted = normal_email(email)
    except OpenBadgeError:
        return "unknown", name, "This is not an e-mail address."
    for identity in mails:
        salt = identity.get("salt")
        made = identity_hash(wanted, salt if isinstance(salt, str) else None)
        told = str(identity.get("identityHash"))
        if hmac.compare_digest(
            told.encode(), (made if identity.get("hashed") else wanted).encode()
        ):
            return "yes", name, "The address is one of those to which the badge was given."
    return "no", name, "The badge was given to another address, or to none that it tells."
