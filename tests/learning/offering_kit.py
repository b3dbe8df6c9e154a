"""People, programs and offerings that the stories of lists are told with; all invented."""

from datetime import UTC, date, datetime

from bitterroot.files.models import StoredFile
from bitterroot.governance.models import Decision
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import Offering
from bitterroot.people.actor import person
from bitterroot.people.models import Person, RoleAssignment, Unit
from bitterroot.programs.models import BadgeTemplate, Program, ProgramVersion
from bitterroot.record import clock

NOON = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)

CLIMATE = {
    "title": "Climate Communication for Resource Professionals",
    "kind": "credit",
    "total_credits": 6,
    "minimum_grade": "C-",
    "components": [{"code": "CCS 352", "title": "Climate"}, {"code": "JRNL 411", "title": "Story"}],
}
RURAL = {
    "title": "Rural Behavioral Health Support",
    "kind": "hybrid",
    "total_credits": 3,
    "total_hours": 45,
    "minimum_grade": "C-",
    "components": [{"code": "PUBH 595", "title": "Support"}],
}
DENTAL = {
    "title": "Dental Assisting Radiography Refresher",
    "kind": "noncredit",
    "total_hours": 12,
    "components": [{"code": "", "title": "Refresher"}],
}


def someone(name: str, role: str = "") -> Person:
    """An invented person, perhaps with a role in the whole institution."""
    made = Person.objects.create(display_name=name, created_at=clock.now())
    if role:
        RoleAssignment.objects.create(person=made, role=role, starts_on=date(2020, 1, 1))
    return made


def program(values: dict, lead: Person, state: str = "pilot_active") -> Program:
    """A program with a decision on record, a version and a badge."""
    unit, _ = Unit.objects.get_or_create(key="forestry", name="Forestry", kind="college")
    made = Program.objects.create(
        slug=values["title"].lower().replace(" ", "-"),
        title=values["title"],
        kind=values["kind"],
        track="microcredential",
        owner_unit=unit,
        lead=lead,
        state=state,
        created_at=clock.now(),
    )
    decision = Decision.objects.create(
        subject=f"program:{made.pk}",
        step="office",
        outcome="approve",
        body="UMOnline",
        person_name="Dana Whitfield",
        capacity="program officer",
        decided_on=date(2026, 8, 1),
        recorded_at=clock.now(),
    )
    version = ProgramVersion.objects.create(
        program=made, n=1, content=values, decision=decision, approved_at=clock.now()
    )
    image, _ = StoredFile.objects.get_or_create(
        sha256="0" * 64, size=1, media_type="image/svg+xml", created_at=clock.now()
    )
    BadgeTemplate.objects.create(
        program_version=version,
        n=1,
        name=values["title"][:80],
        achievement={},
        image_svg=image,
        image_png=image,
        alt_text="A badge",
    )
    return made


def offering_of(values: dict, lead: Person, **more: object) -> Offering:
    """An offering of fall 2026 that its lead teaches."""
    return create_offering(
        by=person(lead), program=program(values, lead, **more), term="fall-2026", instructors=[lead]
    )
