"""What a verification found: separate facts, and the verdict that follows from them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from bitterroot.openbadges import text
from bitterroot.openbadges.errors import InputError

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


class Check(NamedTuple):
    """One fact: True (holds), False (does not), None (could not be told)."""

    name: str
    ok: bool | None
    detail: str


#: What the check of the status says where nobody keeps one: nothing is against the badge, nor for it.
NO_LIST = "The issuer keeps no list of revoked badges for it."
#: The same of a badge of which parts are shown.
NO_LIST_SHOWN = "No list of revoked badges belongs to what is shown of it."


@dataclass(frozen=True)
class Endorsement:
    """What somebody says in a badge, and whether it is really said (`ok` as in `Check`).

    `endorsed` is the id of the credential, the achievement or the issuer that is spoken of.
    """

    issuer_id: str | None
    issuer_name: str | None
    comment: str | None
    endorsed: str | None
    ok: bool | None
    detail: str
    said_on: datetime | None = None  # from when it holds, as it says


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
    endorsements: list[Endorsement] = field(default_factory=list)
    contained: list["Verification"] = field(default_factory=list)  # of a learner record
    successor: "Verification | None" = None  # another badge of the issuer's, given in its place
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
        """Settle the verdict. Nothing is valid that nobody was seen to have signed, or to host."""
        found = self._found
        if not any(check.ok and check.name in ("proof", "hosted") for check in self.checks):
            found.add("unknown")
        self.verdict = next((v for v in VERDICTS if v in found), "valid")
        return self

    def check(self, name: str) -> Check | None:
        """The check of that name."""
        return next((check for check in self.checks if check.name == name), None)


def first_text(value: Any) -> str | None:
    """A text, or the first of language-tagged texts."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def objects(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, dict)]


def issuer_id(document: dict[str, Any]) -> str | None:
    """The issuer's identity, whether it stands alone or in a profile."""
    issuer = document.get("issuer")
    return first_text(issuer.get("id") if isinstance(issuer, dict) else issuer)


def add_dates(
    result: Verification,
    document: dict[str, Any],
    now: datetime,
    *,
    start: str = "validFrom",
    end: str = "validUntil",
) -> None:
    """Note from when until when the badge is valid, read from its terms `start` and `end`."""
    try:
        result.valid_from = text.parse_timestamp(document.get(start), start)
        if end in document:
            result.valid_until = text.parse_timestamp(document[end], end)
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
