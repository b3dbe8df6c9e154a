"""Everything that waits for a person, from every room."""

from bitterroot.governance import queries as governance
from bitterroot.governance.queries import body_duties, policy_duties
from bitterroot.issuing import queries as issuing
from bitterroot.learning.queries import waiting as learning
from bitterroot.messages.queries import drafts
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person
from bitterroot.people.queries import to_name
from bitterroot.programs.queries import marketing, pilot_duties
from bitterroot.proposals import queries as proposals


def duties_of(person: Person) -> list[Duty]:
    """What waits for `person` in every room, oldest first."""
    rooms = (
        to_name,
        drafts,
        governance,
        body_duties,
        policy_duties,
        proposals,
        pilot_duties,
        marketing,
        learning,
        issuing,
    )
    found = [duty for room in rooms for duty in room.waiting_for(person)]
    return sorted(found, key=lambda duty: duty.since)
