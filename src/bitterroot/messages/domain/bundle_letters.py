"""Letters about bundles: to the authors of each proposal that is bound, released or parted."""

from collections.abc import Callable
from typing import Any

from bitterroot.governance.bundles import bound_with
from bitterroot.governance.models import Bound
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.record.models import Event


def _bound(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    row = Bound.objects.select_related("bundle", "case__proposal__lead").get(pk=key)
    proposal = getattr(row.case, "proposal", None)
    if proposal is None:
        return []
    authors = [proposal.lead, *proposal.co_authors.all()]
    others = [person for person in authors if f"person:{person.pk}" != event.actor]
    link = address("faculty:proposal", proposal.pk)
    words = {"bound": row, "proposal": proposal, "others": bound_with(row.case), "link": link}
    return to_people(others, "bundle_changed", **words, by=event.actor_name)


BUNDLE_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "bound": _bound,
    "released from its bundle": _bound,
    "bundle undone": _bound,
}
