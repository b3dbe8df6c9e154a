"""What is told of agreements: signed, near their end, over, ended by notice."""

from collections.abc import Callable
from typing import Any

from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import holders
from bitterroot.proposals.models import Mou
from bitterroot.proposals.queries.agreements import ends_replaced, officers_of
from bitterroot.record.models import Event


def _mou(key: str) -> Mou:
    return Mou.objects.select_related("proposal__lead", "proposal__program__lead").get(pk=key)


def _leads(mou: Mou) -> list[Person]:
    """Who leads the program that came of it, else who leads the proposal."""
    program = mou.proposal.program
    leader = program if program is not None else mou.proposal
    others = program.co_leads.all() if program is not None else mou.proposal.co_authors.all()
    return [leader.lead, *others]


def _executed(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    mou = _mou(key)
    link = address("faculty:agreement", mou.proposal_id)
    return to_people([mou.proposal.lead], "mou_executed", mou=mou, proposal=mou.proposal, link=link)


def _near_its_end(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """Leads, the office, and each party's officer; outside people get no link, they have no account."""
    mou = _mou(key)
    if event.verb == "mou ends soon" and ends_replaced(mou):
        return []  # renewed, or over, before the mail was written
    officers = officers_of(mou)
    inside = [each.person for each in officers if each.person is not None]
    words: dict[str, Any] = {"mou": mou, "program": mou.proposal.program, "data": data}
    template = event.verb.replace(" ", "_")
    people = [*_leads(mou), *holders(Role.PROGRAM_OFFICER), *inside]
    link = address("faculty:agreement", mou.proposal_id)
    told = to_people(people, template, **words, link=link)
    return told + [
        Letter(template, each.name, each.address, None, {**words, "link": ""})
        for each in officers
        if each.person is None
    ]


AGREEMENT_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "mou executed": _executed,
    "mou ends soon": _near_its_end,
    "mou expired": _near_its_end,
    "mou notice given": _near_its_end,
    "mou terminated": _near_its_end,
}
