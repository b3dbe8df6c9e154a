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
from typing import Any

from django.conf import settings
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.domain import keys, status
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.issuing.seals import award_seal
from bitterroot.learning.domain.request import add_progress, display_name
from bitterroot.learning.enums import LineState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.openbadges import approval, award, text
from bitterroot.openbadges.issue import Press
from bitterroot.people.actor import Actor
from bitterroot.people.models import Address
from bitterroot.programs.models import BadgeTemplate
from bitterroot.record import clock
from bitterroot.record.bulk import insert_rows
from bitterroot.record.domain.events import Act, record_events

CHUNK = 500


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
    reserve(request, limit)
    return sign_reserved(by=by, request=request, limit=limit)


def reserve(request: IssuanceRequest, limit: int) -> int:
    """Steps 1 and 2 for lines without an award."""
    lines = list(
        ListLine.objects.filter(
            request=request,
            state=LineState.CHECKED,
            award__isnull=True,
            opted_out=False,
            learner__isnull=False,
        )
        .select_related("learner")
        .order_by("number")[:limit]
    )
    if not lines:
        return 0
    listed, indices = status.allocate(len(lines))
    now = clock.now()
    months = request.template.valid_months
    rows = [
        Award(
            public_id=public_id(),
            template_id=request.template_id,
            learner_id=line.learner_id,  # type: ignore[misc]
            display_name=display_name(line.cells),
            request_id=request.pk,
            line_id=line.pk,
            status_list_id=listed.pk,
            status_index=index,
            valid_from=now,
            valid_until=add_months(now, months) if months else None,
        )
        for line, index in zip(lines, indices, strict=False)
    ]
    with transaction.atomic():
        IssuanceRequest.objects.select_for_update().get(pk=request.pk)
        taken = set(
            Award.objects.filter(line_id__in=[r.line_id for r in rows]).values_list(
                "line_id", flat=True
            )
        )
        insert_rows(Award, [row for row in rows if row.line_id not in taken])
    return len(rows)


def sign_reserved(*, by: Actor, request: IssuanceRequest, limit: int) -> int:
    """Step 3 for reserved awards of the request."""
    awards = list(
        Award.objects.filter(request=request, state=AwardState.RESERVED)
        .select_related("line", "learner")
        .order_by("line__number")[:limit]
    )
    if not awards:
        return 0
    signed = _sign(request, awards)
    with transaction.atomic():
        locked = IssuanceRequest.objects.select_for_update().get(pk=request.pk)
        still = set(
            Award.objects.filter(
                pk__in=[a.pk for a in awards], state=AwardState.RESERVED
            ).values_list("pk", flat=True)
        )
        ready = [(a, d) for a, d in zip(awards, signed, strict=True) if a.pk in still]
        insert_rows(AwardDocument, [document for _, document in ready])
        Award.objects.filter(pk__in=[a.pk for a, _ in ready]).update(state=AwardState.UNCLAIMED)
        ListLine.objects.filter(pk__in=[a.line_id for a, _ in ready]).update(state=LineState.ISSUED)
        acts = []
        for a, document in ready:
            a.state = AwardState.UNCLAIMED
            acts.append(
                Act(
                    "award issued",
                    f"award:{a.pk}",
                    award_seal(a, document.sha256),
                    {"document": document.sha256, "key": document.key_id},
                )
            )
        if acts:
            record_events(by=by, stream=f"issuance:{request.pk}", acts=acts, capacity="issuer")
        add_progress(request=locked, count=len(ready))
    return len(ready)


def _sign(request: IssuanceRequest, awards: Sequence[Award]) -> list[AwardDocument]:
    key, _ = keys.active()
    press = press_for(str(request.template_id), key.fragment)
    now = clock.now()
    created = text.timestamp(now)
    addresses = _addresses(awards)
    common = _common(request)
    documents = []
    for row in awards:
        body = press.issue(_award(row, addresses.get(row.learner_id, []), common), created=created)
        documents.append(
            AwardDocument(
                award_id=row.pk,
                body=body,
                sha256=hashlib.sha256(body).hexdigest(),
                key_id=key.fragment,
                signed_at=now,
            )
        )
    return documents


@dataclass(frozen=True, slots=True)
class Common:
    """What the awards of one request share."""

    term: str | None
    credit: bool


def _common(request: IssuanceRequest) -> Common:
    term = policies.current().calendar.term(request.offering.term)
    return Common(
        term=term.label if request.kind == "credit" else None, credit=request.kind == "credit"
    )


def _award(row: Award, addresses: Sequence[str], common: Common) -> award.Award:
    cells = row.line.cells
    credits_earned = float(cells["credits"]) if common.credit and cells.get("credits") else None
    return award.Award(
        id=address_of(row.public_id),
        valid_from=text.timestamp(row.valid_from),
        valid_until=text.timestamp(row.valid_until) if row.valid_until else None,
        recipient=row.display_name,
        identities=[award.hashed(address) for address in addresses],
        status=[
            award.StatusEntry("revocation", status.list_url(row.status_list_id), row.status_index)
        ],
        term=common.term,
        credits_earned=credits_earned,
    )


def _addresses(awards: Sequence[Award]) -> dict[Any, list[str]]:
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
