"""What the record protects of a proposal. Its text is protected by the snapshots that are signed."""

from bitterroot.proposals.models import Mou, Page, Proposal
from bitterroot.record.canonical import digest


def proposal_seal(p: Proposal) -> str:
    """Digest of a proposal's protected columns."""
    return digest([p.id, p.case_id, p.lead_id, p.state, p.consultation_waiver])


def mou_seal(m: Mou) -> str:
    """Digest of an agreement's standing: how far it is, and the file that the parties signed."""
    return digest([m.id, m.proposal_id, m.state, m.file_id, m.executed_on, m.expires_on])


def page_seal(p: Page) -> str:
    """Digest of a published page."""
    return digest([p.title, p.markdown])
