"""Letters about concurrence: to the head who is asked, and to the authors when there is an answer."""

from collections.abc import Callable
from typing import Any

from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.queries.absences import reached
from bitterroot.proposals.enums import ConcurrenceState
from bitterroot.proposals.models import Concurrence
from bitterroot.record.models import Event


def _row(key: str) -> Concurrence:
    rows = Concurrence.objects.select_related("proposal__lead", "unit", "person", "answered_by")
    return rows.get(pk=key)


def _asked(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = _row(key)
    if row.state != ConcurrenceState.ASKED:
        return []  # answered before the mail was written
    link = address("faculty:concurrence", row.pk)
    words = {"concurrence": row, "proposal": row.proposal, "link": link, "by": event.actor_name}
    return to_people(reached([row.person]), "concurrence_asked", **words)


def _withdrawn(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = _row(key)
    link = address("faculty:concurrence", row.pk)
    words = {"concurrence": row, "proposal": row.proposal, "link": link, "by": event.actor_name}
    return to_people(reached([row.person]), "concurrence_withdrawn", **words)


def _answered(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = _row(key)
    authors = [row.proposal.lead, *row.proposal.co_authors.all()]
    link = address("faculty:proposal", row.proposal_id)
    template = event.verb.replace(" ", "_")
    return to_people(authors, template, concurrence=row, proposal=row.proposal, link=link)


CONCURRENCE_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "concurrence asked": _asked,
    "concurrence answered": _answered,
    "concurrence not answered": _answered,
    "concurrence withdrawn": _withdrawn,
}
