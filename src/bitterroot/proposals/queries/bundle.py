"""Bundles as proposals see them: what one is bound with, and what could be bound with it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bitterroot.governance import policies
from bitterroot.governance.bundles import holding
from bitterroot.governance.enums import RunState
from bitterroot.governance.models import Bound, StepRun
from bitterroot.people.actor import Actor
from bitterroot.proposals.enums import UNDER_WAY
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.rules import is_office

MOST = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One proposal of a bundle and where it stands."""

    bound: Bound
    proposal: Proposal
    step: str
    waits: str  # for which of the others, where it does


def bundle_of(proposal: Proposal) -> list[Member]:
    """Every proposal that is bound with this one, itself included, by title; empty if none is."""
    mine = holding().filter(case=proposal.case_id).values("bundle")
    rows = holding().filter(bundle__in=mine, case__proposal__isnull=False)
    rows = rows.select_related("bundle", "case__proposal__lead").order_by("case__title", "pk")
    runs = StepRun.objects.filter(case__bound__in=rows.values("pk"), state=RunState.WAITING)
    notes = dict(runs.values_list("case", "note"))
    return [
        Member(
            row,
            row.case.proposal,
            policies.of(row.case).processes[row.case.process].step(row.case.step).title,
            notes.get(row.case_id, ""),
        )
        for row in rows
    ]


def to_bind_with(by: Actor, proposal: Proposal) -> QuerySet[Proposal]:
    """Open proposals that are not bound and that this person may bind with it."""
    rows = Proposal.objects.filter(state__in=UNDER_WAY).exclude(pk=proposal.pk)
    rows = rows.exclude(case__in=holding().values("case")).select_related(
        "case", "lead", "owner_unit"
    )
    if not is_office(by):
        rows = rows.filter(Q(lead=by.person))
    return rows.order_by("title", "pk")[:MOST]
