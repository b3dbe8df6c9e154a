"""Holding a proposal while a verb changes it: its case first, then its own row (docs/architecture.md)."""

from bitterroot.governance.domain import case as cases
from bitterroot.proposals.models import Proposal


def hold(proposal: Proposal) -> Proposal:
    """The proposal as it stands now, with its case, both held until the transaction ends."""
    case = cases.lock(proposal.case)
    held = Proposal.objects.select_for_update(of=("self",)).select_related("lead", "program")
    row = held.get(pk=proposal.pk)
    row.case = case
    return row
