"""By which process a change goes: it follows the class of what is changed, while it is written."""

from bitterroot.governance import policies
from bitterroot.governance.domain import case as cases
from bitterroot.people.actor import Actor
from bitterroot.policy.models.process import CLASSES
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.changes import class_of
from bitterroot.proposals.queries.process import begins, track_key


def follow_class(by: Actor, row: Proposal) -> None:
    """Let a change go the way of its class; the next heavier one where the policy has none.

    The row is held by the caller and is a draft, or was returned. Signatures and decisions that
    were given on the other way fall when the case takes the new one.
    """
    if begins(row) != "change":
        return
    assert row.program is not None
    policy, track = policies.of(row.case), track_key(row.program)
    heavy = CLASSES.index(class_of(row) or CLASSES[0])
    ways = [policy.process_for("change", track=track, change=word) for word in CLASSES]
    fitting = [way for way in ways[heavy:] if way] or [way for way in ways if way]
    wanted = fitting[0].key
    if wanted != row.process:
        cases.take_road(by=by, case=row.case, process=wanted)
        row.process = wanted
        row.save(update_fields=["process"])
