"""The word of the bodies that approved a badge, as signed endorsements that stand in it.

Each body that decided for the program speaks under an identity of its own at our origin, for which
the institution's keys sign. Its endorsement names body, day, outcome and decision, and no person
unless the policy wants that. It is composed once for each template and key, before the first award;
a template that has awards without it keeps its bytes as they are.
"""

import hashlib
from datetime import UTC, datetime, time
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from bitterroot.governance import policies
from bitterroot.governance.enums import Outcome
from bitterroot.governance.models import Decision
from bitterroot.governance.queries.chain import decisions_before
from bitterroot.issuing.domain import keys
from bitterroot.issuing.models import Award, BodyEndorsement, SigningKey
from bitterroot.openbadges import compose, endorsement, issue, text
from bitterroot.openbadges.issue import Signer
from bitterroot.people.actor import system
from bitterroot.programs.models import BadgeTemplate, ProgramVersion
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

MOST = endorsement.MOST  # more are not checked in one badge


def endorsed(template: BadgeTemplate, key: SigningKey) -> dict[str, Any]:
    """The template's achievement with the endorsements that `key` signs; made where they lack."""
    said = endorsements(template, key)
    return {**template.achievement, "endorsement": said} if said else template.achievement


def renew(bare: dict[str, Any], template: BadgeTemplate, key: SigningKey) -> None:
    """Put endorsements by `key` in place of those in an unsigned credential of the template."""
    achievement = bare["credentialSubject"]["achievement"]
    if "endorsement" in achievement and (said := endorsements(template, key)):
        achievement["endorsement"] = said


def endorsements(template: BadgeTemplate, key: SigningKey) -> list[dict[str, Any]]:
    """The template's endorsements by `key`; composed and kept at the first call.

    Event: badge endorsed, for each. None are made for a template that has awards without.
    """
    mine = BodyEndorsement.objects.filter(template=template, key=key)  # all are made at once
    found = [orjson.loads(bytes(body)) for body in mine.values_list("body", flat=True)]
    return found or _endorse(template, key)


@transaction.atomic
def _endorse(template: BadgeTemplate, key: SigningKey) -> list[dict[str, Any]]:
    row = (
        BadgeTemplate.objects.select_for_update(of=("self",))
        .select_related("program_version__program", "program_version__decision__case")
        .get(pk=template.pk)
    )
    known = list(BodyEndorsement.objects.filter(template=row).select_related("decision"))
    mine = [each for each in known if each.key_id == key.pk]
    if not mine:
        if known:  # by an earlier key: the same decisions
            first = [each for each in known if each.key_id == known[0].key_id]
            decisions = [each.decision for each in first]
        elif Award.objects.filter(template=row).exists():
            return []
        else:
            decisions = deciding(row.program_version)
        mine = [_make(row, decision, key, n) for n, decision in enumerate(decisions)]
    return [orjson.loads(bytes(each.body)) for each in mine]


def deciding(version: ProgramVersion) -> list[Decision]:
    """The decisions by which a version was approved, as far as the policy lets them speak.

    Of each step the latest that stands; the last is the one that opened the gate.
    """
    last = version.decision
    wanted = policies.current().awards.endorsements
    if wanted == "none":
        return []
    if last.case is None or wanted == "last decision":
        return [last]
    return [*decisions_before(last), last][-MOST:]


def endorser_name(body: str) -> str:
    """A body's name as it stands in addresses; never empty."""
    spoken = slugify(body)[:60].strip("-")
    return spoken or f"body-{hashlib.sha256(body.encode()).hexdigest()[:12]}"


def _make(template: BadgeTemplate, decision: Decision, key: SigningKey, n: int) -> BodyEndorsement:
    endorser, now = endorser_name(decision.body), clock.now()
    made = BodyEndorsement(
        template=template, decision=decision, key=key, endorser=endorser, n=n, made_at=now
    )
    unsigned = endorsement.credential(
        f"{settings.ORIGIN}/endorsements/{made.pk}",
        f"Endorsement by {decision.body}",
        issuer=compose.profile(
            keys.body_did(endorser), decision.body, parent=keys.issuer_profile()
        ),
        endorsed=template.achievement["id"],
        comment=comment(template.program_version, decision),
        valid_from=datetime.combine(decision.decided_on, time(12), tzinfo=UTC),
    )
    institution = keys.signer_of(key)
    signer = Signer(institution.key, f"{keys.body_did(endorser)}#{key.fragment}")
    made.body = issue.to_bytes(signer.sign(unsigned, text.timestamp(now)))
    made.sha256 = hashlib.sha256(made.body).hexdigest()
    made.save(force_insert=True)
    record_event(
        by=system("endorsements of what was decided"),
        stream=f"template:{template.pk}",
        verb="badge endorsed",
        about=f"endorsement:{made.pk}",
        capacity="system",
        seal=made.sha256,
        data={"template": str(template.pk), "decision": str(decision.pk), "key": key.fragment},
        tell=False,
    )
    return made


def comment(version: ProgramVersion, decision: Decision) -> str:
    """What the body says: what it decided, when, and by which decision of the record."""
    day = f"{decision.decided_on.day} {decision.decided_on:%B %Y}"
    what = f"“{version.program.title}”, version {version.n}"
    if decision.outcome == Outcome.EARLIER:
        lines = [f"{decision.body} approved {what}, on {day}, before this record began."]
        shown = f"“{decision.document_name}”, sha256 {decision.document_sha256}"
        lines += [f"Document: {shown}"] if decision.document_sha256 else []
    else:
        outcome = Outcome(decision.outcome).label.lower()
        lines = [f"{decision.body} decided on {what}, on {day}: {outcome}."]
        shown = f"sha256 {decision.snapshot_sha256}"
        lines += [f"What was decided on: {shown}"] if decision.snapshot_sha256 else []
    if policies.current().awards.endorsements_name_people and decision.person_name:
        lines.append(f"Recorded by: {decision.person_name}, {decision.capacity}")
    page = f"{settings.ORIGIN}/programs/{version.program.slug}#approval"
    return "\n".join([*lines, f"Decision: {decision.pk}", f"Approval: {page}"])
