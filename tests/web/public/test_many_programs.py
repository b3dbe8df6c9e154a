"""A catalog of hundreds of programs: pages of it, found in as many queries as one of three."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bitterroot.governance import policies
from bitterroot.governance.models import Decision
from bitterroot.people.actor import system
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.models import Person
from bitterroot.programs.models import Program, ProgramVersion
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


def offer(title: str, skill: str, price: str) -> Program:
    """A listed pilot in Geography with one approved version."""
    lead = Person.objects.get(display_name="Dana Fox")
    program = Program.objects.create(
        slug=title.lower().replace(" ", "-"), title=title, kind="noncredit",
        track="microcredential", owner_unit_id="geography", lead=lead, state="pilot_active",
        listed=True, created_at=clock.now(),
    )  # fmt: skip
    decision = Decision.objects.create(
        subject=f"program:{program.pk}", step="office", outcome="approve", body="UMOnline",
        person_name="Olive Crane", capacity="Program administrator",
        decided_on=date(2026, 9, 1), recorded_at=clock.now(),
    )  # fmt: skip
    said = {"title": title, "skills": [skill], "price": price, "total_hours": 12}
    ProgramVersion.objects.create(
        program=program, n=1, content=said, decision=decision, approved_at=clock.now()
    )
    return program


def tell(program: Program, verb: str) -> None:
    """What a verb leaves in the record."""
    record_event(
        by=system("test"), stream=f"program:{program.pk}", verb=verb, about=f"program:{program.pk}",
        capacity="", data={}, tell=False,
    )  # fmt: skip


def read(address: str) -> tuple[str, int]:
    """The page, and how many queries it took once everything is known."""
    assert Client().get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        text = Client().get(address).content.decode()
    return text, len(asked)


@pytest.mark.django_db
def test_the_catalog_has_pages_and_finds_on_all_of_them() -> None:
    adopt_units(by=system("test"), policy=policies.current())
    Person.objects.create(display_name="Dana Fox", created_at=clock.now())
    for n in range(3):
        offer(f"Maps for Town {n:03}", "cartography", "0")
    few = [read(address)[1] for address in ("/catalog", "/catalog?q=maps", "/")]
    for n in range(3, 70):
        offer(f"Maps for Town {n:03}", "cartography", "25")
    zither = offer("Zither for Beginners", "plucking", "25")
    tell(zither, "program offered")
    text, queries = read("/catalog")
    assert ("71 programs." in text, "Zither" in text) == (True, False)
    assert text.count('href="/programs/maps-for-town-') == 30
    found, in_search = read("/catalog?q=plucking")
    assert ("1 of 71 programs fit." in found, "Zither for Beginners" in found) == (True, True)
    assert "3 of 71 programs fit." in read("/catalog?price=free")[0]
    assert "Zither for Beginners" in read("/catalog?page=3")[0]
    landing, at_first = read("/")
    assert "All 71 programs" in landing
    assert [queries, in_search, at_first] == few
    Program.objects.filter(pk=zither.pk).update(state="closed")
    tell(zither, "program closed")
    gone = read("/catalog?q=plucking")[0]
    assert ("0 of 70 programs fit." in gone, "Zither for Beginners" in gone) == (True, False)


@pytest.mark.django_db
def test_a_program_that_the_public_may_not_see_any_more_is_shown_on_no_kept_page() -> None:
    adopt_units(by=system("test"), policy=policies.current())
    Person.objects.create(display_name="Dana Fox", created_at=clock.now())
    maps, zither = offer("Maps", "cartography", "0"), offer("Zither", "plucking", "0")
    assert "2 programs." in read("/catalog")[0]
    Program.objects.filter(pk=zither.pk).update(state="closed")  # without a word in the record
    text = read("/catalog")[0]
    assert (f"/programs/{maps.slug}" in text, f"/programs/{zither.slug}" in text) == (True, False)
    tell(zither, "program closed")
    assert "1 program." in read("/catalog")[0]
