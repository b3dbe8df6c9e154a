"""Parts of a badge, each still proven: what its learner chooses to show, and nothing else (ecdsa-sd-2023).

Only badges whose template asks for it. The award as issued stays what it is; nothing that is shown is
kept here, only that it was made and what was in it. Issuer, dates, status and achievement are in every
one: without them nobody could judge it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction

from bitterroot.issuing.domain import endorsing, keys
from bitterroot.issuing.domain.award import _locked
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.enums import AwardState, KeyUse
from bitterroot.issuing.models import Award, SigningKey
from bitterroot.issuing.queries.keys import PARTS_SHOWN
from bitterroot.issuing.rules import may_collect
from bitterroot.openbadges import award as badges
from bitterroot.openbadges import issue, proofs, selective, text
from bitterroot.openbadges.errors import KeyUnavailable
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.models import Event

SUBJECT = "/credentialSubject"
ALWAYS = ("/name", f"{SUBJECT}/achievement")
MOST_AN_HOUR = 10  # each costs some hundred signatures


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of a badge that may be shown or left out. `who`: it says whose the badge is."""

    pointer: str  # JSON pointer (RFC 6901) into the badge
    label: str
    value: str
    who: bool


def why_not(award: Award) -> str:
    """Why no parts of the badge can be shown now; empty where they can."""
    if not award.template.shown_in_parts:
        return "This badge is shown as a whole."
    if award.state != AwardState.CLAIMED:
        return "Take the badge first."
    if award.suspended_at is not None:
        return "Once the suspension is lifted."
    return (
        "" if keys.signing(KeyUse.PARTS) else "This university has no key for parts of badges yet."
    )


def pieces(award: Award) -> list[Piece]:
    """What its learner may choose from, in the order of the badge. Two queries."""
    document = orjson.loads(bytes(award.document.body))
    subject = document["credentialSubject"]
    known = list(award.learner.addresses.values_list("normalized", flat=True))
    found = [
        Piece(f"{SUBJECT}/identifier/{n}", *_identity(entry, known), who=True)
        for n, entry in enumerate(subject.get("identifier", []))
    ]
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "term": ("Term", str),
        "creditsEarned": ("Credits", str),
        "narrative": ("What you did", str),
        "result": ("Results", lambda rows: ", ".join(str(r.get("value", "")) for r in rows)),
    }
    found += [
        Piece(f"{SUBJECT}/{name}", label, say(subject[name]), who=False)
        for name, (label, say) in words.items()
        if name in subject
    ]
    found += [
        Piece(f"/evidence/{n}", "Evidence", entry.get("name") or entry.get("genre", ""), who=False)
        for n, entry in enumerate(document.get("evidence", []))
    ]
    return found


def _identity(entry: dict[str, Any], known: Collection[str]) -> tuple[str, str]:
    """Label and value of who the badge says it is of; a hash is told by the address behind it."""
    if not entry["hashed"]:
        return "Name", entry["identityHash"]
    salt, digest = entry.get("salt"), entry["identityHash"]
    mine = (
        each for each in known if badges.identity_hash(badges.normal_email(each), salt) == digest
    )
    return "E-mail address, scrambled", next(mine, "one that you had before")


@transaction.atomic
def show(*, by: Actor, award: Award, chosen: Collection[str]) -> bytes:
    """The badge with the chosen pieces alone, signed, as JSON. Event: parts of a badge shown.

    Raises Refused for everyone but its learner; NotPossible where `why_not` says so, for pieces that
    it does not have, for none that says whose it is, and after too many in an hour.
    """
    answer = may_collect(by, award).require()
    row = _locked(award)
    if why := why_not(row):
        raise NotPossible(why)
    offered = {piece.pointer: piece for piece in pieces(row)}
    if not set(chosen) <= offered.keys():
        raise NotPossible("Choose from what the badge says.", [("part", "Choose again.")])
    if not any(offered[pointer].who for pointer in chosen):
        said = "Choose your name or an address: a badge of nobody proves nothing."
        raise NotPossible(said, [("part", said)])
    now = clock.now()
    before = Event.objects.filter(stream=f"award:{row.pk}", verb=PARTS_SHOWN)
    if before.filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise NotPossible(f"You made {MOST_AN_HOUR} of them in this hour. Try again later.")
    key = keys.signing(KeyUse.PARTS)
    assert key is not None  # `why_not`
    kept = [pointer for pointer in offered if pointer in chosen]
    try:
        body = _signed(row, key, kept, text.timestamp(now))
    except KeyUnavailable as error:
        raise NotPossible("No part can be signed now. Try again later.") from error
    record_of_award(by, row, PARTS_SHOWN, answer.capacity, tell=False, key=key.fragment, shown=kept)
    return body


def _signed(row: Award, key: SigningKey, chosen: list[str], created: str) -> bytes:
    bare = proofs.unsigned(orjson.loads(bytes(row.document.body)))
    bare.pop("refreshService", None)  # it would give the whole badge
    endorsing.renew(bare, row.template, keys.active()[0])
    signer = keys.signer_of(key)
    whole = signer.sign(bare, created, suite=proofs.SELECTIVE, mandatory=ALWAYS)
    return issue.to_bytes(selective.derive(whole, chosen))
