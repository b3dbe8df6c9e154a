"""Units as the policy in force names them."""

from collections.abc import Iterable

from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.models import Unit
from bitterroot.people.rules import may_manage_people
from bitterroot.policy import Policy
from bitterroot.record.domain.events import record_event


@transaction.atomic
def adopt_units(*, by: Actor, policy: Policy) -> int:
    """Make the units of the policy known, rename those that it renames; how many changed.

    None is ever deleted. Where nothing changes, nothing is recorded.
    """
    answer = may_manage_people(by).require()
    known = {unit.key: (unit.name, unit.kind, unit.parent_id) for unit in Unit.objects.all()}
    changed = [
        unit
        for unit in _parents_first(policy)
        if known.get(unit.key) != (unit.name, unit.kind, unit.parent)
    ]
    for unit in changed:
        Unit.objects.update_or_create(
            key=unit.key, defaults={"name": unit.name, "kind": unit.kind, "parent_id": unit.parent}
        )
    if changed:
        record_event(
            by=by,
            stream="units",
            verb="units adopted",
            about="units",
            capacity=answer.capacity,
            data={"policy": policy.sha256},
            tell=False,
        )
    return len(changed)


def _parents_first(policy: Policy) -> Iterable:  # type: ignore[type-arg]
    return sorted(policy.units.values(), key=lambda unit: len(policy.ancestry(unit.key)))
