"""Units as the policy in force names them."""

from collections.abc import Iterable

from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.models import Unit
from bitterroot.people.rules import may_manage_people
from bitterroot.policy import Policy
from bitterroot.record.domain.events import record_event


@transaction.atomic
def adopt_units(*, by: Actor, policy: Policy) -> None:
    """Make the units of the policy known, rename those that it renames. None is ever deleted."""
    answer = may_manage_people(by).require()
    for unit in _parents_first(policy):
        Unit.objects.update_or_create(
            key=unit.key, defaults={"name": unit.name, "kind": unit.kind, "parent_id": unit.parent}
        )
    record_event(
        by=by,
        stream="units",
        verb="units adopted",
        about="units",
        capacity=answer.capacity,
        data={"policy": policy.sha256},
        tell=False,
    )


def _parents_first(policy: Policy) -> Iterable:  # type: ignore[type-arg]
    return sorted(policy.units.values(), key=lambda unit: len(policy.ancestry(unit.key)))
