"""Changes of an approved program: a new version by a decision on record, in effect from its term."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.programs.domain.program import (
    OVER,
    add_badge,
    add_version,
    follow_answers,
    let_be_found,
    must_be_evidence,
    policy_of,
    says_the_same,
)
from bitterroot.programs.domain.state import locked, set_state
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.programs.queries.versions import newest_badge
from bitterroot.record import clock


@transaction.atomic
def adopt_change(
    *,
    by: Actor,
    program: Program,
    decision: Decision,
    values: Mapping[str, Any],
    change_class: str,
    effective_on: date,
) -> ProgramVersion:
    """Let the content that was decided on be the program's next version.

    It has a badge template of its own only where the badge would say something else; templates
    of earlier versions stay as they were awarded. Title, kind and units follow on the day on
    which it takes effect. Leads and program office are told. Raises NotPossible for a program
    that is over, or for a decision that is no evidence.
    """
    must_be_evidence(decision)
    program = locked(program)
    if program.state in OVER:
        raise NotPossible(f"This program is {program.get_state_display().lower()}.")
    before = newest_badge(program)
    version = add_version(
        by,
        program,
        decision,
        values,
        change_class=change_class,
        effective_on=effective_on,
        taken_up=False,
    )
    kept = before is not None and says_the_same(before, values, program, policy_of(decision))
    if not kept:
        add_badge(by, version)
    state = ProgramState(program.state)
    told: dict[str, Any] = {"n": version.n, "class": change_class, "badge_kept": kept}
    told["effective_on"] = str(effective_on)
    set_state(by, program, state, "program version approved", **told)
    if effective_on <= clock.today():
        _take_up(by, program, version)
    return version


def take_up_due() -> int:
    """Let programs follow their versions whose day has come; how many did (the sweep)."""
    due = ProgramVersion.objects.filter(taken_up=False, effective_on__lte=clock.today())
    keys = list(due.order_by("effective_on", "n").values_list("pk", flat=True)[:200])
    return sum(_take_up_one(key) for key in keys)


@transaction.atomic
def _take_up_one(key: int) -> int:
    program = locked(Program.objects.get(versions=key))
    version = ProgramVersion.objects.get(pk=key)
    if version.taken_up:
        return 0
    _take_up(system("a version takes effect"), program, version)
    return 1


def _take_up(by: Actor, program: Program, version: ProgramVersion) -> None:
    """Title, kind, level, units and co-leads as the version has them."""
    ProgramVersion.objects.filter(pk=version.pk).update(taken_up=True)
    content = version.content
    follow_answers(program, content)
    named = [str(key) for key in content.get("co_leads") or ()]
    program.co_leads.set(Person.objects.filter(pk__in=named).exclude(pk=program.lead_id))
    let_be_found(program, content)
    state = ProgramState(program.state)
    set_state(by, program, state, "program version in effect", tell=False, n=version.n)
