"""Which rows `bitterroot audit verify` compares with the record, room by room."""

import hashlib
import json

from django.db.models import QuerySet

from bitterroot.governance import body_seals
from bitterroot.governance.models import (
    Ballot,
    Bound,
    Condition,
    Conflict,
    Decision,
    Minutes,
    Motion,
    Objection,
    ReviewSheet,
    Seat,
    SignatureRequest,
    Snapshot,
    Vote,
)
from bitterroot.governance.seals import bound_seal, condition_seal, decision_seal, signature_seal
from bitterroot.issuing.domain.recording import document_sha256
from bitterroot.issuing.models import (
    Appeal,
    Award,
    BodyEndorsement,
    BoundCopy,
    Collection,
    ProblemReport,
    ReadConsent,
    RecordRequest,
    Revocation,
    SigningKey,
)
from bitterroot.issuing.queries import marks
from bitterroot.issuing.seals import (
    appeal_seal,
    award_seal,
    collection_seal,
    consent_seal,
    copy_seal,
    key_seal,
    problem_seal,
    record_request_seal,
    revocation_seal,
)
from bitterroot.people.models import Absence
from bitterroot.people.seals import absence_seal
from bitterroot.programs.enums import ReviewState
from bitterroot.programs.models import (
    BadgeTemplate,
    Intent,
    Pilot,
    PilotExtension,
    Program,
    ProgramReview,
    TeachOut,
)
from bitterroot.programs.seals import (
    extension_seal,
    intent_seal,
    pilot_seal,
    program_seal,
    review_seal,
    teach_out_seal,
    template_seal,
)
from bitterroot.proposals.models import Concurrence, Mou, MouVersion, Proposal
from bitterroot.proposals.seals import (
    concurrence_seal,
    mou_seal,
    mou_version_seal,
    proposal_seal,
)
from bitterroot.record.canonical import digest
from bitterroot.record.domain.audit import register


def _asked() -> QuerySet[SignatureRequest]:
    return SignatureRequest.objects.exclude(state="waiting_turn")  # nothing has happened to these


def _submitted() -> QuerySet[ReviewSheet]:
    return ReviewSheet.objects.exclude(submitted_at=None)  # drafts are their writer's own


def _issued() -> QuerySet[Award]:
    marks.read_anew()
    return Award.objects.select_related("document")


def _opened() -> QuerySet[ProgramReview]:
    return ProgramReview.objects.exclude(state=ReviewState.SCHEDULED)  # nothing happened to these


def _award_seal(award: Award) -> str:
    """The seal over the bytes themselves, not over the hash that stands beside them.

    An award whose mark on its status list, kept or published, says otherwise than its state was
    tampered with too: a cleared mark would make a revoked badge valid again.
    """
    document = getattr(award, "document", None)
    if document is None:
        return "no issued bytes"
    if not marks.fit(award):
        return "its status list says otherwise"
    actual = hashlib.sha256(bytes(document.body)).hexdigest()
    return award_seal(award, actual if actual == document_sha256(award) else "changed")


def _collected() -> QuerySet[Collection]:
    return Collection.objects.exclude(delivered_at=None)  # a link that nobody used protects nothing


def _copy_seal(copy: BoundCopy) -> str:
    return copy_seal(copy, hashlib.sha256(bytes(copy.body)).hexdigest())


def _snapshot_seal(snapshot: Snapshot) -> str:
    return digest(json.loads(snapshot.content))


def _endorsement_seal(row: BodyEndorsement) -> str:
    return hashlib.sha256(bytes(row.body)).hexdigest()


def connect() -> None:
    """Register every room's protected rows; called once at start."""
    register("absence", Absence.objects.all, absence_seal)
    register("signature", _asked, signature_seal)
    register("snapshot", Snapshot.objects.all, _snapshot_seal)
    register("decision", Decision.objects.all, decision_seal)
    register("bound", Bound.objects.all, bound_seal)
    register("condition", Condition.objects.all, condition_seal)
    register("seat", Seat.objects.all, body_seals.seat_seal)
    register("motion", Motion.objects.all, body_seals.motion_seal)
    register("ballot", Ballot.objects.all, body_seals.ballot_seal)
    register("vote", Vote.objects.all, body_seals.vote_seal)
    register("conflict", Conflict.objects.all, body_seals.conflict_seal)
    register("review", _submitted, body_seals.review_seal)
    register("objection", Objection.objects.all, body_seals.objection_seal)
    register("minutes", Minutes.objects.all, body_seals.minutes_seal)
    register("program", Program.objects.all, program_seal)
    register("pilot", Pilot.objects.all, pilot_seal)
    register("extension", PilotExtension.objects.all, extension_seal)
    register("yearly-review", _opened, review_seal)
    register("intent", Intent.objects.all, intent_seal)
    register("teach-out", TeachOut.objects.all, teach_out_seal)
    register("template", BadgeTemplate.objects.all, template_seal)
    register("proposal", Proposal.objects.all, proposal_seal)
    register("mou", Mou.objects.all, mou_seal)
    register("mou-version", MouVersion.objects.all, mou_version_seal)
    register("concurrence", Concurrence.objects.all, concurrence_seal)
    register("key", SigningKey.objects.all, key_seal)
    register("award", _issued, _award_seal)
    register("endorsement", BodyEndorsement.objects.all, _endorsement_seal)
    register("copy", BoundCopy.objects.all, _copy_seal)
    register("collection", _collected, collection_seal)
    register("consent", ReadConsent.objects.all, consent_seal)
    register("revocation", Revocation.objects.all, revocation_seal)
    register("appeal", Appeal.objects.all, appeal_seal)
    register("record-request", RecordRequest.objects.all, record_request_seal)
    register("problem", ProblemReport.objects.all, problem_seal)
