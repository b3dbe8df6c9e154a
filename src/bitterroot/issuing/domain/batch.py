"""Issuing in bulk: allocate, reserve, sign, deliver; each step can crash and be repeated.

1. Status indices are handed out and committed. A crash wastes some, which is harmless.
2. Award rows are reserved. The unique line keeps a second run from reserving again.
3. Credentials are composed and signed in memory, then stored once with events and outbox rows.
A reserved award without bytes is signed by the next run; nothing is issued twice.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.enums import AwardState, Visibility
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.issuing.seals import seal_of
from bitterroot.learning.domain.request import add_progress, display_name
from bitterroot.learning.enums import LineState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.openbadges import approval, award, text
from bitterroot.openbadges.issue import Press
from bitterroot.people.actor import Actor
from bitterroot.people.models import Address
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock
from bitterroot.record.bulk import collector_paused, insert_values
from bitterroot.record.domain.events import Act, record_events
from bitterroot.record.ids import new_id

CHUNK = 1000
AWARD = (
    "id", "public_id", "learner_id", "display_name", "line_id", "status_list_id", "status_index",
    "valid_from", "valid_until", "template_id", "request_id", "state", "visibility",
    "claim_digest", "state_before", "public_reason",
)  # fmt: skip
DOCUMENT = ("award_id", "body", "sha256", "key_id", "signed_at")


def public_id() -> str:
    """A random name for an award's address: 128 bits, URL-safe."""
    return secrets.token_urlsafe(16)


def address_of(identifier: str) -> str:
    """The award's public address and id."""
    return f"{settings.ORIGIN}/credentials/{identifier}"


def issue_chunk(*, by: Actor, request: IssuanceRequest, limit: int = CHUNK) -> int:
    """Issue up to `limit` awards of a request that is being issued; how many were issued.

    0 means that none is left. Safe to repeat and to run twice at once.
    """
    with collector_paused():
        awards = left_reserved(request, limit) or reserve(request, limit)
        return sign_reserved(by=by, request=request, awards=awards)


def left_reserved(request: IssuanceRequest, limit: int) -> list["Reserved"]:
    """Awards that a run before reserved and did not sign."""
    found = Award.objects.filter(request=request, state=AwardState.RESERVED)
    rows = found.order_by("line__number").values_list(*Reserved._fields)[:limit]
    return [Reserved._make(row) for row in rows]


def reserve(request: IssuanceRequest, limit: int) -> list["Reserved"]:
    """Steps 1 and 2 for lines without an award."""
    lines = list(
        ListLine.objects.filter(
            request=request,
            state=LineState.CHECKED,
            opted_out=False,
            learner__isnull=False,
        )
        .order_by("number")
        .values_list("pk", "learner_id", "cells")[:limit]
    )
    if not lines:
        return []
    listed, indices = status.allocate(len(lines))
    now = clock.now()
    months = request.template.valid_months
    until = add_months(now, months) if months else None
    with transaction.atomic():
        IssuanceRequest.objects.select_for_update().get(pk=request.pk)
        keys_ = [line for line, _, _ in lines]
        taken = set(Award.objects.filter(line_id__in=keys_).values_list("line_id", flat=True))
        rows = [
            Reserved(
                new_id(),
                public_id(),
                learner,
                display_name(cells),
                line,
                listed.pk,
                index,
                now,
                until,
                cells,
            )
            for (line, learner, cells), index in zip(lines, indices, strict=False)
            if line not in taken
        ]
        end = (AwardState.RESERVED.value, Visibility.PRIVATE.value, "", "", "")
        fixed = (request.template_id, request.pk)
        insert_values(Award, AWARD, ((*row[:9], *fixed, *end) for row in rows))
    return rows


def sign_reserved(*, by: Actor, request: IssuanceRequest, awards: Sequence["Reserved"]) -> int:
    """Step 3 for reserved awards of the request; those signed by another run are left alone."""
    if not awards:
        return 0
    signed = _sign(request, awards)
    lines = [a.line_id for a in awards]
    with transaction.atomic():
        locked = IssuanceRequest.objects.select_for_update().get(pk=request.pk)
        reserved = Award.objects.filter(line_id__in=lines, state=AwardState.RESERVED)
        still = set(reserved.values_list("line_id", flat=True))
        ready = [(a, d) for a, d in zip(awards, signed, strict=True) if a.line_id in still]
        insert_values(AwardDocument, DOCUMENT, (d for _, d in ready))
        reserved.update(state=AwardState.UNCLAIMED)
        ListLine.objects.filter(pk__in=still).update(state=LineState.ISSUED)
        acts = [
            Act(
                "award issued",
                f"award:{a.pk}",
                _seal(request, a, d[2]),
                {"document": d[2], "key": d[3]},
            )
            for a, d in ready
        ]
        if acts:
            record_events(by=by, stream=f"issuance:{request.pk}", acts=acts, capacity="issuer")
        add_progress(request=locked, count=len(ready))
    return len(awards)


def _seal(request: IssuanceRequest, a: "Reserved", sha256: str) -> str:
    return seal_of(
        a.pk,
        a.public_id,
        request.template_id,
        a.learner_id,
        request.pk,
        a.line_id,
        a.status_list_id,
        a.status_index,
        AwardState.UNCLAIMED.value,
        Visibility.PRIVATE.value,
        sha256,
    )


def _sign(request: IssuanceRequest, awards: Sequence["Reserved"]) -> list[tuple[Any, ...]]:
    key, _ = keys.active()
    press = press_for(str(request.template_id), key.fragment)
    now = clock.now()
    created = text.timestamp(now)
    addresses = _addresses(awards)
    common = _common(request)
    documents = []
    for row in awards:
        body = press.issue(_award(row, addresses.get(row.learner_id, []), common), created=created)
        documents.append((row.pk, body, hashlib.sha256(body).hexdigest(), key.fragment, now))
    return documents


class Reserved(NamedTuple):
    """A reserved award as it is read for signing."""

    pk: UUID
    public_id: str
    learner_id: UUID
    display_name: str
    line_id: int
    status_list_id: int
    status_index: int
    valid_from: datetime
    valid_until: datetime | None
    line__cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Common:
    """What the awards of one request share."""

    term: str | None
    credit: bool


def _common(request: IssuanceRequest) -> Common:
    credit = request.kind == "credit"
    term = policies.current().calendar.term(request.offering.term).label if credit else None
    return Common(term=term, credit=credit)


def _award(row: Reserved, addresses: Sequence[str], common: Common) -> award.Award:
    earned = row.line__cells.get("credits") if common.credit else None
    return award.Award(
        id=address_of(row.public_id),
        valid_from=_stamp(row.valid_from),
        valid_until=_stamp(row.valid_until) if row.valid_until else None,
        recipient=row.display_name,
        identities=[award.hashed(address) for address in addresses],
        status=[
            award.StatusEntry("revocation", status.list_url(row.status_list_id), row.status_index)
        ],
        term=common.term,
        credits_earned=float(earned) if earned else None,
    )


_stamp = lru_cache(maxsize=256)(text.timestamp)


def _addresses(awards: Sequence[Reserved]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    rows = Address.objects.filter(person_id__in=[a.learner_id for a in awards]).order_by(
        "-primary", "id"
    )
    for person_id, address in rows.values_list("person_id", "normalized"):
        found.setdefault(person_id, []).append(address)
    return found


@lru_cache(maxsize=64)
def press_for(template_id: str, fragment: str) -> Press:
    """The press of one template and key; compiled once in a process."""
    template = BadgeTemplate.objects.select_related(
        "program_version__program", "program_version__decision__case"
    ).get(pk=template_id)
    _, signer = keys.active()
    return Press(
        issuer=keys.issuer_profile(),
        achievement=template.achievement,
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
