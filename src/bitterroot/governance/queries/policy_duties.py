"""What waits for system administrators where two put a changed policy in force."""

from django.conf import settings

from bitterroot.governance.domain.policy_change import waiting
from bitterroot.governance.policy_rules import may_confirm_policy
from bitterroot.people import actor
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person


def waiting_for(person: Person) -> list[Duty]:
    """A version that another has put forward, for those who may confirm it."""
    if not settings.POLICY_BY_TWO:
        return []
    row = waiting()
    if row is None or row.put_forward_at is None or row.put_forward_by is None:
        return []
    if not may_confirm_policy(actor.person(person), row):
        return []
    return [
        Duty(
            f"Policy, version {row.version}",
            f"{row.put_forward_by.display_name} put it forward; it waits for a second person",
            "office:policy",
            (),
            row.put_forward_at,
            "Read and confirm",
        )
    ]
