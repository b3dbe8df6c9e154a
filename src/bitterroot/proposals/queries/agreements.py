"""Reads of agreements: which end, which have ended, what that means for their programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from bitterroot.governance import policies
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address, is_proven, normalize_address, owner_of
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program
from bitterroot.programs.queries import led_by
from bitterroot.proposals.enums import IN_FORCE, SIGNED, UNSIGNED, MouState
from bitterroot.proposals.models import Mou, Proposal

#: Programs for which nobody need renew anything.
OVER = (ProgramState.DECLINED, ProgramState.CLOSED, ProgramState.ARCHIVED)
ORDER = ("created_at", "pk")


def current_mou(proposal: Proposal) -> Mou | None:
    """The agreement of a proposal that was begun last."""
    return proposal.mous.order_by(*ORDER).last()


def chains_of(program: Program) -> list[list[Mou]]:
    """The signed agreements that count for a program, each with those that renewed it.

    Where a later proposal brought agreements of its own, they replace the earlier ones.
    """
    signed = Mou.objects.filter(proposal__program=program, state__in=SIGNED)
    rows = list(signed.select_related("proposal").order_by("proposal__created_at", *ORDER))
    return _chains([m for m in rows if m.proposal_id == rows[-1].proposal_id])


def _chains(rows: Iterable[Mou]) -> list[list[Mou]]:
    """Each agreement with those that renewed it, one after the other, whatever their order here."""
    found = {mou.pk: mou for mou in rows}
    renewed_by = {mou.renews_id: mou for mou in found.values() if mou.renews_id in found}
    chains = []
    for first in (mou for mou in found.values() if mou.renews_id not in found):
        chain = [first]
        while (following := renewed_by.get(chain[-1].pk)) is not None:
            chain.append(following)
        chains.append(chain)
    return chains


def agreement_ends(program: Program) -> date | None:
    """The last day on which all its agreements hold; None without one that ends."""
    ends = []
    for chain in chains_of(program):
        days = [mou.last_day for mou in chain]
        if None not in days:
            ends.append(max(day for day in days if day))
    return min(ends, default=None)


def ended_agreements(program: Program) -> list[Mou]:
    """Its agreements that have ended and that nothing in force has taken the place of."""
    if program.state in OVER:
        return []
    return [
        chain[-1] for chain in chains_of(program) if not any(mou.state in IN_FORCE for mou in chain)
    ]


def why_no_offering(program: Program) -> str:
    """Why an agreement that ended keeps new offerings from beginning; empty where none does."""
    if not policies.current().agreements.expired_blocks_offerings:
        return ""
    for mou in ended_agreements(program):
        return (
            f"The agreement “{mou}” has ended: no new offering until it is renewed."
            " Those who have begun finish and get their badge."
        )
    return ""


def ends_replaced(mou: Mou) -> bool:
    """Whether nothing need be done about its end: it is not in force, or a renewal is signed."""
    renewal = Mou.objects.filter(renews=mou, state__in=SIGNED)
    return mou.state not in IN_FORCE or renewal.exists()


def agreements_visible_to(person: Person, *, whole: bool) -> QuerySet[Mou]:
    """All agreements, or those of the proposals and programs that one leads or writes."""
    found = Mou.objects.select_related("proposal__program", "proposal__lead", "renewal")
    if whole:
        return found
    written = Proposal.co_authors.through.objects.filter(person=person).values("proposal_id")
    mine = (
        Proposal.objects.filter(lead=person)
        .values("pk")
        .union(written, Proposal.objects.filter(program__in=led_by(person)).values("pk"))
    )
    return found.filter(proposal__in=mine)


#: What a list of agreements can be narrowed to.
FILTERS = {
    "look": ("To look at", (MouState.EXPIRING, MouState.EXPIRED)),
    "force": ("In force", IN_FORCE),
    "open": ("In preparation", UNSIGNED),
    "over": ("Over", (MouState.EXPIRED, MouState.RENEWED, MouState.TERMINATED)),
}


def parties_of(mou: Mou) -> list[str]:
    """The names of the parties."""
    return [str(each.get("legal_name") or "") for each in mou.values.get("parties") or []]


def programs_of(mou: Mou) -> list[str]:
    """Titles of the programs that it is for."""
    program = mou.proposal.program
    first = program.title if program else str(mou.proposal)
    named = [str(title) for title in mou.values.get("programs") or []]
    return list(dict.fromkeys([first, *(t for t in named if t != mou.proposal.title)]))


@dataclass(frozen=True, slots=True)
class Officer:
    """Who answers for a party: someone known here, or outside."""

    name: str
    address: str
    person: Person | None


def officers_of(mou: Mou) -> list[Officer]:
    """The officers of the parties who have an address, each once."""
    return officers_among(mou.values.get("parties") or [])


def officers_among(parties: Iterable[Mapping[str, Any]]) -> list[Officer]:
    """The officers of these parties who have an address, each once.

    Someone known here is written to where they want it, if the address is proven to be theirs.
    """
    found: dict[str, Officer] = {}
    for party in parties:
        address = normalize_address(str(party.get("email") or ""))
        if not address:
            continue
        person = owner_of(address)
        if person is not None:
            address = contact_address(person)
        found.setdefault(address, Officer(str(party.get("officer") or ""), address, person))
    return list(found.values())


def names_as_party(person: Person, mou: Mou) -> bool:
    """Whether it names an address of theirs as that of a party's officer."""
    return named_among(person, mou.values.get("parties") or [])


def named_among(person: Person, parties: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an officer of these parties has an address that is proven to be this person's."""
    own = {each.normalized for each in person.addresses.all() if is_proven(each)}
    named = (normalize_address(str(party.get("email") or "")) for party in parties)
    return not own.isdisjoint(each for each in named if each)


def expiring_and_expired(found: QuerySet[Mou]) -> tuple[int, int]:
    """How many of them end soon, and how many have ended and are not renewed."""
    expired = Q(state=MouState.EXPIRED) & (
        Q(proposal__program=None) | ~Q(proposal__program__state__in=OVER)
    )
    counted = (
        found.filter(state__in=[MouState.EXPIRING, MouState.EXPIRED])
        .order_by()
        .aggregate(
            soon=Count("pk", filter=Q(state=MouState.EXPIRING)),
            over=Count("pk", filter=expired),
        )
    )
    return counted["soon"], counted["over"]
