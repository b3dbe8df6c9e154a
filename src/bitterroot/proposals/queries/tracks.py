"""Tracks of proposals: which one a consultation came to, what each begins with."""

from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy
from bitterroot.policy.models.process import Process
from bitterroot.proposals.domain.consultation import RECOMMENDS
from bitterroot.proposals.models import Consultation, Proposal

#: The track that someone has in mind, by the answer to form A.
ASKED = {"micro-credential": "micro-credential", "badge": "badge", "noncredit course": "noncredit"}


def beginning(policy: Policy, track: str) -> Process:
    """The process by which a program of the track begins; NotPossible where there is none."""
    known = {each.key for each in policy.taxonomy.tracks}
    found = policy.process_for("program", track=track) if track in known else None
    if found is None:
        raise NotPossible("Choose a track.", [("track", "Choose one of the tracks.")])
    return found


def recommended(consultation: Consultation | None, policy: Policy) -> str:
    """The track that the office recommended in so many words; empty where it did not."""
    track = RECOMMENDS.get(consultation.outcome, "") if consultation else ""
    return track if track in {each.key for each in policy.taxonomy.tracks} else ""


def track_of(consultation: Consultation | None, policy: Policy) -> str:
    """The track on which a proposal begins: the one recommended, the one asked for, the first."""
    asked = ASKED.get(str(consultation.values.get("product"))) if consultation else None
    known = [each.key for each in policy.taxonomy.tracks]
    return recommended(consultation, policy) or (asked if asked in known else "") or known[0]


def settle(proposal: Proposal, policy: Policy, track: str) -> None:
    """Put the proposal on the track's process, and answer what its form leaves no choice in.

    The caller saves. Answers that the form does not ask stay, for a form that does.
    """
    process = beginning(policy, track)
    proposal.process = process.key
    proposal.values["track"] = track
    for key, field in policy.forms[process.form].fields.items():
        if field.type == "choice" and field.locked and len(field.choices) == 1 and key != "track":
            proposal.values[key] = field.choices[0].key
