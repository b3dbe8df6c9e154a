"""A change that holds from spring: who begins then gets the new badge, who is under way the old."""

from datetime import date

from django.test import Client
from offering_kit import CLIMATE, offering_of

from bitterroot.learning.domain.checking import template_of
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import Offering
from bitterroot.people.actor import Actor, person, system
from bitterroot.people.domain.person import create_account
from bitterroot.people.models import Person
from bitterroot.programs.domain import program as programs
from bitterroot.programs.models import BadgeTemplate, ProgramVersion
from bitterroot.record.models import Event


def approve(climate: Offering, by: Actor, effective_on: date) -> ProgramVersion:
    """Version 2 of the program, with a badge of its own."""
    first = BadgeTemplate.objects.get(program_version__program=climate.program)
    version = programs.add_version(
        by,
        climate.program,
        climate.program_version.decision,
        {**climate.program_version.content, "total_credits": 7},
        change_class="major",
        effective_on=effective_on,
        taken_up=False,
    )
    BadgeTemplate.objects.create(
        program_version=version, n=2, name="Climate, anew", achievement={}, alt_text="A badge",
        image_svg=first.image_svg, image_png=first.image_png,
    )  # fmt: skip
    return version


def planned(climate: Offering, lead: Person, term: str) -> Offering:
    return create_offering(by=person(lead), program=climate.program, term=term, instructors=[lead])


def test_what_begins_when_it_holds_follows_it_and_what_is_under_way_does_not(
    climate: Offering, alvarez: Person, by_alvarez: Actor
) -> None:
    spring, summer = (planned(climate, alvarez, term) for term in ("spring-2027", "summer-2027"))
    elsewhere = offering_of({**CLIMATE, "title": "Other"}, alvarez)
    version = approve(climate, by_alvarez, summer.starts_on)
    for row in (climate, spring, summer, elsewhere):
        row.refresh_from_db()
    assert [row.program_version.n for row in (climate, spring, summer)] == [1, 1, 2]
    assert (summer.program_version, elsewhere.program_version.n) == (version, 1)
    found = template_of(summer)
    assert (found.name if found else "") == "Climate, anew"
    told = Event.objects.filter(verb="offering follows version")
    assert [event.about for event in told] == [f"offering:{summer.pk}"]


def test_whoever_teaches_reads_which_badge_the_learners_get(
    climate: Offering, alvarez: Person, by_alvarez: Actor
) -> None:
    spring = planned(climate, alvarez, "spring-2027")
    client = Client()
    account = create_account(by=system("test"), person=alvarez, username="ra", password=None)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert "version 1" not in client.get(f"/work/lists/offerings/{climate.pk}").content.decode()
    approve(climate, by_alvarez, spring.starts_on)
    old, new = (
        client.get(f"/work/lists/offerings/{row.pk}").content.decode() for row in (climate, spring)
    )
    assert "complete version 1 of the program and get the badge of version 1" in old
    assert "Version 2 is for offerings that begin on" in old
    assert "complete version 2 of the program and get the badge of version 2" in new
    assert "“Climate, anew”" in new
