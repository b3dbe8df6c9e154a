"""Who is asked to sign a proposal, and who of them wrote along until they were taken off."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from bitterroot.governance.capacities import Asked, NobodyToAsk, who_signs
from bitterroot.governance.rules import authors_of
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Unit
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import signing_of
from bitterroot.record import clock
from bitterroot.record.models import Event


def asked_to_sign(
    proposal: Proposal, values: Mapping[str, Any], facts: Collection[str]
) -> list[Asked]:
    """Who is asked, in order, as its answers and facts say; nobody twice.

    Raises NotPossible, with what its lead can do, where nobody can be asked for an office.
    """
    step = signing_of(proposal)
    if step is None:
        return []
    unit = Unit.objects.get(pk=values["owner_unit"])
    authors = authors_of(proposal.case)
    asked: list[Asked] = []
    try:
        for signer in step.signers_for(facts):
            asked += who_signs(
                signer, lead=proposal.lead, unit=unit, values=values, authors=authors
            )
    except NobodyToAsk as error:
        raise NotPossible(_what_to_do(proposal, error)) from error
    once: dict[object, Asked] = {}
    for who in asked:
        once.setdefault(who.person or who.partner_email, who)
    return list(once.values())


def why_nobody(proposal: Proposal, values: Mapping[str, Any], facts: Collection[str]) -> str:
    """Why nobody could be asked for one of its offices, with what to do; empty where all can.

    Empty also where the answers do not say yet whose offices they are.
    """
    if not values.get("owner_unit"):
        return ""
    try:
        asked_to_sign(proposal, values, facts)
    except Unit.DoesNotExist:
        return ""
    except NotPossible as error:
        return str(error) if isinstance(error.__cause__, NobodyToAsk) else ""
    return ""


def _what_to_do(proposal: Proposal, nobody: NobodyToAsk) -> str:
    """Who is in the way, and how the lead gets on: whoever wrote nothing yet may be taken off."""
    if not nobody.authors:
        return f"{nobody} Ask the program office who will hold it."
    wrote = set(proposal.written_by.values_list("pk", flat=True))
    writing = set(proposal.co_authors.values_list("pk", flat=True))
    said = [f"Nobody but an author holds the office “{nobody.title}” today."]
    holds = ", who holds it,"
    for each in nobody.authors:
        does = "writes along" if each.pk in writing else "wrote in it"
        does = "leads it" if each.pk == proposal.lead_id else does
        said.append(f"{each.display_name}{holds} {does}.")
        holds = ", who would be asked next,"
    free = [p.display_name for p in nobody.authors if p.pk in writing - wrote]
    if free:
        said.append(
            f"Take {' or '.join(free)} off under “Who writes along” before they write in it, or ask"
            " the program office who else can sign."
        )
    else:
        said.append("Nobody signs what they wrote: ask the program office who else can sign.")
    return " ".join(said)


def wrote_along_until(proposal: Proposal) -> dict[UUID | None, date]:
    """The day until which each former co-author wrote along, by the key of the person. One query.

    Who was invited and left before they wrote a word may sign (`authors_of`), or a lead could
    choose who signs by inviting the others; that they were invited is told to who reads it.
    """
    found: dict[UUID | None, date] = {}
    verbs = ("co-author invited", "co-author removed")
    for event in Event.objects.filter(stream=f"case:{proposal.case_id}", verb__in=verbs).order_by(
        "seq"
    ):
        who = UUID(orjson.loads(event.data)["person"])
        found.pop(who, None)
        if event.verb == "co-author removed":
            found[who] = clock.day_of(event.at)
    return found
