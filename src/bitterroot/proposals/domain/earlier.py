"""Programs that were decided before Bitterroot enter on the evidence of that decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.files.domain import store
from bitterroot.governance import policies
from bitterroot.governance.domain.decision import record_earlier_decision
from bitterroot.people.actor import Actor
from bitterroot.people.errors import Refused
from bitterroot.people.models import Person
from bitterroot.programs.domain import program as programs
from bitterroot.programs.models import Program
from bitterroot.proposals.queries.process import PILOT
from bitterroot.proposals.rules import is_office


@transaction.atomic
def record_earlier_program(
    *,
    by: Actor,
    values: Mapping[str, Any],
    lead: Person,
    body: str,
    decided_on: date,
    document_name: str,
    document: bytes,
    reason: str = "",
    established: bool = False,
    pilot_start_term: str = "",
) -> Program:
    """A program with its earlier decision: body, day and document. Shown as such everywhere."""
    is_office(by).require()
    if by.person == lead:
        raise Refused("Someone else of the office enters a program that you lead.")
    filled = policies.current().forms[PILOT].filled(values)
    program = programs.propose_program(by=by, values=filled, lead=lead, co_leads=[])
    decision = record_earlier_decision(
        by=by,
        subject=f"program:{program.pk}",
        body=body,
        decided_on=decided_on,
        document=store(document),
        document_name=document_name,
        reason=reason,
    )
    programs.enter_earlier(
        by=by,
        program=program,
        decision=decision,
        values=filled,
        established=established,
        pilot_start_term=pilot_start_term,
    )
    return program
