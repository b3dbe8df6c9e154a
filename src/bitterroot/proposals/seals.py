"""What the record protects of a proposal. Its text is protected by the snapshots that are signed."""

import hashlib

from bitterroot.proposals.models import Concurrence, Mou, MouVersion, Page, Proposal
from bitterroot.record.canonical import digest


def proposal_seal(p: Proposal) -> str:
    """Digest of a proposal's protected columns."""
    return digest([p.id, p.case_id, p.lead_id, p.state, p.consultation_waiver])


def mou_seal(m: Mou) -> str:
    """Digest of an agreement's standing: how far it is, and the file that the parties signed."""
    parts = [m.id, m.proposal_id, m.state, m.file_id, m.executed_on, m.expires_on]
    if m.renews_id or m.notice_on:
        notice = [m.notice_on, m.notice_by_id, m.notice_from, m.notice_reason, m.notice_effect]
        parts += [m.renews_id, m.terminates_on, *notice]
    return digest(parts)


def mou_version_seal(v: MouVersion) -> str:
    """Digest of what went out to the parties, by the content itself, not by the hash beside it."""
    content = hashlib.sha256(v.content.encode()).hexdigest()
    return digest([v.id, v.mou_id, v.n, content, v.sha256, v.sent_by_id, v.sent_at, v.sign_by])


def concurrence_seal(c: Concurrence) -> str:
    """Digest of what a unit was asked and what was answered, by whom, on which content."""
    asked = [c.id, c.proposal_id, c.unit_id, c.person_id, c.how, c.due_on, c.state]
    return digest([*asked, c.text, c.answered_by_id, c.answered_at, c.content_sha256])


def page_seal(p: Page) -> str:
    """Digest of a published page."""
    return digest([p.title, p.markdown])
