"""Bridges between rows and the check of lists: facts out of rows, lines into rows and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bitterroot.governance import policies
from bitterroot.learning import awarded
from bitterroot.learning.checks.facts import (
    Facts,
    ListRules,
    OfferingFacts,
    OnRecord,
    ProgramFacts,
)
from bitterroot.learning.checks.lines import CheckedLine, Fault
from bitterroot.learning.domain.offering import counts_from
from bitterroot.learning.enums import EnrollmentState, LineState
from bitterroot.learning.models import ListLine, Offering, TrackingList
from bitterroot.learning.queries.students import extract
from bitterroot.people.models import Address, Person
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.programs.queries.versions import badge_of
from bitterroot.proposals.queries.agreements import agreement_ends
from bitterroot.record import clock


def rules_in_force() -> ListRules:
    """The rules by which lists are checked today."""
    return ListRules.of(policies.current())


def program_facts(program: Program, version: ProgramVersion, repeatable: bool) -> ProgramFacts:
    """What the approved version of a program says that lists are checked by."""
    values = version.content.get("values", version.content)
    codes = tuple(row["code"] for row in values.get("components") or () if row.get("code"))
    return ProgramFacts(
        title=program.title,
        kind=program.kind,
        credits=_number(values.get("total_credits")),
        hours=_number(values.get("total_hours")) if program.kind != "credit" else None,
        minimum_grade=values.get("minimum_grade") or None,
        courses=codes,
        repeatable=repeatable,
        assessed=values.get("assessed") != "unassessed",
    )


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value else None


def template_of(offering: Offering) -> BadgeTemplate | None:
    """The badge that the offering's version of the program awards."""
    return badge_of(offering.program_version)


def facts_of(offering: Offering) -> Facts:
    """All that a list of this offering is checked against, as of today."""
    template = template_of(offering)
    return Facts(
        today=clock.today(),
        program=program_facts(
            offering.program, offering.program_version, bool(template and template.repeatable)
        ),
        offering=OfferingFacts(
            term=policies.current().calendar.term(offering.term).label,
            starts_on=counts_from(offering),
            ends_on=offering.ends_on,
            mou_ended_on=agreement_ends(offering.program),
        ),
        record=OnRecord(
            roster=_roster(offering),
            extract=extract(),
            holds=_identities(directory_hold=True),
            unwilling=_identities(no_badges=True),
            awarded=awarded.identities(offering.program),
        ),
    )


def _roster(offering: Offering) -> frozenset[str] | None:
    """Identities of everyone who is enrolled; None where the offering has no roster."""
    rows = list(offering.enrollments.values_list("student_id", "email", "state"))
    if not rows:
        return None
    enrolled = (row for row in rows if row[2] == EnrollmentState.ENROLLED)
    return frozenset(identity for row in enrolled for identity in row[:2] if identity)


def _identities(**said: bool) -> frozenset[str]:
    """Student ids and addresses of every person of whom this is so."""
    ids = Person.objects.filter(**said, student_id__isnull=False)
    addresses = Address.objects.filter(**{f"person__{name}": yes for name, yes in said.items()})
    return frozenset(
        {
            *map(str, ids.values_list("student_id", flat=True)),
            *addresses.values_list("normalized", flat=True),
        }
    )


def checked(line: ListLine) -> CheckedLine:
    """A row as the check has it."""
    return CheckedLine(
        number=line.number,
        row=line.row,
        kind=line.kind,
        cells=dict(line.cells),
        faults=[Fault(*fault) for fault in line.faults],
        errors=list(line.errors),
        warnings=list(line.warnings),
    )


def put(line: ListLine, found: CheckedLine) -> ListLine:
    """What a check found, in a row that is not saved yet.

    An acknowledgement stands only while the row still warns of the same things and no more.
    """
    told = set(line.warnings) if line.acknowledged_by_id else set()
    line.kind, line.cells = found.kind, found.cells
    line.faults = [list(fault) for fault in found.faults]
    line.errors, line.warnings = found.errors, found.warnings
    line.opted_out = found.opted_out
    if not set(found.warnings) <= told:
        line.acknowledged_by = None
    line.state = state_of(line)
    return line


def state_of(line: ListLine) -> LineState:
    """The state of a line of a list that is not submitted."""
    if line.errors:
        return LineState.ERROR
    if not line.warnings:
        return LineState.OK
    return LineState.ACKNOWLEDGED if line.acknowledged_by_id else LineState.WARNING


def new_lines(tracking_list: TrackingList, found: Iterable[CheckedLine]) -> list[ListLine]:
    """Rows, not saved yet, for the lines of a list."""
    return [
        put(ListLine(tracking_list=tracking_list, number=line.number, row=line.row), line)
        for line in found
    ]
