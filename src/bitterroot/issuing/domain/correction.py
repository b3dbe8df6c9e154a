"""Correcting one award: its name, day, credits or evidence was wrong; another takes its place.

A correction is a revocation that brings a successor: asked by who may ask to revoke, or by the
learner where the name is wrong, approved by a second person who may revoke. Issued bytes are never changed.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from bitterroot.issuing.domain.revocation import request_revocation
from bitterroot.issuing.domain.successor import said_before
from bitterroot.issuing.enums import HELD
from bitterroot.issuing.models import Award, Revocation
from bitterroot.issuing.rules import may_ask_to_correct
from bitterroot.learning.domain.offering import first_approved_on
from bitterroot.openbadges import text
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock, in_words

REASON = "superseded"  # the policy's key of the reason


def request_correction(
    *, by: Actor, award: Award, changes: Mapping[str, Any], reason: str
) -> Revocation:
    """Ask that an award be replaced by one that says `changes` instead. A second person decides.

    `changes` may have: display_name, given_on (date), credits, evidence_url; what is as it was, or
    left out, does not count. Raises NotPossible where nothing would change or a value does not do.
    """
    may_ask_to_correct(by, award, changes).require()
    if award.state not in HELD:
        raise NotPossible(f"This badge is {award.get_state_display().lower()}.")
    return request_revocation(
        by=by, award=award, reason_code=REASON, reason=reason, corrected=_tidy(award, changes)
    )


def before(award: Award) -> dict[str, Any]:
    """What the award says of the things that can be corrected, for a form to begin with."""
    return said_before(award, orjson.loads(bytes(award.document.body)))


def _tidy(award: Award, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the award, as values of JSON. Raises NotPossible with fields."""
    said = before(award)
    problems: list[tuple[str, str]] = []
    tidy: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            made = _KNOWN[name](value)
        except (NotPossible, OpenBadgeError) as error:
            problems.append((name, str(error)))
            continue
        if made not in ("", None) and made != said[name]:
            tidy[name] = made
    approved = first_approved_on(award.template.program_version.program)
    if approved and tidy.get("given_on", "9999") < approved.isoformat():
        said_so = f"The program was approved on {in_words.day(approved)}: none was given before."
        problems.append(("given_on", said_so))
    if problems:
        raise NotPossible(" ".join(message for _, message in problems), problems)
    if not tidy:
        raise NotPossible("Nothing would change. Write what the new badge is to say.")
    return tidy


def _name(value: Any) -> str:
    said = str(value or "").strip()
    return text.line(said, "name", limit=200) if said else ""


def _day(value: Any) -> str:
    if not value:
        return ""
    if not isinstance(value, date):
        raise NotPossible("Give a day.")
    if value > clock.today():
        raise NotPossible("A badge cannot be dated in the future.")
    return value.isoformat()


def _credits(value: Any) -> float | None:
    if value in ("", None):
        return None
    try:
        credits = Decimal(str(value))
    except InvalidOperation:
        raise NotPossible("Write the credits as a number.") from None
    if not (credits.is_finite() and 0 < credits <= 60):
        raise NotPossible("A badge carries more than 0 and at most 60 credits.")
    return float(credits)


def _address(value: Any) -> str:
    return text.url(str(value), "evidence") if value else ""


_KNOWN = {
    "display_name": _name, "given_on": _day, "credits": _credits, "evidence_url": _address,
}  # fmt: skip
