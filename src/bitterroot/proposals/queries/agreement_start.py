"""With what the agreement of a proposal begins: its parties and what the proposal says of money."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bitterroot.governance import policies
from bitterroot.people.enums import Role
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import contact_address, dean_of, head_of, holders
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.process import agreement_form, process_of

Party = dict[str, str]


def first_values(proposal: Proposal) -> dict[str, Any]:
    """Answers to the form of its agreement, from what the proposal says already."""
    form = agreement_form(proposal)
    outside = [
        {
            "legal_name": p.get("name", ""),
            "officer": p.get("officer", ""),
            "officer_title": p.get("officer_title", ""),
            "email": p.get("email", ""),
        }
        for p in proposal.values.get("partner_organizations") or []
    ]
    values: dict[str, Any] = {
        "title": f"Agreement on {proposal.title}"[:160],
        "type": "third-party" if proposal.values.get("third_party") else "interdisciplinary",
        "parties": outside,
        "programs": [proposal.title] if proposal.title else [],
    }
    if process_of(proposal).track == "noncredit":
        parties = [*four_parties(proposal), *outside]
        values |= {
            "parties": parties,
            "revenue_split": proposal.values.get("revenue_split") or [],
            "responsibilities": [{"party": p["legal_name"]} for p in parties[:4]],
            "signatories": [
                {"party": p["legal_name"], "name": p["officer"], "title": p["officer_title"]}
                for p in parties
            ],
        }
    return {key: value for key, value in values.items() if key in form.fields}


def four_parties(proposal: Proposal) -> list[Party]:
    """Program office, instructor, department and college, with who signs for each today.

    An office that nobody holds has no name yet.
    """
    policy = policies.of(proposal.case)
    office = policy.institution.program_office
    unit = Unit.objects.filter(pk=proposal.values.get("owner_unit") or "").first()
    found = [_party(office.name, office.officer_title, next(iter(_officers(proposal)), None))]
    teaching = _instructors(proposal)
    found += [_party(who.display_name, "Instructor", who) for who in teaching]
    if not teaching:
        found.append(_party("The instructor", "Instructor", None))
    if unit is None:
        return found
    college = policy.college_of(unit.key) if unit.key in policy.units else None
    found.append(_party(unit.name, "Head of the department", head_of(unit)))
    found.append(_party(college.name if college else "The college", "Dean", dean_of(unit)))
    return found


def _officers(proposal: Proposal) -> Iterable[Person]:
    """Holders of the program office who did not write the proposal."""
    return (who for who in holders(Role.PROGRAM_OFFICER) if who.pk != proposal.lead_id)


def _instructors(proposal: Proposal) -> list[Person]:
    keys = []
    for key in proposal.values.get("instructors") or []:
        try:
            keys.append(UUID(str(key)))
        except ValueError:
            continue  # a name that was typed is nobody yet
    return list(Person.objects.filter(pk__in=keys).order_by("display_name"))


def _party(name: str, title: str, who: Person | None) -> Party:
    return {
        "legal_name": name,
        "officer": who.display_name if who else "",
        "officer_title": title,
        "email": contact_address(who) if who else "",
    }
