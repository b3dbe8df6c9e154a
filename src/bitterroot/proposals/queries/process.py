"""By which process of its policy a proposal goes, which form it answers, and where it is signed."""

from collections.abc import Collection

from bitterroot.governance import policies
from bitterroot.policy.models.forms import Form
from bitterroot.policy.models.process import Begins, Process, SignStep
from bitterroot.programs.enums import TRACKS
from bitterroot.programs.models import Program
from bitterroot.proposals.enums import UNDER_WAY
from bitterroot.proposals.models import Proposal

#: Keys of a program's first proposal where an institution has one for all tracks, and of its second.
PILOT, FULL = "pilot-proposal", "full-proposal"


def track_key(program: Program) -> str:
    """The policy's key of the program's track."""
    return next(key for key, track in TRACKS.items() if track == program.track)


def agreement_form(proposal: Proposal) -> Form:
    """The form of the memorandum that its process asks for."""
    return policies.of(proposal.case).forms[process_of(proposal).agreement]


def needs_agreement(proposal: Proposal, facts: Collection[str]) -> bool:
    """Whether its signatures wait for a memorandum where these facts hold."""
    step = signing_of(proposal)
    return step is not None and any(
        each.that is not None
        and "mou executed" in each.that.names
        and (each.when is None or each.when.holds(facts))
        for each in step.requires
    )


def process_of(proposal: Proposal) -> Process:
    """The process that the proposal goes through, as the policy it began under has it."""
    return policies.of(proposal.case).processes[proposal.process]


def form_of(proposal: Proposal) -> Form:
    """The form that the proposal answers."""
    return policies.of(proposal.case).forms[process_of(proposal).form]


def signing_of(proposal: Proposal) -> SignStep | None:
    """The step at which the proposal is signed; None where its process asks nobody to sign."""
    steps = process_of(proposal).steps.values()
    return next((step for step in steps if isinstance(step, SignStep)), None)


def begins(proposal: Proposal) -> Begins:
    """What the proposal asks for, by its process."""
    return process_of(proposal).begins


def open_proposal(program: Program) -> Proposal | None:
    """The proposal of the program that is under way; there is one at a time."""
    return program.proposals.filter(state__in=UNDER_WAY).select_related("case").first()


def why_it_waits_for(row: Proposal) -> str:
    """That this proposal is under way and comes first, in a sentence."""
    return f"“{process_of(row).title}” is under way for this program. Finish or withdraw it first."


def titles_of_later() -> dict[str, str]:
    """What is asked for of a program that is there, by the key of the process: for lists."""
    processes = policies.current().processes.values()
    return {each.key: each.title for each in processes if each.begins != "program"}


def is_later(proposal: Proposal) -> bool:
    """Whether it asks that an approved program be changed or ended."""
    return begins(proposal) in ("change", "termination")
