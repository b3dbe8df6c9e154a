"""What a deputy is told: named, and no more; and who is away, where an office wrote it down."""

from collections.abc import Callable
from typing import Any

from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.models import Absence
from bitterroot.record.models import Event


def _absence(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Absence.objects.select_related("person", "deputy", "recorded_by").get(pk=key)
    if (row.ended_at is None) != (event.verb == "absence announced"):
        return []  # it was ended before the mail was written
    template = event.verb.replace(" ", "_")
    words = {"absence": row, "link": address("faculty:away"), "by": event.actor_name}
    letters = to_people([row.deputy], template, **words)
    if event.actor != f"person:{row.person_id}" and event.actor != "system":
        letters += to_people([row.person], f"{template}_for_you", **words)
    return letters


AWAY_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "absence announced": _absence,
    "absence ended": _absence,
}
