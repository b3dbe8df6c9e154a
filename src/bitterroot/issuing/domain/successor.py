"""The award that takes the place of a wrong one: the same badge of the same learner, corrected."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from bitterroot.issuing.domain import batch, keys, status
from bitterroot.issuing.domain.recording import record_of_award
from bitterroot.issuing.models import Award, AwardDocument, Revocation, StatusList
from bitterroot.openbadges import approval, award, text
from bitterroot.people.actor import Actor
from bitterroot.people.models import Address, Person
from bitterroot.people.queries.matching import also_named
from bitterroot.record import clock

EVIDENCE = "Evidence of the learner's work"


def said_before(row: Award, document: dict[str, Any]) -> dict[str, Any]:
    """What an award says of the things that can be corrected."""
    own = _evidence(document)
    return {
        "display_name": row.display_name,
        "given_on": clock.day_of(row.valid_from).isoformat(),
        "credits": document["credentialSubject"].get("creditsEarned"),
        "evidence_url": (own[0].id or "") if own else "",
    }


def issue(
    *, by: Actor, old: Award, asked: Revocation, listed: StatusList, index: int, capacity: str
) -> Award:
    """Compose, sign and store the corrected award. The caller's transaction revokes the old one.

    It is held and shown as the old one was, so that whoever has the old address finds it. Event:
    award corrected; the learner is told.
    """
    key, _ = keys.active()
    now = clock.now()
    document = orjson.loads(bytes(old.document.body))
    made = _row(old, asked.corrected, listed, index)
    press = batch.press_for(str(old.template_id), key.fragment)
    composed = _composed(made, document, asked.corrected)
    body = press.issue(composed, created=text.timestamp(now))
    made.save(force_insert=True)
    learner = Person.objects.select_for_update().get(pk=made.learner_id)
    if also_named(learner, made.display_name):
        learner.save(update_fields=["also_named"])
    kept = AwardDocument.objects.create(
        award=made, body=body, sha256=hashlib.sha256(body).hexdigest(), key=key, signed_at=now
    )
    record_of_award(
        by,
        made,
        "award corrected",
        capacity,
        document=kept.sha256,
        key=key.fragment,
        supersedes=str(old.pk),
        corrected=sorted(asked.corrected),
        reason=asked.reason,
    )
    return made


def _row(old: Award, corrected: dict[str, Any], listed: StatusList, index: int) -> Award:
    valid_from, valid_until = old.valid_from, old.valid_until
    if day := corrected.get("given_on"):
        valid_from = datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)
        months = old.template.valid_months
        valid_until = batch.add_months(valid_from, months) if months else None
    return Award(
        public_id=batch.public_ids(1)[0],
        template=old.template,
        learner=old.learner,
        display_name=corrected.get("display_name", old.display_name),
        request=old.request,
        line=None,
        supersedes=old,
        status_list=listed,
        status_index=index,
        valid_from=valid_from,
        valid_until=valid_until,
        state=old.state_before or old.state,
        visibility=old.visibility,
        claimed_at=old.claimed_at,
    )


def _composed(made: Award, before: dict[str, Any], corrected: dict[str, Any]) -> award.Award:
    subject = before["credentialSubject"]
    addresses = Address.objects.filter(person=made.learner).order_by("-primary", "pk")
    evidence = _evidence(before)
    if "evidence_url" in corrected:
        evidence = [award.Evidence(id=corrected["evidence_url"], name=EVIDENCE), *evidence[1:]]
    return award.Award(
        id=batch.address_of(made.public_id),
        valid_from=text.timestamp(made.valid_from),
        valid_until=text.timestamp(made.valid_until) if made.valid_until else None,
        recipient=made.display_name,
        identities=[award.hashed(a) for a in addresses.values_list("normalized", flat=True)],
        status=status.entries(made.status_list, made.status_index),
        subject_id=subject.get("id"),
        term=subject.get("term"),
        narrative=subject.get("narrative"),
        credits_earned=corrected.get("credits", subject.get("creditsEarned")),
        evidence=evidence,
        refresh_url=batch.refresh_url(made.public_id),
    )


def _evidence(document: dict[str, Any]) -> list[award.Evidence]:
    """The award's own evidence: what stands there besides the approval."""
    return [
        award.Evidence(
            id=item.get("id"),
            name=item.get("name"),
            description=item.get("description"),
            narrative=item.get("narrative"),
            genre=item.get("genre"),
            audience=item.get("audience"),
            digest=item.get("digestMultibase"),
        )
        for item in document.get("evidence", [])
        if item.get("genre") != approval.GENRE
    ]
