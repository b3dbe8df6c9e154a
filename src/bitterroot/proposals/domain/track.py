"""Changing the track of a draft: what was written comes along."""

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain.case import take_process
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain.draft import note
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.tracks import settle
from bitterroot.proposals.rules import may_submit


@transaction.atomic
def change_track(*, by: Actor, proposal: Proposal, track: str) -> Proposal:
    """Put a draft on another track: its form and its route change, its answers and files stay.

    What the other form does not ask is kept and stands there again when the track is changed
    back. Only the lead may, and only before it was first sent for signatures.
    """
    answer = may_submit(by, proposal).require()
    row = hold(proposal)
    may_submit(by, row).require()
    if why := why_fixed(row):
        raise NotPossible(why)
    before = row.values.get("track", "")
    if track == before:
        return row
    settle(row, policies.of(row.case), track)
    row.revision += 1
    row.field_revisions |= {"track": row.revision}
    row.save()
    if row.case.process != row.process:
        take_process(by=by, case=row.case, process=row.process)
    note(by, row, "track changed", answer.capacity, tell=False, before=before, track=track)
    return row


def why_fixed(proposal: Proposal) -> str:
    """Why its track stands, in a sentence; empty while it can be changed."""
    if proposal.program_id is not None or proposal.case.snapshots.exists():
        return (
            "It was sent for signatures on this track, so it stays there. To go another way,"
            " withdraw it and start a new proposal."
        )
    return ""
