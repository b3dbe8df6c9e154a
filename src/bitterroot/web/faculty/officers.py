"""Officers of partners on a proposal's page: their name put right, their link renewed or taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from bitterroot.governance.domain import outside
from bitterroot.governance.domain.signature import OPEN
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import may_correct_officer, may_end_link
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible

SAID = {
    "correct": "It is put right. Whoever is asked now gets a new link; the old one has ended. Of another"
    " address the program office is told, and whoever was asked at the one before.",
    "renew": "A new link is on its way; the old one has ended.",
    "end": "What they were mailed opens nothing any more.",
}


@dataclass(frozen=True, slots=True)
class Officer:
    """One who is asked outside, and what may be done about it now."""

    signature: SignatureRequest
    corrects: bool
    renews: bool
    ends: bool


def officers_of(by: actor.Actor, signatures: Iterable[SignatureRequest]) -> list[Officer]:
    """Those of the signatures about which `by` may do something."""
    found = []
    for each in signatures:
        if each.person_id is not None:
            continue
        corrects = not outside.why_not_corrected(each) and bool(may_correct_officer(by, each))
        ends = bool(each.typed_name) and bool(may_end_link(by, each))
        if corrects or ends:
            found.append(Officer(each, corrects, corrects and each.state in OPEN, ends))
    return found


def act_on(by: actor.Actor, found: SignatureRequest, said: QueryDict) -> object:
    """Do what was chosen; raises as the verbs do."""
    act = said.get("act", "")
    match act:
        case "correct":
            name, email = said.get("name", "")[:300], said.get("email", "")[:300]
            return outside.correct_officer(by=by, signature=found, name=name, email=email)
        case "renew":
            return outside.renew_link(by=by, signature=found)
        case "end":
            return outside.end_link(by=by, signature=found)
    raise NotPossible("Choose what to do.")
