"""From the policy's words for a capacity to the persons who hold it on this day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import authors_of
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import dean_of, find_by_address, head_of, holders
from bitterroot.people.queries.absences import away_of
from bitterroot.policy.models.process import Signer


class NobodyToAsk(NotPossible):
    """Nobody can be asked to sign as `title`: it has no holder, or all who could be are authors."""

    def __init__(self, title: str, authors: Collection[Person] = ()) -> None:
        self.title, self.authors = title, list(authors)
        names = " and ".join(each.display_name for each in self.authors)
        said = f"Nobody holds the office “{title}” today."
        if names:
            said = f"Nobody but an author holds the office “{title}” today ({names})."
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Asked:
    """One who is asked to sign: a person here, or an officer outside by link."""

    signer: Signer
    title: str
    person: Person | None
    partner_name: str = ""
    partner_email: str = ""


def who_signs(
    signer: Signer,
    *,
    lead: Person,
    unit: Unit,
    values: Mapping[str, Any],
    authors: Collection[object] = (),
) -> list[Asked]:
    """All who must sign as `signer`. Raises NotPossible when nobody holds the capacity, and of
    that NobodyToAsk where an office has no holder but authors.

    Someone who would sign their own proposal (the lead, or one of `authors` by key) is replaced
    by the next higher head, then dean. No author signs as a partner's officer either. Who is away
    is asked all the same: their deputy signs for them (see `deputies`).
    """
    word = signer.capacity
    writers = {lead.pk, *authors}
    if word == "officer of partner":
        return _partners(signer, values, writers)
    if word == "head of each partner unit":
        units = Unit.objects.filter(key__in=values.get("partner_units") or [])
        return [
            _asked(signer, f"Head, {u.name}", head_of(u, in_person=True), writers, u) for u in units
        ]
    if word == "supervisor of lead":
        return [
            _asked(
                signer,
                signer.title,
                lead.supervisor or head_of(unit, in_person=True),
                writers,
                unit,
            )
        ]
    if word == "head of owner unit":
        return [_asked(signer, f"Head, {unit.name}", head_of(unit, in_person=True), writers, unit)]
    if word == "dean of owner unit":
        return [_asked(signer, signer.title, dean_of(unit, in_person=True), writers, unit)]
    role = {
        "graduate dean": Role.GRADUATE_DEAN,
        "program office": Role.PROGRAM_OFFICER,
        "registrar": Role.REGISTRAR,
        "issuing officer": Role.ISSUING_OFFICER,
        "provost": Role.PROVOST,
    }.get(word)
    found = holders(role, in_person=True) if role else []
    person = next((p for p in found if p.pk not in writers), None)
    if person is None:
        raise NobodyToAsk(signer.title, found)
    return [_asked(signer, signer.title, person, writers, unit)]


def _asked(
    signer: Signer, title: str, person: Person | None, writers: Collection[object], unit: Unit
) -> Asked:
    if person is not None and person.pk not in writers:
        return Asked(signer, title, person)
    if person is None:
        raise NobodyToAsk(title)
    above = head_of(unit.parent, in_person=True) if unit.parent else None
    found = [each for each in (person, above, dean_of(unit, in_person=True)) if each]
    for each in found:
        if each.pk not in writers:
            return Asked(signer, title, each)
    raise NobodyToAsk(title, list(dict.fromkeys(found)))


def next_higher(request: SignatureRequest) -> Person | None:
    """Who is asked instead, where who is asked is away and their deputy is an author; else None.

    The head above the unit, then its dean, then the provost: the first who wrote none of it and
    is there, or whose own deputy wrote none of it. None also where nobody is.
    """
    asked, proposal = request.person, getattr(request.case, "proposal", None)
    absence = away_of(asked) if asked else None
    writers = authors_of(request.case) if absence else frozenset()
    if asked is None or absence is None or absence.deputy_id not in writers:
        return None
    unit = proposal.owner_unit if proposal else None
    above: list[Person | None] = []
    if unit is not None:
        above = [head_of(unit.parent, in_person=True)] if unit.parent else []
        above.append(dean_of(unit, in_person=True))
    for person in [*above, *holders(Role.PROVOST, in_person=True)]:
        if person is None or person == asked or person.pk in writers:
            continue
        away = away_of(person)
        if away is None or away.deputy_id not in writers:
            return person
    return None


def _partners(
    signer: Signer, values: Mapping[str, Any], writers: Collection[object]
) -> list[Asked]:
    parties = values.get("partner_organizations") or []
    if not parties:
        raise NotPossible("Name an officer of each partner organization, with an e-mail address.")
    for party in parties:
        known = find_by_address(party["email"])
        if known is not None and known.pk in writers:
            raise NotPossible(
                f"“{party['email']}” is an address of {known.display_name}, who writes this "
                "proposal. Name an officer of the partner itself."
            )
    return [
        Asked(
            signer,
            f"{p.get('officer_title') or 'Officer'}, {p['name']}",
            None,
            p["officer"],
            p["email"],
        )
        for p in parties
    ]
