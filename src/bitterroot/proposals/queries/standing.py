"""Where proposals stand: since when, with whom, and when something is due there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery

from bitterroot.governance.domain.run import office_name, open_runs, title_of_office
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.models import Case, Condition, Decision, Hold, SignatureRequest
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import EDITABLE

#: Here the step's own day is what the proposal waits for.
AT_A_STEP = (ProposalState.SUBMITTED, ProposalState.IN_REVIEW)
ASKED = (SignatureState.REQUESTED, SignatureState.VIEWED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands: since when, and the day that somebody answers for, if any."""

    since: datetime
    due: date | None = None


def standings(rows: Iterable[Proposal]) -> dict[Any, Standing]:
    """The standing of each of these proposals, by its key. One query.

    The step of a case begins before the state that people see: a proposal that was approved with
    conditions stands so since the decision, and what is due is the first of its conditions. While it
    is signed, the day of whoever is asked now counts.
    """
    rows = list(rows)
    still_open = Q(decision__case=OuterRef("pk"), closed_at__isnull=True)
    firsts = Condition.objects.filter(still_open).order_by().values("decision__case")
    decided = Decision.objects.filter(case=OuterRef("pk")).order_by("-recorded_at")
    asked = SignatureRequest.objects.filter(
        case=OuterRef("pk"), state__in=ASKED, due_on__isnull=False
    )
    held = Hold.objects.filter(case=OuterRef("pk"), until=None)
    plain = Case.objects.only("step_since", "step_due", "closed_at")
    cases = plain.filter(pk__in=[row.case_id for row in rows]).annotate(
        held_since=Subquery(held.values("since")[:1]),
        decided_at=Subquery(decided.values("recorded_at")[:1]),
        signature_due=Subquery(asked.order_by("due_on").values("due_on")[:1]),
        condition_due=Subquery(firsts.annotate(first=Min("due_on")).values("first")[:1]),
    )
    found = {case.pk: case for case in cases}
    return {row.pk: _standing(row.state, found[row.case_id]) for row in rows}


def standing_of(row: Proposal) -> Standing:
    """The standing of one proposal."""
    return standings([row])[row.pk]


def _standing(state: str, case: Any) -> Standing:
    if state == ProposalState.ON_HOLD:
        return Standing(case.held_since or case.step_since)
    if state == ProposalState.CONDITIONS:
        return Standing(case.decided_at or case.step_since, case.condition_due)
    if state == ProposalState.SIGNING:
        return Standing(case.step_since, case.signature_due or case.step_due)
    if case.closed_at:
        return Standing(case.closed_at)
    return Standing(case.step_since, case.step_due if state in AT_A_STEP else None)


def who_has(row: Proposal, asked: Iterable[SignatureRequest] | None = None) -> str:
    """Who must act next: people, else the offices and bodies before which it lies; empty at its end.

    `asked` are the signatures that are asked for now, where the caller has read them.
    """
    if row.state in EDITABLE or row.state == ProposalState.CONDITIONS:
        return str(row.lead)  # who also shows how conditions are met
    if row.state in (ProposalState.SUBMITTED, ProposalState.ON_HOLD):
        return title_of_office(row.case, "program office")
    if row.state == ProposalState.IN_REVIEW:
        return _together(office_name(run) for run in open_runs(row.case))
    if row.state != ProposalState.SIGNING:
        return ""
    if asked is None:
        asked = row.case.signatures.filter(state__in=ASKED).select_related("person")
    names = _together(str(each.person or each.partner_name) for each in asked)
    return names or "the parties of the memorandum"  # all have signed, and it is still to come


def _together(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, names)))
