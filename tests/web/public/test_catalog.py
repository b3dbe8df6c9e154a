"""What the public finds, and what it does not find before the gate opens."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bitterroot.demo.world import World
from bitterroot.governance import policies


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/programs/[^"]+">([^<]+)</a></h2>', page)


def test_the_catalog_lists_what_is_approved_with_its_stage(world: World) -> None:
    page = Client().get("/catalog").content.decode()
    assert titles(page) == [
        "Climate Communication for Resource Professionals",
        "Dental Assisting Radiography Refresher",
        "Snowpack and Avalanche Field Methods",
        "Supply-Chain Analytics with Python",
        "Teaching Online with Care",
        "Tribal Data Sovereignty and Research Ethics",
        "Wildland Fire Incident Logistics",
    ]
    assert page.count(">Pilot</span>") == 5
    assert page.count(">Established</span>") == 2
    assert "GIS for Community Planning" not in page


def test_a_pilot_says_for_how_many_years_its_university_tries_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = policies.current()
    pilot = policy.pilot.model_copy(update={"years": 2})
    monkeypatch.setattr(policies, "current", lambda: policy.model_copy(update={"pilot": pilot}))
    page = Client().get("/programs/climate-communication-for-resource-professionals")
    assert "on trial for up to 2 academic years." in page.content.decode()
    begins = {
        key: each
        for key, each in policy.processes.items()
        if "approve pilot" not in [effect for _, effect in each.effects()]
    }
    later = policy.model_copy(update={"processes": begins})
    later.__dict__.pop("has_pilots", None)  # counted once, and copied
    assert not later.has_pilots
    monkeypatch.setattr(policies, "current", lambda: later)  # no pilots begin any more
    page = Client().get("/programs/climate-communication-for-resource-professionals")
    assert "approved on trial. Its badges" in page.content.decode()


def test_filters_stand_in_the_address_and_narrow_the_list(world: World) -> None:
    def found(query: str) -> list[str]:
        return titles(Client().get(f"/catalog?{query}").content.decode())

    assert found("kind=credit") == [
        "Climate Communication for Resource Professionals",
        "Snowpack and Avalanche Field Methods",
        "Supply-Chain Analytics with Python",
    ]
    assert found("length=short") == [
        "Dental Assisting Radiography Refresher",
        "Teaching Online with Care",
        "Tribal Data Sovereignty and Research Ethics",
    ]
    assert found("q=climate+literacy") == ["Climate Communication for Resource Professionals"]
    assert found("q=radiograph&kind=credit") == []
    assert found("price=paid") == [
        "Dental Assisting Radiography Refresher",
        "Tribal Data Sovereignty and Research Ethics",
        "Wildland Fire Incident Logistics",
    ]
    assert found("skill=course+design") == ["Teaching Online with Care"]
    assert found("kind=' OR 1=1") == []


def test_the_catalog_asks_as_many_questions_for_few_as_for_many(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Client().get("/catalog")  # keeps in mind what versions say, which never changes
    for address in ("/catalog", "/catalog?kind=credit"):
        with django_assert_num_queries(5):
            Client().get(address)


def test_a_program_s_page_tells_outcomes_cost_approval_and_is_read_by_machines(
    world: World,
) -> None:
    slug = world.programs["dental"].slug
    page = Client().get(f"/programs/{slug}").content.decode()
    assert "<h1>Dental Assisting Radiography Refresher</h1>" in page
    assert "$240" in page
    columns = re.findall(r'scope="col">(\w+)</th>', page)
    assert columns[:2] == ["Component", "Hours"]  # no empty ones for courses and credits
    assert "24 months" in page
    assert "Faculty Senate and Provost" in page
    assert "7 Dec 2023" in page
    assert "before it could be signed here" in page
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == "EducationalOccupationalCredential"
    assert data["validFor"] == "P24M"
    assert data["offers"] == {"@type": "Offer", "price": "240.00", "priceCurrency": "USD"}


def test_before_the_gate_strangers_find_nothing_and_its_people_see_what_is_missing(
    world: World,
) -> None:
    address = f"/programs/{world.programs['gis'].slug}"
    stranger = Client().get(address)
    assert stranger.status_code == 404
    assert "GIS" not in stranger.content.decode()

    lead = Client()
    lead.force_login(
        world.people["peter"].account, backend="django.contrib.auth.backends.ModelBackend"
    )
    own = lead.get(address)
    assert own.status_code == 404
    assert "Waits for the signature of Walter Oyelaran" in own.content.decode()

    other = Client()
    other.force_login(
        world.people["ruth"].account, backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "Walter" not in other.get(address).content.decode()
    assert Client().get(f"{address}/badge.svg").status_code == 404


def test_the_badge_s_picture_and_definition_stand_at_the_addresses_in_the_badge(
    world: World,
) -> None:
    slug = world.programs["dental"].slug
    png = Client().get(f"/programs/{slug}/badge/1.png")
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert png["Access-Control-Allow-Origin"] == "*"
    achievement = Client().get(f"/programs/{slug}/badge/1", headers={"accept": "application/json"})
    assert achievement.json()["id"].endswith(f"/programs/{slug}/badge/1")
    assert Client().get(f"/programs/{slug}/badge/1").headers["Location"] == f"/programs/{slug}"


def test_procedures_and_questions_stand_in_their_versions(world: World) -> None:
    page = Client().get("/procedures").content.decode()
    assert "<h1>Process and procedures</h1>" in page
    assert "Version 1, published" in page
    assert Client().get("/faq").status_code == 200
    assert Client().get("/faq/7").status_code == 404


def test_a_catalog_without_programs_says_that_none_is_listed_yet(db: None) -> None:
    page = Client().get("/catalog").content.decode()
    assert "No program is listed yet" in page
    assert "Leave one of the filters open" not in page
    assert "Leave one of the filters open" in Client().get("/catalog?q=maps").content.decode()
    assert "All 0 programs" not in Client().get("/").content.decode()


def test_the_demo_s_pages_exist_in_the_demo_only(world: World, demo: None) -> None:
    client = Client()
    assert "Joan Petrie" in client.get("/demo/people").content.decode()
    username = world.people["joan"].account.username
    assert client.post("/demo/people", {"username": username}).headers["Location"] == "/work"
    assert client.session["_auth_user_id"] == str(world.people["joan"].account.pk)


def test_outside_the_demo_nobody_signs_in_as_someone_else(world: World) -> None:
    username = world.people["joan"].account.username
    answer = Client().post("/demo/people", {"username": username})
    assert answer.status_code == 404
    assert Client().get("/demo/mail").status_code == 404
