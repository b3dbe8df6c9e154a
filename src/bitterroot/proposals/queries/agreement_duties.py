"""Proposals that everyone has signed and that wait for their memorandum alone.

Nothing else would tell its lead, or the office that records the signed file, that they wait.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bitterroot.governance.enums import CaseState, SignatureState
from bitterroot.governance.models import SignatureRequest
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person
from bitterroot.proposals.enums import MouState, ProposalState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.queries.standing import ASKED

MOST = 100
TO_SIGN = SignatureRequest.objects.filter(
    case=OuterRef("case"), state__in=(*ASKED, SignatureState.WAITING_TURN)
)
BEGUN_LAST = Mou.objects.filter(proposal=OuterRef("pk")).order_by("-created_at", "-pk")
#: Signed by everyone who was asked; the state of its memorandum is `mou_state`.
SIGNED_BY_ALL = Q(state=ProposalState.SIGNING) & ~Exists(TO_SIGN)
MOU_STATE = Coalesce(Subquery(BEGUN_LAST.values("state")[:1]), Value(""))  # empty without one
WRITE = "Everyone has signed; only the memorandum is missing: write it and send it"
RECORD = "Only the memorandum is missing: record it once every party has signed"


def not_sent(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Of these, without those whose memorandum is out for the signatures of its parties."""
    rows = rows.annotate(mou_state=MOU_STATE)
    return rows.exclude(state=ProposalState.SIGNING, mou_state=MouState.OUT_FOR_SIGNATURE)


def waiting_for_office(person: Person) -> list[Duty]:
    """What is out for its parties' signatures, whose signed file the program office records."""
    rows = Proposal.objects.filter(SIGNED_BY_ALL, case__state=CaseState.OPEN).exclude(lead=person)
    rows = rows.annotate(mou_state=MOU_STATE).filter(mou_state=MouState.OUT_FOR_SIGNATURE)
    rows = rows.select_related("case").only("title", "case__step_since")
    return [
        Duty(row.title, RECORD, "faculty:agreement", (row.pk,), row.case.step_since, "Open")
        for row in rows.order_by("case__step_since")[:MOST]
    ]
