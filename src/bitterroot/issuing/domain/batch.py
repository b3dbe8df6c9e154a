"""Issuing in bulk: allocate, sign, store; each step can crash and be repeated.

1. Status indices are handed out and committed. A crash wastes some, which is harmless.
2. Credentials are composed and signed in memory, where nobody sees them.
3. Awards, their bytes, events and outbox rows are stored in one transaction, for the lines that
   still wait. What was signed for other lines is forgotten; nothing is issued twice.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from bitterroot.governance import policies
from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.domain import endorsing, keys, status
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award, AwardDocument, SigningKey
from bitterroot.issuing.seals import seal_of
from bitterroot.learning.domain.request import add_progress, display_name
from bitterroot.learning.enums import LineState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.openbadges import approval, award, text
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.issue import Press
from bitterroot.people.actor import Actor
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock
from bitterroot.record.bulk import collector_paused, insert_values
from bitterroot.record.domain.events import Act, record_events
from bitterroot.record.ids import new_ids

CHUNK = 2000  # what each chunk costs by itself is as much as 40 badges
AWARD = (
    "id", "public_id", "learner_id", "display_name", "line_id", "status_list_id", "status_index",
    "valid_from", "valid_until", "template_id", "request_id", "state", "visibility",
    "claim_digest", "state_before", "public_reason",
)  # fmt: skip
DOCUMENT = ("award_id", "body", "sha256", "key_id", "signed_at")
UNCLAIMED, PRIVATE = AwardState.UNCLAIMED.value, Visibility.PRIVATE.value


def public_ids(count: int) -> list[str]:
    """Random names for awards' addresses: 132 bits each, URL-safe, 22 letters."""
    # 18 bytes are 24 letters without a rest, so that the text of many can be cut.
    letters = base64.urlsafe_b64encode(os.urandom(18 * count)).decode()
    return [letters[n : n + 22] for n in range(0, 24 * count, 24)]


def address_of(identifier: str) -> str:
    """The award's public address and id."""
    return f"{settings.ORIGIN}/credentials/{identifier}"


def refresh_url(identifier: str) -> str:
    """Where the newest version of an award stands: itself, or what was given in its place."""
    return f"{address_of(identifier)}/refresh"


def issue_chunk(*, by: Actor, request: IssuanceRequest, limit: int = CHUNK) -> int:
    """Issue up to `limit` awards of a request that is being issued; how many lines were taken up.

    0 means that none is left. Safe to repeat and to run twice at once.
    """
    with collector_paused():
        drafts = draft(request, limit)
        taken = len(drafts)
        if drafts:
            store(by=by, request=request, signed=sign(request, drafts))
        drafts.clear()  # nothing of the chunk is left for the collector to look through
        return taken


class Draft(NamedTuple):
    """An award that is about to be signed; nothing of it is stored yet."""

    pk: UUID
    public_id: str
    learner_id: UUID
    display_name: str
    line_id: int
    status_list_id: int
    status_index: int
    valid_from: datetime
    valid_until: datetime | None
    number: int  # of the line
    credits: Any
    status: list[award.StatusEntry]


class Signed(NamedTuple):
    """A draft with its document's bytes."""

    draft: Draft
    body: bytes
    sha256: str
    key: str
    at: datetime


def _to_issue(request: IssuanceRequest) -> QuerySet[ListLine]:
    return ListLine.objects.filter(
        request=request, state=LineState.CHECKED, opted_out=False, learner__isnull=False
    )


def draft(request: IssuanceRequest, limit: int) -> list[Draft]:
    """Step 1: the next lines that have no award, each with a status index of its own."""
    rows = _to_issue(request).order_by("number").annotate(said=Cast("cells", TextField()))
    lines = list(rows.values_list("pk", "number", "learner_id", "said")[:limit])
    if not lines:
        return []
    listed, indices = status.allocate(len(lines), suspendable=status.suspendable(request.template))
    asked = status.lists_of(listed)
    now = clock.now()
    months = request.template.valid_months
    until = add_months(now, months) if months else None
    names = zip(new_ids(len(indices)), public_ids(len(indices)), strict=True)
    return [
        Draft(
            key,
            name,
            learner,
            display_name(cells := orjson.loads(said)),
            line,
            listed.pk,
            index,
            now,
            until,
            number,
            cells.get("credits"),
            [award.StatusEntry(purpose, url, index) for purpose, url in asked],
        )
        for (line, number, learner, said), index, (key, name) in zip(
            lines, indices, names, strict=False
        )
    ]


def sign(request: IssuanceRequest, drafts: Sequence[Draft]) -> list[Signed]:
    """Step 2: compose and sign, in memory."""
    key, _ = keys.active()
    press = press_for(str(request.template_id), key.fragment)
    now = clock.now()
    created = text.timestamp(now)
    identities = _identities(request, drafts)
    common = _common(request)

    def one(row: Draft) -> Signed:
        body = press.issue(_award(row, identities.get(row.line_id, ()), common), created=created)
        return Signed(row, body, hashlib.sha256(body).hexdigest(), key.fragment, now)

    at_once = getattr(press.signer.key, "at_once", 1)
    if at_once == 1:
        return [one(row) for row in drafts]
    first = one(drafts[0])  # compiles the template, and says at once where no one answers
    with ThreadPoolExecutor(at_once) as pool:
        try:
            return [first, *pool.map(one, drafts[1:])]
        except OpenBadgeError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@transaction.atomic
def store(*, by: Actor, request: IssuanceRequest, signed: Sequence[Signed]) -> None:
    """Step 3: awards, bytes, events and outbox rows at once; lines that another run took are left.

    Nothing is stored where the key was withdrawn since it signed.
    """
    locked = IssuanceRequest.objects.select_for_update().get(pk=request.pk)
    if not keys.usable().filter(pk=signed[0].key).exists():
        return
    numbers = (signed[0].draft.number, signed[-1].draft.number)
    lines = _to_issue(request).filter(number__range=numbers)
    waiting = set(lines.values_list("pk", flat=True))
    ready = [s for s in signed if s.draft.line_id in waiting]
    if not ready:
        return
    fixed = (request.template_id, request.pk, UNCLAIMED, PRIVATE, "", "", "")
    insert_values(Award, AWARD, ((*s.draft[:9], *fixed) for s in ready))
    insert_values(AwardDocument, DOCUMENT, ((s.draft.pk, *s[1:]) for s in ready))
    if len(ready) < len(waiting):  # one that waits now did not when the others were drafted
        lines = lines.filter(Exists(Award.objects.filter(line=OuterRef("pk"))))
    lines.update(state=LineState.ISSUED)
    acts = [
        Act(
            "award issued",
            f"award:{s.draft.pk}",
            _seal(request, s.draft, s.sha256),
            {"document": s.sha256, "key": s.key},
        )
        for s in ready
    ]
    record_events(by=by, stream=f"issuance:{request.pk}", acts=acts, capacity="issuer")
    add_progress(request=locked, count=len(ready))


def _seal(request: IssuanceRequest, a: Draft, sha256: str) -> str:
    return seal_of(
        a.pk,
        a.public_id,
        request.template_id,
        a.learner_id,
        request.pk,
        a.line_id,
        a.status_list_id,
        a.status_index,
        UNCLAIMED,
        PRIVATE,
        sha256,
    )


@dataclass(frozen=True, slots=True)
class Common:
    """What the awards of one request share."""

    term: str | None
    credit: bool


def _common(request: IssuanceRequest) -> Common:
    credit = request.kind == "credit"
    term = policies.current().calendar.term(request.offering.term).label if credit else None
    return Common(term=term, credit=credit)


def _award(row: Draft, identities: Sequence[award.Identity], common: Common) -> award.Award:
    earned = row.credits if common.credit else None
    return award.Award(
        id=address_of(row.public_id),
        valid_from=_stamp(row.valid_from),
        valid_until=_stamp(row.valid_until) if row.valid_until else None,
        recipient=row.display_name,
        identities=identities,
        status=row.status,
        term=common.term,
        credits_earned=float(earned) if earned else None,
        refresh_url=refresh_url(row.public_id),
    )


_stamp = lru_cache(maxsize=256)(text.timestamp)


def _identities(
    request: IssuanceRequest, drafts: Sequence[Draft]
) -> dict[int, list[award.Identity]]:
    """The learner's addresses, hashed, by the line's key; the primary one first."""
    found: dict[int, list[award.Identity]] = {}
    numbers = (drafts[0].number, drafts[-1].number)
    lines = _to_issue(request).filter(number__range=numbers, learner__addresses__isnull=False)
    rows = lines.order_by("-learner__addresses__primary", "learner__addresses__id")
    each = list(rows.values_list("pk", "learner__addresses__normalized"))
    for (line, address), salt in zip(each, award.new_salts(len(each)), strict=True):
        found.setdefault(line, []).append(award.hashed(address, salt=salt))
    return found


@lru_cache(maxsize=64)
def press_for(template_id: str, fragment: str) -> Press:
    """The press of one template and key; compiled once in a process."""
    template = BadgeTemplate.objects.select_related(
        "program_version__program", "program_version__decision__case"
    ).get(pk=template_id)
    signing_key = SigningKey.objects.get(pk=fragment)
    signer = keys.signer_of(signing_key)
    return Press(
        issuer=keys.issuer_profile(),
        achievement=endorsing.endorsed(template, signing_key),
        signer=signer,
        approval=approval_evidence(template),
    )


def approval_evidence(template: BadgeTemplate) -> dict[str, Any]:
    """The chain of approval that every award of the template carries."""
    version = template.program_version
    chain = approval_chain(version.decision)
    return approval.evidence(
        approval.Approval(
            page=f"{settings.ORIGIN}/programs/{version.program.slug}#approval",
            program=version.program.title,
            program_version=str(version.n),
            template_version=str(template.n),
            decided_by=chain["body"],
            decision="approved before Bitterroot" if chain["earlier"] else "approved",
            decided_on=date.fromisoformat(chain["decided_on"]),
            reference=chain["document"] or None,
            signatures=[
                approval.Signature(
                    name=s["name"],
                    capacity=s["capacity"],
                    signed_on=date.fromisoformat(s["signed_on"]),
                )
                for s in chain["signatures"]
            ],
            packet_sha256=chain["snapshot_sha256"] or None,
        )
    )


def add_months(moment: datetime, months: int) -> datetime:
    """The end of the day before, so many months later (31 January + 1 = 28 February)."""
    year, month = divmod(moment.month - 1 + months, 12)
    first = date(moment.year + year, month + 1, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    day = min(moment.day, (following - timedelta(days=1)).day)
    return datetime.combine(first.replace(day=day), time(23, 59, 59), tzinfo=UTC)
