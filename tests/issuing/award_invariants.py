"""What holds of every program and award after every act, whatever the rules of the institution say.

One function for each of the ten invariants of the domain that speaks of programs and awards; those
of a case alone (3 to 5) are in `governance.invariants`. Each is handed the walk and fails where
its invariant is broken.
"""

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Q
from django.test import Client

from bitterroot.governance.enums import OPENS_GATE
from bitterroot.governance.models import Decision
from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.domain import status
from bitterroot.issuing.enums import HELD, AwardState
from bitterroot.issuing.models import Award, StatusList
from bitterroot.issuing.queries import award_for
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.issuing.seals import award_seal
from bitterroot.learning.models import Offering
from bitterroot.openbadges import approval
from bitterroot.people.models import Address, Person
from bitterroot.programs.enums import MarketingState
from bitterroot.programs.models import BadgeTemplate, MarketingRequest, Program, ProgramVersion
from bitterroot.programs.queries import catalog
from bitterroot.record import clock
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.models import Event
from governance import invariants

GATE = ("gate opened", "program established")
SHOWN = ("link", "public")
NOT_ASSESSED = "participation, not assessed"


def owner_lead_and_an_assessed_outcome(walk: Any) -> None:
    """1. A unit, a lead, and an assessed outcome; or it says that nothing was assessed."""
    for program in Program.objects.select_related("owner_unit", "lead"):
        assert program.owner_unit.name
        assert program.lead.display_name
    for version in ProgramVersion.objects.all():
        outcomes = [row for row in version.content.get("outcomes") or () if row.get("outcome")]
        if version.content["assessed"] == "unassessed":
            assert not outcomes
        else:
            assert any(row.get("method") for row in outcomes)
    for template in BadgeTemplate.objects.select_related("program_version"):
        assessed = template.program_version.content["assessed"] != "unassessed"
        assert template.assessed == assessed
        _looks(template.achievement, assessed)
    for award in Award.objects.select_related("template", "document"):
        body = orjson.loads(bytes(award.document.body))
        _looks(body["credentialSubject"]["achievement"], award.template.assessed)


def _looks(achievement: dict[str, Any], assessed: bool) -> None:
    """What was not assessed claims no skill and says so; what was never says that it was not."""
    said = orjson.dumps(achievement).decode()
    if assessed:
        assert NOT_ASSESSED not in said
    else:
        assert achievement.get("tag") == [NOT_ASSESSED]
        assert achievement["achievementType"] == "Badge"
        assert "An earner can" not in said


def nothing_before_its_gate(walk: Any) -> None:
    """2. Nothing is listed, marketed, offered or issued before its decision; each award is traced."""
    for program in catalog():
        _opened(program)
    for asked in MarketingRequest.objects.exclude(
        state__in=[MarketingState.DRAFT, MarketingState.BLOCKED, MarketingState.RETIRED]
    ):
        _opened(asked.program)
        assert asked.gate is not None
    for offering in Offering.objects.select_related("program", "program_version__decision"):
        _opened(offering.program)
        _evidence(offering.program_version.decision)
    for award in Award.objects.select_related("template__program_version__decision", "document"):
        version = award.template.program_version
        assert version.program_id == award.request.offering.program_id
        _evidence(version.decision)
        first = Event.objects.filter(about=f"award:{award.pk}").order_by("pk").first()
        assert first is not None
        assert _opened(version.program) < first.pk
        _says_its_approval(award, version.decision)


def _opened(program: Program) -> int:
    """The entry of the record by which the program's gate was opened."""
    event = Event.objects.filter(about=f"program:{program.pk}", verb__in=GATE).first()
    assert event is not None
    return int(event.pk)


def _evidence(decision: Decision) -> None:
    assert decision.case is not None
    assert decision.outcome in OPENS_GATE
    invariants.nothing_opens_the_gate_before_its_decisions(decision.case, [decision])


def _says_its_approval(award: Award, decision: Decision) -> None:
    """The signed bytes name who decided, and each who signed."""
    found = [
        item for item in orjson.loads(bytes(award.document.body))["evidence"]
        if item.get("genre") == approval.GENRE
    ]  # fmt: skip
    assert len(found) == 1
    said = orjson.dumps(found[0], option=orjson.OPT_INDENT_2).decode()
    chain = approval_chain(decision)
    assert chain["signatures"]
    for name in (
        chain["body"],
        chain["snapshot_sha256"],
        *(s["name"] for s in chain["signatures"]),
    ):
        assert name in said


def a_case_is_sound(walk: Any, n: int) -> None:
    """3 to 5, of every proposal of the walk."""
    for proposal in walk.proposals():
        if n == 3:
            invariants.a_signature_binds_to_a_snapshot(proposal.case)
        elif n == 4:
            invariants.every_decision_says_who_in_which_capacity_when_and_why(proposal.case)
        else:
            authors = {proposal.lead, *proposal.written_by.all()}
            invariants.nobody_decides_on_their_own_proposal(proposal.case, authors)


def awards_are_never_silently_edited(walk: Any) -> None:
    """6. What was issued is there as it was; each change of it has its entry, its giver, its reason."""
    found = {award.pk: award for award in Award.objects.select_related("document")}
    assert walk.issued.keys() <= found.keys()
    for award in found.values():
        body = bytes(award.document.body)
        sha256 = hashlib.sha256(body).hexdigest()
        assert walk.issued.setdefault(award.pk, sha256) == sha256
        last = Event.objects.filter(about=f"award:{award.pk}").exclude(seal="").order_by("-pk")[0]
        assert last.seal == award_seal(award, sha256)
        if award.state == AwardState.REVOKED:
            assert award.public_reason
            _two_persons_said_why(walk, award, award.revoked_at)
        if award.suspended_at:
            _two_persons_said_why(walk, award, award.suspended_at)
        if award.supersedes_id:
            assert found[award.supersedes_id].state == AwardState.REVOKED


def _two_persons_said_why(walk: Any, award: Award, at: datetime | None) -> None:
    why = award.revocations.get(state="approved", decided_at=at)
    assert why.reason
    if walk.policy.awards.second_person_revokes:
        assert why.requested_by_id != why.decided_by_id


def one_for_each_learner(walk: Any) -> None:
    """7. A learner holds one badge of a program, unless it may be earned again."""
    held = Award.objects.filter(state__in=HELD, template__repeatable=False)
    counts = Counter(held.values_list("learner", "request__offering__program"))
    assert max(counts.values(), default=0) <= 1


def anyone_verifies(walk: Any) -> None:
    """8. With the file alone, without sign-in, whatever became of key, unit and program since."""
    stranger = Client()
    found = Award.objects.select_related("document", "template__program_version__program")
    for award in found:
        said = verify_anything(bytes(award.document.body), online=False).result.verdict
        over = award.valid_until is not None and award.valid_until < clock.now()
        assert said == (
            "revoked"
            if award.state == AwardState.REVOKED
            else "suspended"
            if award.suspended_at
            else "expired"
            if over
            else "valid"
        )
    used = StatusList.objects.filter(award__isnull=False)
    for listed in StatusList.objects.filter(
        Q(pk__in=used) | Q(pk__in=used.values("suspension"))
    ).distinct():
        served = stranger.get(f"/status/{listed.pk}")
        assert (served.status_code, served.content) == (200, status.current_document(listed))
    addresses = {f"/programs/{a.template.program_version.program.slug}" for a in found}
    for address in {"/.well-known/did.json", *addresses} if addresses else ():
        assert stranger.get(address).status_code == 200


def learners_say_who_sees_it(walk: Any) -> None:
    """9. A stranger sees what its learner showed, claimed, and is under no hold; no more than needed."""
    stranger = Client()
    for award in Award.objects.select_related("learner", "document"):
        may = _was_shown(award) and not award.learner.directory_hold
        assert (award_for(award.public_id, None) is not None) == may
        answer = stranger.get(f"/credentials/{award.public_id}.json")
        assert answer.status_code == (200 if may else 404)
        said = bytes(award.document.body).decode()
        for secret in _private(award.learner):
            assert secret not in said


def _was_shown(award: Award) -> bool:
    """Whether the last word of its learner was that others may see it; a correction takes it over."""
    chain = [award]
    while chain[-1].supersedes is not None:
        chain.append(chain[-1].supersedes)
    words = ("award shared", "award declined")
    for each in chain:
        last = Event.objects.filter(about=f"award:{each.pk}", verb__in=words).last()
        if last is not None:
            assert last.actor == f"person:{award.learner_id}"
            return orjson.loads(last.data).get("visibility") in SHOWN
    return False


def _private(learner: Person) -> list[str]:
    addresses = Address.objects.filter(person=learner).values_list("normalized", flat=True)
    return [*addresses, *([learner.student_id] if learner.student_id else [])]


def the_record_only_grows(walk: Any) -> None:
    """10. What was recorded is there as it was, in chains that hold; every protected row fits them."""
    history = list(Event.objects.order_by("pk").values_list("pk", "stream", "seq", "hash"))
    assert history[: len(walk.past)] == walk.past
    walk.past = history
    assert [str(broken) for broken in verify_record().broken] == []
