"""A small invented university: Dana leads, Sam supervises, Hale heads, Deane is dean, Olive runs the office."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.people.actor import Actor, system
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import Role
from bitterroot.people.models import Unit
from bitterroot.proposals.domain.draft import (
    attach_file,
    attest_procedures,
    save_values,
    start_proposal,
    waive_consultation,
)
from bitterroot.proposals.domain.pages import adopt_pages
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from kept import Cast, kept

SET_UP = system("set-up of the test")
SINCE = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.standing_at(datetime(2026, 11, 18, 16, 0, tzinfo=UTC)):
        yield


@pytest.fixture
@kept
def uni(db: None) -> SimpleNamespace:
    adopt_units(by=SET_UP, policy=policies.current())
    adopt_pages(by=SET_UP)
    unit = next(
        u
        for u in Unit.objects.filter(kind="department")
        if u.parent and u.parent.kind in ("college", "school")
    )
    people: dict[str, Any] = {}
    for key, name in [
        ("sam", "Sam Stokes"),
        ("hale", "Hale Yellowtail"),
        ("deane", "Deane Larsen"),
        ("olive", "Olive Crane"),
        ("stranger", "Stan Finley"),
    ]:
        people[key] = create_person(by=SET_UP, display_name=name)
    people["dana"] = create_person(by=SET_UP, display_name="Dana Kipp", supervisor=people["sam"])
    for key, role, where in [
        ("dana", Role.PROPOSER, unit),
        ("hale", Role.HEAD, unit),
        ("deane", Role.DEAN, unit.parent),
        ("olive", Role.PROGRAM_OFFICER, None),
        ("stranger", Role.PROPOSER, unit),
    ]:
        assign_role(by=SET_UP, person=people[key], role=role, unit=where, starts_on=SINCE)
    return Cast(unit=unit, **people)


ANSWERS: dict[str, Any] = {
    "title": "GIS for Community Planning",
    "short_title": "Community GIS",
    "kind": "credit",
    "track": "micro-credential",
    "levels": ["undergraduate"],
    "contact_email": "gis@umontana.example.edu",
    "first_term": "spring-2027",
    "description": "Builds a spatial database and maps that a town council can use.",
    "rationale": "Towns ask for it.",
    "audience": "Planners and students.",
    "stackability": "stand-alone",
    "overlap_found": False,
    "market_evidence": "A survey of 40 towns.",
    "financial_model": "self-supporting",
    "enrollment_year_1": 10,
    "enrollment_year_2": 12,
    "enrollment_year_3": 15,
    "resources_needed": False,
    "components": [{"code": "GPHY 284", "title": "GIS", "credits": 3, "required": True}],
    "total_credits": 9,
    "modality": "online",
    "prerequisites": "none",
    "minimum_grade": "C-",
    "assessed": "assessed",
    "outcomes": [
        {"outcome": f"build map {n}", "method": "project", "evidence": "map", "threshold": "C"}
        for n in range(3)
    ],
    "accessibility": "All material meets WCAG 2.1 AA.",
    "skills": ["GIS", "cartography", "spatial analysis"],
    "completion_rule": "All courses passed.",
    "evidence": "learner",
    "interdisciplinary": False,
    "third_party": False,
    "success_measures": [{"measure": f"m{n}", "target": "80 percent"} for n in range(3)],
    "badge_type": "learning",
    "badge_level": "intermediate",
    "badge_alt_text": "Mountains and the words Community GIS",
    "badge_language": "en",
    "badge_validity": "always",
    "criteria_steps": [{"type": "course", "title": "Pass three courses"}],
    "criteria_narrative": "Pass the courses with C- or better.",
    "conflict": False,
    "accurate": True,
    "marketing_channels": ["web"],
}


@pytest.fixture
@kept
def proposal(uni: SimpleNamespace) -> Proposal:
    """Dana's complete draft, of a badge that can be suspended and of which learners may show parts."""
    return complete_draft(uni, badge_suspendable=True, badge_in_parts=True)


def complete_draft(uni: SimpleNamespace, **changed: Any) -> Proposal:
    """A draft of Dana's that lacks nothing, with a waiver; `changed` are other answers."""
    dana: Actor = uni.by("dana")
    row = start_proposal(by=dana, title="GIS for Community Planning", unit=uni.unit)
    waive_consultation(by=uni.by("olive"), proposal=row, reason="Consulted by phone in May.")
    attach_file(
        by=dana, proposal=row, field="syllabus", name="syllabus.pdf", data=b"%PDF-1.7 syllabus"
    )
    row = attest_procedures(by=dana, proposal=row)
    people = {
        "tracked_by": [str(uni.dana.pk)],
        "issuance_requested_by": [str(uni.dana.pk)],
        "instructors": [str(uni.dana.pk)],
    }
    return save_values(
        by=dana,
        proposal=row,
        values={**ANSWERS, **people, "owner_unit": uni.unit.key, **changed},
        revision=row.revision,
    )


@pytest.fixture
def change(uni: SimpleNamespace) -> Callable[..., Proposal]:
    """Change answers of a draft as its lead."""

    def _change(row: Proposal, **values: Any) -> Proposal:
        row.refresh_from_db()
        return save_values(by=uni.by("dana"), proposal=row, values=values, revision=row.revision)

    return _change
