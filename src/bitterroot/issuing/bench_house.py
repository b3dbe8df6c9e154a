"""An invented program with a request of many lines, ready to be issued; for benchmarks only."""

from datetime import date
from typing import Any

from bitterroot.governance import policies
from bitterroot.governance.models import Decision
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.learning.enums import LineState, ListKind, RequestState
from bitterroot.learning.models import IssuanceRequest, ListLine, Offering, TrackingList
from bitterroot.people.actor import system
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries.matching import LearnerFacts, learners_for
from bitterroot.programs.domain.achievement import compose_achievement
from bitterroot.programs.domain.program import template_images
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.record import clock
from bitterroot.record.bulk import insert_rows

BY = system("benchmark")
FACTS: dict[str, Any] = {
    "title": "GIS for Community Planning",
    "kind": "noncredit",
    "owner_unit": "",
    "badge_level": "intermediate",
    "description": "Builds and questions spatial databases, weighs where things should go, and draws maps. "
    * 3,
    "criteria_narrative": "Three courses: spatial data, suitability, maps.",
    "completion_rule": "All passed.",
    "outcomes": [{"outcome": f"make map {n}"} for n in range(3)],
    "skills": ["GIS", "spatial analysis", "cartography", "public maps"],
    "alignments": [
        {
            "name": f"Spatial skill {n}",
            "url": f"https://frameworks.example/skills/{n}",
            "framework": "Example framework",
        }
        for n in range(3)
    ],
}


def prepare(count: int, again: IssuanceRequest | None = None) -> tuple[IssuanceRequest, Person]:
    """A request of `count` checked lines in state issuing, and the officer who issues it.

    With `again`, another request for the same offering.
    """
    if again is None:
        ensure_signing_key(by=BY)
        adopt_units(by=BY, policy=policies.current())
        lead = Person.objects.create(display_name="Lee Lead", created_at=clock.now())
        officer = Person.objects.create(display_name="Ola Officer", created_at=clock.now())
        offering, template = _offering(lead)
    else:
        lead, offering, template = again.requested_by, again.offering, again.template
        officer = again.issued_by or lead
    listed = TrackingList.objects.create(
        offering=offering,
        kind="noncredit",
        uploaded_by=lead,
        uploaded_at=clock.now(),
        state="submitted",
    )
    request = IssuanceRequest.objects.create(
        tracking_list=listed,
        offering=offering,
        template=template,
        kind=ListKind.NONCREDIT,
        state=RequestState.ISSUING,
        requested_by=lead,
        submitted_at=clock.now(),
        checked_at=clock.now(),
        issued_by=officer,
        total=count,
    )
    _lines(listed, request, count, "again" if again else "learner")
    return request, officer


def _offering(lead: Person) -> tuple[Offering, BadgeTemplate]:
    unit = Unit.objects.filter(kind="department")[0]
    values = {**FACTS, "owner_unit": unit.key}
    program = Program.objects.create(
        slug="gis",
        title=str(FACTS["title"]),
        kind="noncredit",
        track="microcredential",
        owner_unit=unit,
        lead=lead,
        state="pilot_active",
        created_at=clock.now(),
    )
    decision = Decision.objects.create(
        subject=f"program:{program.pk}",
        step="office",
        outcome="approve",
        body="UMOnline",
        person_name="Ola Officer",
        capacity="Program officer",
        decided_on=date(2026, 9, 1),
        recorded_at=clock.now(),
    )
    version = ProgramVersion.objects.create(
        program=program, n=1, content=values, decision=decision, approved_at=clock.now()
    )
    svg, png = template_images(values, program)
    achievement = compose_achievement(values, policy=policies.current(), slug="gis", n=1)
    template = BadgeTemplate.objects.create(
        program_version=version,
        n=1,
        name=achievement["name"],
        achievement=achievement,
        image_svg=svg,
        image_png=png,
        alt_text="A folded map",
    )
    offering = Offering.objects.create(
        program=program,
        program_version=version,
        term="fall-2026",
        starts_on=date(2026, 8, 31),
        ends_on=date(2026, 12, 11),
        created_at=clock.now(),
    )
    return offering, template


def _lines(listed: TrackingList, request: IssuanceRequest, count: int, word: str) -> None:
    for start in range(0, count, 5_000):
        numbers = range(start + 1, min(start + 5_000, count) + 1)
        people = learners_for(
            [
                LearnerFacts(
                    n,
                    "",
                    (f"{word}{n}@campus.example", f"{word}{n}@mail.example"),
                    "Núñez",
                    f"José {n}",
                    f"José Núñez {n}",
                )
                for n in numbers
            ]
        )
        insert_rows(
            ListLine,
            [
                ListLine(
                    tracking_list=listed,
                    request=request,
                    number=n,
                    kind=ListKind.NONCREDIT,
                    state=LineState.CHECKED,
                    cells={"first_name": f"José {n}", "last_name": "Núñez", "hours": 12},
                    learner=people[n],
                )
                for n in numbers
            ],
        )
