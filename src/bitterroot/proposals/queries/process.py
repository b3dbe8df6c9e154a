"""By which process of its policy a proposal goes, which form it answers, and where it is signed."""

from bitterroot.governance import policies
from bitterroot.policy.models.forms import Form
from bitterroot.policy.models.process import Process, SignStep
from bitterroot.proposals.models import Proposal

#: Keys of the processes that code begins by itself: a program's first proposal, and its second.
PILOT, FULL = "pilot-proposal", "full-proposal"


def process_of(proposal: Proposal) -> Process:
    """The process that the proposal goes through, as the policy it began under has it."""
    return policies.of(proposal.case).processes[proposal.process]


def form_of(proposal: Proposal) -> Form:
    """The form that the proposal answers."""
    return policies.of(proposal.case).forms[process_of(proposal).form]


def signing_of(proposal: Proposal) -> SignStep:
    """The step at which the proposal is signed."""
    steps = process_of(proposal).steps.values()
    return next(step for step in steps if isinstance(step, SignStep))
